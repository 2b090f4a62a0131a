"""Redirects, with Werkzeug's page for clients that do not follow them."""

from __future__ import annotations

import typing as t

from markupsafe import escape
from werkzeug.utils import redirect as _werkzeug_redirect

from .construct import can_fill, length_header, new_response
from .contexts import current
from .respond import is_plain_location, percent_encode_unseen, to_uri

if t.TYPE_CHECKING:
    from werkzeug.routing import MapAdapter, RequestRedirect
    from werkzeug.wrappers import Response as BaseResponse

    from ..registration import App
    from ..wrappers import Response

_get_frame: t.Any = current.get
_MARK = b"LOCATION"
_HTML = ("Content-Type", "text/html; charset=utf-8")
#: What stands around the two places of the location in Werkzeug's page.
_page: list[bytes] = []


def _load_page() -> None:
    _page[:] = _werkzeug_redirect(_MARK.decode()).get_data().split(_MARK)


def make_redirect(location: str, code: int, response_class: type[Response]) -> Response:
    """Return a redirect to *location*, any URL or IRI, as a *response_class*."""
    if not _page:
        _load_page()
    before, between, after = _page
    if is_plain_location(location) and can_fill(response_class, code) and not _has_markup(location):
        # PERF: 0.7 instead of 2.3 µs for a location that has to be looked at (timeit).
        text = location
        shown = text.encode()
        body = b"".join((before, shown, between, shown, after))
        pairs = [_HTML, length_header(body), ("Location", location)]
        return new_response(response_class, body, code, pairs)
    if "\n" in location or "\r" in location:  # a client may have asked for it: no reason to fail
        location = to_uri(location)
    shown = str(escape(location)).encode()
    body = b"".join((before, shown, between, shown, after))
    response = response_class(body, code, mimetype="text/html")
    response.headers.add("Location", location)
    return response


def _has_markup(plain_location: str) -> bool:
    return "&" in plain_location or "'" in plain_location


def redirect(
    location: str, code: int = 302, Response: type[BaseResponse] | None = None
) -> BaseResponse:
    """Make a response that sends the client to ``location``.

    The current application's ``redirect`` makes it. ``Response`` is the class to use where no
    application is current.
    """
    frame = _get_frame()
    if frame is not None:
        return frame[0].app.redirect(location, code=code)  # type: ignore[no-any-return]
    return _werkzeug_redirect(location, code=code, Response=Response)


def redirect_for(app: App, location: str, code: int = 302) -> Response:
    """Return a redirect to *location*: what :func:`erlen.redirect` does."""
    return make_redirect(location, code, app.response_class)


def redirect_within(
    exc: RequestRedirect, adapter: MapAdapter | None, response_class: type[Response]
) -> Response:
    """Return the redirect that routing asks for, without the host if that stays the same.

    The host is what the client said it is: a cache must not send others there.
    """
    location = percent_encode_unseen(exc.new_url)
    if adapter is not None:
        origin = f"{adapter.url_scheme}://{adapter.get_host(None)}"
        if location.startswith(f"{origin}/"):
            location = location.removeprefix(origin)
            if location.startswith("//"):  # a path, but read as a host
                location = f"/.{location}"
    return make_redirect(location, exc.code, response_class)
