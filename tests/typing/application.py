"""What an application and its views may be made of."""

from __future__ import annotations

import collections.abc as cabc
import typing as t
from typing import assert_type

from erlen import Blueprint, Erlen, Flask, Response, jsonify, make_response, redirect, url_for

app = Erlen(__name__)
books = Blueprint("books", __name__)

assert_type(app.name, str)
assert_type(app.debug, bool)
assert_type(url_for("index", page=1), str)
assert_type(make_response("text", 201), Response)
assert_type(jsonify(a=1), Response)


def takes_flask(app: Flask) -> None: ...


takes_flask(app)


@app.route("/text")
def text() -> str:
    return "text"


@app.get("/bytes")
def bytes_() -> bytes:
    return b"bytes"


@app.get("/dict")
def dict_() -> dict[str, t.Any]:
    return {"a": 1}


@app.get("/list")
def list_() -> list[int]:
    return [1, 2]


@app.get("/tuple")
def tuple_() -> tuple[str, int, dict[str, str]]:
    return "made", 201, {"X-Made": "yes"}


@app.get("/generator")
def generator() -> cabc.Iterator[str]:
    yield "piece"


@books.get("/response")
def response() -> Response:
    return Response("text")


@books.post("/elsewhere")
def elsewhere() -> t.Any:
    return redirect(url_for("text"))


@books.get("/async")
async def async_() -> str:
    return "async"


# A decorator gives the function back as it was.
assert_type(text(), str)
assert_type(list_(), list[int])


@app.get("/wrong")  # type: ignore[type-var]
def wrong() -> int:
    return 1


app.register_blueprint(books, url_prefix="/books")
