"""What an application shows of rows whose parts are tested elsewhere, one by one."""

from __future__ import annotations

import collections.abc as cabc
import os
import pathlib
import subprocess
import sys
import typing as t

import pytest
from jinja2 import DictLoader

import erlen
from erlen.sessions import NullSession, SecureCookieSession, SessionInterface
from erlen.views import MethodView, View

KEY = "a secret key of thirty characters"


@pytest.fixture
def app() -> erlen.Erlen:
    app = erlen.Erlen(__name__, static_folder=None)
    app.testing = True
    app.secret_key = KEY
    app.add_url_rule("/", "home", lambda: "home")
    return app


def cookie_of(app: erlen.Erlen, **kwargs: t.Any) -> str:
    """Return the Set-Cookie header of a request that writes to the session."""

    def write() -> str:
        erlen.session["a"] = 1
        return ""

    app.add_url_rule("/write", view_func=write)
    return app.test_client().get("/write", **kwargs).headers["Set-Cookie"]


# Sessions and flashed messages


def test_interface_of_ones_own_is_asked_at_its_points(app: erlen.Erlen) -> None:
    calls: list[str] = []

    class Stored(SecureCookieSession):
        pass

    class Store(SessionInterface):
        def open_session(self, app: t.Any, request: t.Any) -> t.Any:
            calls.append(f"open {request.path}")
            return Stored({"user": "ada"}) if request.path == "/" else None

        def save_session(self, app: t.Any, session: t.Any, response: t.Any) -> None:
            calls.append(f"save {dict(session)}")

        def make_null_session(self, app: t.Any) -> NullSession:
            calls.append("null")
            return NullSession()

    app.session_interface = Store()
    app.before_request(lambda: calls.append("before"))
    app.add_url_rule("/none", "none", lambda: str(dict(erlen.session)))

    @app.after_request
    def after(response: erlen.Response) -> erlen.Response:
        calls.append("after")
        return response

    client = app.test_client()
    client.get("/")
    assert client.get("/none").text == "{}"
    assert calls == [
        *("open /", "before", "after", "save {'user': 'ada'}"),
        *("open /none", "null", "before", "after"),
    ]


def test_missing_key_is_named_with_the_mend(app: erlen.Erlen) -> None:
    app.secret_key = None
    with pytest.raises(RuntimeError, match="no secret key was set. +Set the secret_key"):
        cookie_of(app)


def test_session_opens_by_itself_and_is_sent_only_when_written(app: erlen.Erlen) -> None:
    app.add_url_rule("/look", "look", lambda: str(erlen.session.get("a")))
    client = app.test_client()
    untouched, looked = client.get("/"), client.get("/look")
    assert ("Set-Cookie" in untouched.headers, "Vary" in untouched.headers) == (False, False)
    assert ("Set-Cookie" in looked.headers, looked.headers["Vary"]) == (False, "Cookie")


def test_flashed_messages_survive_redirects_and_are_shown_once(app: erlen.Erlen) -> None:
    source = (
        "{% for category, text in get_flashed_messages(with_categories=true) %}"
        "{{ category }}:{{ text }} {% endfor %}{{ get_flashed_messages()|length }}"
    )

    def save() -> t.Any:
        erlen.flash("saved")
        erlen.flash("<b>careful</b>", "warning")
        return erlen.redirect(erlen.url_for("show"))

    app.add_url_rule("/save", view_func=save, methods=["POST"])
    app.add_url_rule("/show", "show", lambda: erlen.render_template_string(source))
    client = app.test_client()
    expected = "message:saved warning:&lt;b&gt;careful&lt;/b&gt; 2"
    assert client.post("/save", follow_redirects=True).text == expected
    assert client.get("/show").text == "0"


# Class-based views


def test_class_based_views_of_a_blueprint(app: erlen.Erlen) -> None:
    class Base(MethodView):
        def get(self, number: int) -> str:
            return f"{erlen.request.endpoint} {number}"

    class Item(Base):
        init_every_request = False

        def __init__(self, kind: str) -> None:
            self.kind = kind

        def delete(self, number: int) -> str:
            return f"{self.kind} {number} deleted"

    class Index(View):
        methods = ["POST"]
        decorators = [
            lambda view: lambda **kw: f"<{view(**kw)}>",
            lambda view: lambda **kw: f"[{view(**kw)}]",
        ]

        def dispatch_request(self) -> str:
            return "index"

    shop = erlen.Blueprint("shop", __name__, url_prefix="/shop")
    shop.add_url_rule("/<int:number>", view_func=Item.as_view("item", kind="book"))
    shop.add_url_rule("/", view_func=Index.as_view("index"))
    app.register_blueprint(shop)
    client = app.test_client()
    assert client.get("/shop/3").text == "shop.item 3"
    assert client.delete("/shop/3").text == "book 3 deleted"
    assert client.head("/shop/3").status_code == 200
    assert set(client.post("/shop/3").allow) == {"DELETE", "GET", "HEAD", "OPTIONS"}
    assert client.post("/shop/").text == "[<index>]"
    assert client.get("/shop/").status_code == 405


