"""A Flask-AppBuilder application: models with views and a REST API, users, roles, two languages."""

from __future__ import annotations

import warnings

from flask import Flask
from flask_appbuilder import AppBuilder, BaseView, ModelView, expose, has_access
from flask_appbuilder.api import BaseApi, ModelRestApi
from flask_appbuilder.api import expose as expose_api
from flask_appbuilder.models.sqla import Model
from flask_appbuilder.models.sqla.base import SQLA
from flask_appbuilder.models.sqla.interface import SQLAInterface
from flask_appbuilder.security.decorators import protect
from sqlalchemy import Column, ForeignKey, Integer, String
from sqlalchemy.orm import relationship

warnings.simplefilter("ignore")

app = Flask(__name__)
app.config.update(
    SECRET_KEY="a key for this program only, of forty bytes",
    SQLALCHEMY_DATABASE_URI="sqlite://",
    SQLALCHEMY_TRACK_MODIFICATIONS=False,
    WTF_CSRF_ENABLED=True,
    FAB_API_SWAGGER_UI=True,
    FAB_ADD_SECURITY_API=True,
    FAB_PASSWORD_HASH_METHOD="pbkdf2:sha256:1000",
    LANGUAGES={"en": {"flag": "gb", "name": "English"}, "de": {"flag": "de", "name": "Deutsch"}},
)
db = SQLA(app)


class Group(Model):
    __tablename__ = "group"
    id = Column(Integer, primary_key=True)
    name = Column(String(50), unique=True, nullable=False)

    def __repr__(self):
        return self.name


class Contact(Model):
    __tablename__ = "contact"
    id = Column(Integer, primary_key=True)
    name = Column(String(150), nullable=False)
    group_id = Column(Integer, ForeignKey("group.id"))
    group = relationship("Group")


class ContactView(ModelView):
    datamodel = SQLAInterface(Contact)
    list_columns = ["name", "group"]
    base_order = ("name", "asc")


class GroupView(ModelView):
    datamodel = SQLAInterface(Group)
    related_views = [ContactView]
    list_columns = ["name"]


class ContactApi(ModelRestApi):
    resource_name = "contact"
    datamodel = SQLAInterface(Contact)


class GreetingApi(BaseApi):
    @expose_api("/greet/<name>")
    def greet(self, name):
        return self.response(200, message=f"hello {name}")

    @expose_api("/secret")
    @protect()
    def secret(self):
        return self.response(200, message="secret")


class Pages(BaseView):
    default_view = "hello"

    @expose("/hello/")
    @has_access
    def hello(self):
        return self.render_template("appbuilder/baselayout.html")


with app.app_context():
    appbuilder = AppBuilder(app, db.session)
    appbuilder.add_view(GroupView, "Groups", category="Contacts")
    appbuilder.add_view(ContactView, "Contacts", category="Contacts")
    appbuilder.add_view(Pages, "Hello")
    appbuilder.add_api(ContactApi)
    appbuilder.add_api(GreetingApi)
    db.create_all()
    appbuilder.add_permissions(update_perms=True)
    manager = appbuilder.sm
    manager.add_user("jo", "Jo", "Doe", "jo@here.example", manager.find_role("Admin"), "secret")

TOKEN = {"token": r'name="csrf_token" type="hidden" value="([^"]+)"'}
LOGIN = {"username": "jo", "password": "secret", "csrf_token": "$token"}
BEARER = {"headers": {"Authorization": "Bearer $access"}}
API = "/api/v1/contact/"


def post(path, **form):
    return {"path": path, "method": "POST", "form": {"csrf_token": "$token", **form}}


def api(method, path, **json):
    return {"path": path, "method": method, **BEARER, **({"json": json} if json else {})}


REQUESTS = [
    {"path": "/"},
    {"path": "/lang/de"},
    {"path": "/"},
    {"path": "/lang/en"},
    {"path": "/contactview/list/"},
    {"path": "/pages/hello/"},
    {"path": "/static/appbuilder/css/ab.css"},
    {"path": "/static/appbuilder/none.css"},
    {"path": "/none"},
    {"path": "/login/", "remember": TOKEN},
    {"path": "/login/", "method": "POST", "form": {"username": "jo", "password": "secret"}},
    {"path": "/login/", "method": "POST", "form": {**LOGIN, "password": "wrong"}},
    {"path": "/login/", "remember": TOKEN},
    {"path": "/login/", "method": "POST", "form": LOGIN},
    {"path": "/"},
    {"path": "/pages/hello/"},
    {"path": "/groupview/add", "remember": TOKEN},
    post("/groupview/add", name="Friends"),
    post("/groupview/add", name="Friends"),
    post("/groupview/add", name=""),
    {"path": "/contactview/add"},
    post("/contactview/add", name="Zoë <b>", group="1"),
    post("/contactview/add", name="Ann", group=""),
    {"path": "/contactview/list/"},
    {"path": "/contactview/list/?_flt_0_name=A&_oc_ContactView=name&_od_ContactView=desc"},
    {"path": "/contactview/show/1"},
    {"path": "/contactview/edit/1"},
    post("/contactview/edit/1", name="Zoë", group="1"),
    {"path": "/groupview/show/1"},
    {"path": "/contactview/show/99"},
    {"path": "/contactview/download/none"},
    post("/contactview/delete/2"),
    {"path": "/contactview/list/"},
    {"path": "/users/list/"},
    {"path": "/users/add"},
    {"path": "/roles/list/"},
    {"path": "/roles/show/1"},
    {"path": "/users/userinfo/"},
    {"path": "/resetmypassword/form"},
    {"path": "/logmodelview/list/"},
    {"path": "/api/v1/menu/"},
    {"path": "/swagger/v1"},
    {"path": "/logout/"},
    {"path": "/pages/hello/"},
    {"path": "/api/v1/greetingapi/greet/jo", "new": True},
    {"path": "/api/v1/greetingapi/secret"},
    {"path": "/api/v1/security/login", "method": "POST", "json": {"username": "jo"}},
    {
        "path": "/api/v1/security/login",
        "method": "POST",
        "json": {"username": "jo", "password": "secret", "provider": "db", "refresh": True},
        "remember": {"access": r'"access_token": ?"([^"]+)"'},
    },
    api("GET", "/api/v1/greetingapi/secret"),
    api("GET", "/api/v1/_openapi"),
    api("GET", API),
    api("GET", API + "_info"),
    api("POST", API, name="Kim", group=1),
    api("POST", API, nonsense=1),
    api("GET", API + "1"),
    api("GET", API + "99"),
    api("GET", API + "?q=(columns:!(name),filters:!((col:name,opr:sw,value:K)))"),
    api("GET", API + "?q=(columns:!(nonsense))"),
    api("PUT", API + "1", name="Renamed"),
    api("DELETE", API + "1"),
    api("PATCH", API + "1"),
    api("GET", "/api/v1/security/roles/"),
    api("GET", "/api/v1/security/users/"),
    {"path": API, "headers": {"Authorization": "Bearer nonsense"}},
]

VOLATILE = [
    (r'(value|content)="[\w.-]{50,}"', r'\1="<token>"'),
    (r'"(access|refresh)_token": ?"[\w.-]+"', r'"\1_token": "<token>"'),
    (r"session=[\w.-]+", "session=<session>"),
    (r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?", "<time>"),
    (r"pbkdf2:\w+:\d+\$\w+\$\w+", "<hash>"),
]
