"""Headers that every response carries."""

from __future__ import annotations

import typing as t

if t.TYPE_CHECKING:
    from erlen import Erlen, Response

HEADERS = {
    # Everything comes from here: no inline script or style, no foreign font, no frame around us.
    "Content-Security-Policy": "default-src 'self'; img-src 'self' blob:; form-action 'self';"
    " base-uri 'none'; frame-ancestors 'none'; object-src 'none'",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}


def init_app(app: Erlen) -> None:
    app.after_request(add)


def add(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    return response
