"""Hooks, error handlers and what they are handed."""

from __future__ import annotations

from typing import assert_type

from werkzeug.exceptions import NotFound

from erlen import Erlen, Response, g, request, session

app = Erlen(__name__)


@app.before_request
def before() -> None:
    g.user = session.get("user")


@app.before_request
def answering() -> str | None:
    return None


@app.after_request
def after(response: Response) -> Response:
    response.headers["X-Path"] = request.path
    return response


@app.teardown_request
def teardown(exc: BaseException | None) -> None: ...


@app.errorhandler(404)
def not_found(error: NotFound) -> tuple[str, int]:
    return "no", 404


@app.errorhandler(ValueError)
def value_error(error: ValueError) -> str:
    return str(error)


@app.context_processor
def values() -> dict[str, object]:
    return {"shop": "Books"}


@app.template_filter("money")
def money(cents: int) -> str:
    return str(cents)


assert_type(request.method, str)
assert_type(request.is_json, bool)
assert_type(session.permanent, bool)
assert_type(money(1), str)
