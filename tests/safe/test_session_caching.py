"""What shared caches are told about answers that come of a session."""

from __future__ import annotations

import typing as t

import pytest

import erlen
from erlen import Erlen, Response, session
from tests.safe.site import make_site
from tests.wsgi import ask


def _permanent() -> None:
    session.permanent = True


ACCESSES: dict[str, t.Callable[[], object]] = {
    "get": lambda: session.get("a"),
    "item": lambda: session["a"],
    "in": lambda: "a" in session,
    "len": lambda: len(session),
    "bool": lambda: bool(session),
    "iteration": lambda: list(session),
    "keys": lambda: session.keys(),
    "items": lambda: list(session.items()),
    "values": lambda: list(session.values()),
    "copy": lambda: dict(session),
    "equality": lambda: session == {"a": 1},
    "repr": lambda: repr(session),
    "spread": lambda: {**session},
    "set": lambda: session.__setitem__("b", 1),
    "setdefault": lambda: session.setdefault("a", 2),
    "update": lambda: session.update(b=1),
    "pop": lambda: session.pop("a"),
    "popitem": lambda: session.popitem(),
    "del": lambda: session.__delitem__("a"),
    "clear": lambda: session.clear(),
    "permanent": lambda: session.permanent,
    "set permanent": _permanent,
    "modified": lambda: session.modified,
    "flash": lambda: erlen.flash("hello"),
    "flashed": lambda: erlen.get_flashed_messages(),
    "template": lambda: erlen.render_template_string("{{ session.get('a') }}"),
}
CHANGES = {"set", "update", "pop", "popitem", "del", "clear", "set permanent", "flash"}


@pytest.fixture
def cookie() -> str:
    app = make_site()
    app.add_url_rule("/", "home", lambda: str(session.setdefault("a", 1)))
    return (ask(app).header("Set-Cookie") or "").partition(";")[0]


def look(way: str, response: t.Callable[[], t.Any] = lambda: "x") -> Erlen:
    app = make_site()

    @app.route("/")
    def home() -> t.Any:
        ACCESSES[way]()
        return response()

    return app


@pytest.mark.parametrize("way", ACCESSES)
def test_every_kind_of_access_makes_the_answer_vary(way: str, cookie: str) -> None:
    answer = ask(look(way), HTTP_COOKIE=cookie)
    assert answer.code == 200
    assert answer.header("Vary") == "Cookie"
    assert (answer.header("Set-Cookie") is not None) == (way in CHANGES)


@pytest.mark.parametrize("way", sorted(CHANGES))
def test_no_cache_may_keep_a_session_cookie(way: str, cookie: str) -> None:
    answer = ask(look(way), HTTP_COOKIE=cookie)
    assert answer.header("Cache-Control") == 'no-cache="Set-Cookie"'


def test_what_the_view_says_about_caching_stays() -> None:
    app = look("set", lambda: ("x", {"Cache-Control": "private, max-age=5"}))
    assert ask(app).header("Cache-Control") == "private, max-age=5"


def test_vary_is_added_to_and_named_once() -> None:
    app = look("set", lambda: Response("x", headers={"Vary": "Accept"}))
    assert ask(app).header("Vary") == "Accept, Cookie"
    app = look("set", lambda: Response("x", headers={"Vary": "cookie"}))
    assert (ask(app).header("Vary") or "").lower() == "cookie"


def test_an_untouched_session_leaves_the_answer_alone(cookie: str) -> None:
    app = make_site()
    app.add_url_rule("/", "home", lambda: "x")
    answer = ask(app, HTTP_COOKIE=cookie)
    assert [name for name, _ in answer.headers] == ["Content-Type", "Content-Length"]


def test_a_look_in_a_hook_an_error_handler_or_a_stream_counts(cookie: str) -> None:
    app = make_site()
    app.before_request(lambda: None if session.get("b") is None else "never")
    assert ask(app, "/absent", HTTP_COOKIE=cookie).header("Vary") == "Cookie"
    app = make_site()
    app.register_error_handler(404, lambda exc: (str(session.get("a")), 404))
    assert ask(app, "/absent", HTTP_COOKIE=cookie).header("Vary") == "Cookie"
