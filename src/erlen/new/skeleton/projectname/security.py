"""What browsers are told for everybody's safety, and whom the application believes."""

from __future__ import annotations

from erlen import Erlen, Response
from werkzeug.middleware.proxy_fix import ProxyFix

_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
    ),
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}


def init_app(app: Erlen) -> None:
    app.after_request(_add_headers)
    if count := app.config["PROXIES"]:
        # Around everything, so that the logs have the client's address as well.
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=count, x_proto=count, x_host=count
        )


def _add_headers(response: Response) -> Response:
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    return response
