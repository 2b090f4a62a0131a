"""Error pages in the look of the site, and JSON errors for the API."""

from __future__ import annotations

import typing as t

from werkzeug.exceptions import HTTPException

from erlen import Response, current_app, jsonify, make_response, render_template, request
from erlen.forms import CSRFError

if t.TYPE_CHECKING:
    from erlen import Erlen

TEXTS = {
    400: ("That did not quite arrive", "Something in the request was not as it should be."),
    403: ("This one is not yours", "Only the reader who added a book can change it."),
    404: ("This page is not on the shelf", "It may have been lent out, moved, or never written."),
    405: ("That is not how to open this", "This address exists, but not for that kind of request."),
    413: ("That is too heavy for the shelf", "The upload is larger than we can take."),
    500: ("A shelf has come loose", "That was our fault. It has been noted, please try again."),
}


def init_app(app: Erlen) -> None:
    app.register_error_handler(HTTPException, show)


def show(error: HTTPException) -> Response:
    """Answer any HTTP error, an unhandled exception (500) included."""
    code = error.code or 500
    title, text = TEXTS.get(code, (error.name, ""))
    if isinstance(error, CSRFError):
        text = "The form has expired or came from another site. Go back, reload, try again."
    elif code == 400 or not text:
        text = error.description or text
    if request.path.startswith("/api/"):
        response = jsonify(error=error.name, detail=text)
    else:
        limit = current_app.config["MAX_CONTENT_LENGTH"] if code == 413 else None
        page = render_template("error.html", code=code, title=title, text=text, limit=limit)
        response = make_response(page)
    response.status_code = code
    for name, value in error.get_headers():
        # Allow of a 405 and its like are part of the answer; the body's type is ours.
        if name.lower() != "content-type":
            response.headers[name] = value
    return response
