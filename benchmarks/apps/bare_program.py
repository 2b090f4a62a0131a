"""The limit: WSGI callables by hand, with what the standard library offers and no safety net."""

from __future__ import annotations

import base64
import collections.abc as cabc
import hashlib
import hmac
import http.cookies
import json
import re
import time
import typing as t
import urllib.parse

from benchmarks import data
from benchmarks.exchange import Application, Environ

Start = cabc.Callable[..., t.Any]
View = cabc.Callable[..., cabc.Iterable[bytes]]

TEXT = ("Content-Type", "text/html; charset=utf-8")
JSON = ("Content-Type", "application/json")
PLAIN = ("Content-Type", "text/plain")


def _text(start: Start, text: str, status: str = "200 OK", *more: tuple[str, str]) -> list[bytes]:
    body = text.encode()
    start(status, [TEXT, ("Content-Length", str(len(body))), *more])
    return [body]


def _json(start: Start, value: t.Any) -> list[bytes]:
    body = json.dumps(value).encode()
    start("200 OK", [JSON, ("Content-Length", str(len(body)))])
    return [body]


def hello(environ: Environ, start: Start) -> list[bytes]:
    return _text(start, data.HELLO)


def json_small(environ: Environ, start: Start) -> list[bytes]:
    return _json(start, data.small())


def json_large(environ: Environ, start: Start) -> list[bytes]:
    return _json(start, data.LARGE)


def post(environ: Environ, start: Start, user: str, slug: str) -> list[bytes]:
    query = dict(urllib.parse.parse_qsl(environ["QUERY_STRING"]))
    return _text(start, f"{int(user)} {slug} {query['page']} {query.get('q')}")


def form(environ: Environ, start: Start) -> list[bytes]:
    sent = dict(urllib.parse.parse_qsl(_body(environ).decode()))
    text = f"{sent['name']} {sent['mail']} {sent['city']} {int(sent['age'])} {sent['message']}"
    return _text(start, text)


def json_body(environ: Environ, start: Start) -> list[bytes]:
    sent = json.loads(_body(environ))
    return _json(start, {"name": sent["name"], "total": sum(sent["numbers"])})


def _body(environ: Environ) -> bytes:
    body: bytes = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
    return body


def fails(environ: Environ, start: Start, item: str) -> list[bytes]:
    return _text(start, f"Out of stock: {int(item)}", "409 CONFLICT")


def headers(environ: Environ, start: Start) -> list[bytes]:
    cookies = http.cookies.SimpleCookie(environ["HTTP_COOKIE"])
    token = environ["HTTP_X_TOKEN"]
    text = (
        f"{token} {environ.get('HTTP_REFERER')} {environ['HTTP_USER_AGENT']}"
        f" {cookies['theme'].value} {cookies['visits'].value}"
    )
    return _text(
        start,
        text,
        "200 OK",
        ("X-One", token),
        ("X-Two", "two"),
        ("Cache-Control", "no-store"),
        ("Set-Cookie", "visits=1; Max-Age=3600; HttpOnly; Path=/"),
    )


def stream(environ: Environ, start: Start, number: str) -> cabc.Iterator[bytes]:
    start("200 OK", [PLAIN])
    return (f"{int(number)}: {chunk}\n".encode() for chunk in range(data.CHUNKS))


def old(environ: Environ, start: Start, number: str) -> list[bytes]:
    return _text(start, "", "302 FOUND", ("Location", f"/new/{int(number)}"))


KEYED = hmac.new(data.SECRET_KEY.encode(), digestmod=hashlib.sha1)


def _sign(payload: bytes) -> bytes:
    keyed = KEYED.copy()
    keyed.update(payload)
    return base64.urlsafe_b64encode(keyed.digest())


def _load(environ: Environ) -> dict[str, t.Any]:
    """Return the session: JSON, the time and a signature, as Flask's has them."""
    cookie = environ["HTTP_COOKIE"].partition("session=")[2].partition(";")[0].encode()
    payload, _, signature = cookie.rpartition(b".")
    if not hmac.compare_digest(_sign(payload), signature):
        return {}
    session: dict[str, t.Any] = json.loads(base64.urlsafe_b64decode(payload.partition(b".")[0]))
    return session


def _dump(session: dict[str, t.Any]) -> tuple[str, str]:
    now = base64.urlsafe_b64encode(int(time.time()).to_bytes(4, "big"))
    payload = base64.urlsafe_b64encode(json.dumps(session).encode()) + b"." + now
    cookie = (payload + b"." + _sign(payload)).decode()
    return "Set-Cookie", f"session={cookie}; HttpOnly; Path=/"


def seed(environ: Environ, start: Start, number: str) -> list[bytes]:
    session = {"user": f"user{number}", "count": int(number)}
    return _text(start, "seeded", "200 OK", _dump(session))


def session_write(environ: Environ, start: Start) -> list[bytes]:
    session = _load(environ)
    count = session["count"]
    session["count"] = count + 1
    return _text(start, f"{session['user']} {count}", "200 OK", _dump(session))


def session_read(environ: Environ, start: Start) -> list[bytes]:
    return _text(start, f"{_load(environ)['user']}")


STATIC: dict[str, tuple[str, View]] = {
    "/hello": ("GET", hello),
    "/json": ("GET", json_small),
    "/json/large": ("GET", json_large),
    "/form": ("POST", form),
    "/json/body": ("POST", json_body),
    "/headers": ("GET", headers),
    "/session/write": ("GET", session_write),
    "/session/read": ("GET", session_read),
}
DYNAMIC: list[tuple[cabc.Callable[[str], re.Match[str] | None], View]] = [
    (re.compile(r"/users/(\d+)/posts/([^/]+)\Z").match, post),
    (re.compile(r"/fails/(\d+)\Z").match, fails),
    (re.compile(r"/session/seed/(\d+)\Z").match, seed),
    (re.compile(r"/stream/(\d+)\Z").match, stream),
    (re.compile(r"/old/(\d+)\Z").match, old),
]


def make_app(variant: str) -> Application:
    return pages


def pages(environ: Environ, start: Start) -> cabc.Iterable[bytes]:
    path = environ["PATH_INFO"]
    found = STATIC.get(path)
    if found is not None:
        method, view = found
        if method == environ["REQUEST_METHOD"]:
            return view(environ, start)
        return _text(start, "No such method", "405 METHOD NOT ALLOWED", ("Allow", method))
    for match, view in DYNAMIC:
        values = match(path)
        if values is not None:
            return view(environ, start, *values.groups())
    return _text(start, "Not found", "404 NOT FOUND")
