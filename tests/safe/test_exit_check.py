"""What reaches the server is always a status, header names and values that may be sent."""

from __future__ import annotations

import re
import typing as t

import pytest

import erlen
from erlen import Response, jsonify, make_response, redirect
from tests.safe.site import Log, make_site
from tests.wsgi import Answer, ask

is_token = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+").fullmatch
is_value = re.compile(r"[\t\x20-\x7e\x80-\xff]*").fullmatch
NASTY = ["a\r\nX: y", "a\nb", "a\0", "\x7f", "\x1b[31m", "a\x0bb", "\u20ac", "\udc80"]

WAYS: dict[str, t.Callable[[str], t.Any]] = {
    "dict": lambda bad: ("x", 200, {"X-Own": bad}),
    "name": lambda bad: ("x", 200, {bad: "x"}),
    "status": lambda bad: ("x", f"200 {bad}"),
    "location": redirect,
    "content type": lambda bad: Response("x", content_type=f"text/{bad}"),
    "mimetype": lambda bad: Response("x", mimetype=f"text/{bad}"),
    "json": lambda bad: (jsonify(1), {"X-Own": bad}),
    "etag": lambda bad: _with(lambda response: response.set_etag(bad)),
    "cookie": lambda bad: _with(lambda response: response.set_cookie("a", bad)),
    "cookie name": lambda bad: _with(lambda response: response.set_cookie(bad, "a")),
    "cookie path": lambda bad: _with(lambda response: response.set_cookie("a", "b", path=bad)),
    "cookie domain": lambda bad: _with(lambda response: response.set_cookie("a", domain=bad)),
    "cookie samesite": lambda bad: _with(lambda response: response.set_cookie("a", samesite=bad)),
    "disposition": lambda bad: _with(
        lambda response: response.headers.set("Content-Disposition", "inline", filename=bad)
    ),
    "straight": lambda bad: _with(lambda response: response.headers._list.append(("X", bad))),
    "vary": lambda bad: _with(lambda response: response.vary.add(bad)),
    "authenticate": lambda bad: _with(
        lambda response: response.headers.add("WWW-Authenticate", f'Basic realm="{bad}"')
    ),
}


def _with(change: t.Callable[[Response], object]) -> Response:
    response = make_response("x")
    change(response)
    return response


def assert_clean(answer: Answer) -> None:
    assert re.fullmatch(r"[1-9][0-9]{2} [\t\x20-\x7e\x80-\xff]*", answer.status)
    for name, value in answer.headers:
        assert is_token(name), name
        assert is_value(value), value


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("bad", NASTY)
def test_no_value_of_a_view_reaches_the_wire_unclean(way: str, bad: str) -> None:
    app = make_site()
    app.add_url_rule("/", "home", lambda: WAYS[way](bad))
    Log(app)
    answer = ask(app)
    assert_clean(answer)
    assert not [name for name, _ in answer.headers if name == "X"] or way == "straight"


@pytest.mark.parametrize("status", [0, 99, 1000, -1, "", "abc", "200", "600 Odd", 204, 304])
def test_a_status_is_valid_or_a_500(status: t.Any) -> None:
    app = make_site()
    app.add_url_rule("/", "home", lambda: ("x", status))
    Log(app)
    assert_clean(ask(app))


def test_the_record_names_the_header_and_the_view() -> None:
    app = make_site()
    app.add_url_rule(
        "/orders", "orders", lambda: _with(lambda r: r.headers._list.append(("X", "\0")))
    )
    log = Log(app)
    assert ask(app, "/orders").code == 500
    text = f"{log.records[0].getMessage()} {log.failures[0]}"
    assert "'X'" in text
    assert "/orders" in text


def test_a_wsgi_application_as_a_view_is_checked_too() -> None:
    def wsgi(environ: t.Any, start_response: t.Any) -> list[bytes]:
        start_response("200 OK\r\nX: y", [("X Y", "z")])
        return [b"x"]

    app = make_site()
    app.add_url_rule("/", "home", lambda: wsgi)
    Log(app)
    assert_clean(ask(app))


@pytest.mark.parametrize("bad", ["/\t/evil.org", "/\n/evil.org", "\0//evil.org", " //evil.org"])
def test_what_a_browser_drops_cannot_make_a_location_foreign(bad: str) -> None:
    app = make_site()
    app.add_url_rule("/", "home", lambda: redirect(bad))
    Log(app)
    location = ask(app).header("Location") or ""
    assert not location.startswith("//")


def test_the_check_is_made_where_a_class_sends_its_own_way() -> None:
    class Own(erlen.Response):
        def get_wsgi_headers(self, environ: t.Any) -> t.Any:
            headers = super().get_wsgi_headers(environ)
            headers._list.append(("X", "a\r\nb"))
            return headers

    app = make_site()
    app.response_class = Own
    app.add_url_rule("/", "home", lambda: "x")
    Log(app)
    assert_clean(ask(app))
