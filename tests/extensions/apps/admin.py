"""Flask-Admin: the index, own views, model views with search, filters, editing, files, actions."""

from __future__ import annotations

import pathlib
import tempfile

from flask import Flask, redirect, request
from flask_admin import Admin, AdminIndexView, BaseView, expose
from flask_admin.actions import action
from flask_admin.contrib.fileadmin import FileAdmin
from flask_admin.contrib.sqla import ModelView
from flask_babel import Babel
from flask_sqlalchemy import SQLAlchemy

FOLDER = tempfile.TemporaryDirectory()
pathlib.Path(FOLDER.name, "read.txt").write_text("read me")

app = Flask(__name__)
app.secret_key = "a key for this program only, of forty bytes"
app.config["SQLALCHEMY_DATABASE_URI"] = "sqlite://"
db = SQLAlchemy(app)
# Flask-Admin asks for it wherever it is installed.
Babel(app)


class Author(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    name = db.Column(db.String, nullable=False)

    def __str__(self):
        return self.name


class Book(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    title = db.Column(db.String, nullable=False)
    pages = db.Column(db.Integer)
    author_id = db.Column(db.ForeignKey(Author.id))
    author = db.relationship(Author, backref="books")


class Index(AdminIndexView):
    @expose("/")
    def index(self):
        return super().index()


class Reports(BaseView):
    @expose("/")
    def index(self):
        return self.render("admin/index.html")

    @expose("/<int:year>", methods=("GET", "POST"))
    def year(self, year):
        return f"{request.method} {year} {self.get_url('.index')}"

    def is_accessible(self):
        return "guest" not in request.args

    def inaccessible_callback(self, name, **kwargs):
        return redirect(self.get_url("admin.index"))


class BookView(ModelView):
    column_searchable_list = ["title"]
    column_filters = ["pages", "author.name"]
    column_editable_list = ["title"]
    can_export = True
    can_view_details = True
    page_size = 5

    @action("shout", "Shout", "Sure?")
    def shout(self, ids):
        for book in db.session.query(Book).filter(Book.id.in_(ids)):
            book.title = book.title.upper()
        db.session.commit()


admin = Admin(app, name="library", index_view=Index())
admin.add_view(BookView(Book, db.session, category="Tables"))
admin.add_view(ModelView(Author, db.session, category="Tables"))
admin.add_view(Reports(name="Reports", endpoint="reports"))
admin.add_view(FileAdmin(FOLDER.name, "/files/", name="Files"))

with app.app_context():
    db.create_all()
    db.session.add(Author(name="Ann", books=[Book(title=f"no {i}", pages=i) for i in range(8)]))
    db.session.commit()

GETS = """/admin/ /admin /admin/reports/ /admin/reports/2020 /admin/reports/?guest /admin/book/
/admin/book/?page=1 /admin/book/?search=7 /admin/book/?sort=1&desc=1 /admin/book/?flt0_0=5
/admin/book/new/ /admin/book/edit/?id=1 /admin/book/edit/?id=99 /admin/book/details/?id=2
/admin/book/export/csv/ /admin/author/ /admin/fileadmin/ /admin/fileadmin/download/read.txt
/admin/fileadmin/download/../secret /admin/static/admin/js/helpers.js /admin/static/none.js"""
REQUESTS = [
    *({"path": path} for path in GETS.split()),
    {"path": "/admin/reports/2021", "method": "POST"},
    {
        "path": "/admin/book/new/?url=/admin/book/",
        "method": "POST",
        "form": {"title": "added", "pages": "3"},
    },
    {"path": "/admin/book/new/", "method": "POST", "form": {"title": "", "pages": "x"}},
    {"path": "/admin/book/edit/?id=1", "method": "POST", "form": {"title": "one", "pages": "1"}},
    {
        "path": "/admin/book/ajax/update/",
        "method": "POST",
        "form": {"list_form_pk": "2", "title": "by ajax"},
    },
    {"path": "/admin/book/action/", "method": "POST", "form": {"action": "shout", "rowid": "2"}},
    {"path": "/admin/book/delete/", "method": "POST", "form": {"id": "3"}},
    {"path": "/admin/book/"},
    {
        "path": "/admin/fileadmin/upload/",
        "method": "POST",
        "form": {"upload": {"name": "new.txt", "content": "new"}},
    },
    {"path": "/admin/fileadmin/mkdir/", "method": "POST", "form": {"name": "folder"}},
    {"path": "/admin/fileadmin/"},
]
VOLATILE = [
    (r"\d{4}-\d\d-\d\d[ _]\d\d:\d\d(:\d\d)?", "<time>"),
    (r"Book_\d{4}-\d\d-\d\d_\d\d-\d\d-\d\d", "Book_<time>"),
    (r"#\d+", "#<n>"),
]