# Templates


def test_every_template_sees_the_same_names(app: erlen.Erlen) -> None:
    body = (
        "{{ request.path }} {{ session.user }} {{ g.user }} {{ url_for('page', name='x') }}"
        " {{ get_flashed_messages()|join }} {{ config.TESTING }}"
    )
    app.jinja_loader = DictLoader(
        {
            "plain": body,
            "base": "{% block body %}{% endblock %}",
            "child": "{% extends 'base' %}{% block body %}" + body + "{% endblock %}",
            "included": "{% include 'plain' %}",
            "macros": "{% macro show() %}" + body + "{% endmacro %}",
            "imported": "{% import 'macros' as m %}{{ m.show() }}",
            "from": "{% from 'macros' import show with context %}{{ show() }}",
        }
    )

    def page(name: str) -> str:
        erlen.session["user"], erlen.g.user = "ada", "bob"
        erlen.flash("note")
        return erlen.render_template(name)

    def stream(name: str) -> t.Any:
        erlen.session["user"], erlen.g.user = "ada", "bob"
        erlen.flash("note")
        erlen.get_flashed_messages()
        return erlen.stream_template(name)

    app.add_url_rule("/page/<name>", view_func=page)
    app.add_url_rule("/stream/<name>", view_func=stream)
    for kind in ("page", "stream"):
        for name in ("plain", "child", "included", "imported", "from"):
            text = app.test_client().get(f"/{kind}/{name}").text
            assert text == f"/{kind}/{name} ada bob /page/x note True", (kind, name)


@pytest.mark.parametrize("reload, expected", [(True, "new"), (False, "old")])
def test_changed_template_is_loaded_anew_when_asked_for(
    tmp_path: pathlib.Path, reload: bool, expected: str
) -> None:
    app = erlen.Erlen(__name__, template_folder=str(tmp_path))
    app.config["TEMPLATES_AUTO_RELOAD"] = reload
    app.add_url_rule("/", "page", lambda: erlen.render_template("a.html"))
    file = tmp_path / "a.html"
    file.write_text("old")
    assert app.test_client().get("/").text == "old"
    file.write_text("new")
    os.utime(file, (1, 1))
    assert app.test_client().get("/").text == expected


# Mistakes of the developer


@pytest.mark.parametrize(
    "value, message",
    [
        (None, "The view function for 'view' did not return a valid response.*returned None"),
        (42, "it was a int. It is the view of 'view'"),
        (("a", 200, {}, 1), r"\(body, status, headers\).*It is the view of 'view'"),
        (object(), "it was a object"),
    ],
)
def test_wrong_return_value_names_the_view(app: erlen.Erlen, value: t.Any, message: str) -> None:
    app.add_url_rule("/view", "view", lambda: value)
    with pytest.raises(TypeError, match=message):
        app.test_client().get("/view")


@pytest.mark.parametrize(
    "touch, message",
    [
        (lambda: erlen.current_app.name, r"application context[\s\S]*with app.app_context\(\)"),
        (lambda: erlen.g.user, r"application context[\s\S]*with app.app_context\(\)"),
        (lambda: erlen.request.path, r"request context[\s\S]*app.test_request_context\("),
        (lambda: erlen.session["a"], r"request context[\s\S]*app.test_request_context\("),
        (lambda: erlen.url_for("home"), r"application context[\s\S]*with app.app_context\(\)"),
    ],
)
def test_proxy_outside_a_context_tells_the_mend(
    touch: cabc.Callable[[], t.Any], message: str
) -> None:
    with pytest.raises(RuntimeError, match=f"Working outside of {message}"):
        touch()


def test_endpoint_without_a_view_is_named(app: erlen.Erlen) -> None:
    app.add_url_rule("/late", "late")
    with pytest.raises(KeyError, match="late"):
        app.test_client().get("/late")


@pytest.mark.parametrize(
    "source, message",
    [
        (None, "Could not locate"),
        ("x = 1", "Failed to find Erlen application or factory"),
        ("import erlen; a = erlen.Erlen('a'); b = erlen.Erlen('b')", "multiple"),
        ("import nonsense_module", "nonsense_module"),
    ],
)
def test_no_application_found_tells_the_mend(
    tmp_path: pathlib.Path, source: str | None, message: str
) -> None:
    if source is not None:
        (tmp_path / "app.py").write_text(source)
    result = subprocess.run(
        [sys.executable, "-m", "erlen", "routes"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert result.returncode != 0
    assert message in result.stderr
