"""Errors as pages, and as JSON for the API."""

from __future__ import annotations

from erlen import Erlen, Response, current_app, jsonify, render_template, request
from sqlalchemy.exc import DataError
from werkzeug.exceptions import BadRequest, HTTPException

from .extensions import db

#: What databases say to numbers and characters that they cannot keep.
_UNSTORABLE = (DataError, OverflowError, UnicodeEncodeError)


def init_app(app: Erlen) -> None:
    app.register_error_handler(HTTPException, show_error)
    for kind in _UNSTORABLE:
        app.register_error_handler(kind, refuse_unstorable)


def show_error(error: HTTPException) -> Response:
    """Keep status and headers of the error, and give it a body of this site."""
    if request.path.startswith("/api/"):
        response = jsonify(error=error.description or error.name)
    else:
        response = Response(render_template("error.html", error=error))
    response.status_code = error.code or 500
    response.headers.extend((n, v) for n, v in error.get_headers() if n != "Content-Type")
    return response


def refuse_unstorable(error: Exception) -> Response:
    """Answer a request that has a number of thirty digits, say, where a row's is wanted."""
    current_app.logger.warning("the request has what cannot be stored", exc_info=error)
    db.session.rollback()
    return show_error(BadRequest("The request has a number or a character that cannot be stored."))
