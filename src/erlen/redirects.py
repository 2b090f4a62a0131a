"""Redirects, with Werkzeug's page for clients that do not follow them."""

from __future__ import annotations

import re
import typing as t
from functools import cache

from markupsafe import escape
from werkzeug.utils import redirect as _werkzeug_redirect

from ._core.respond import is_plain_location, own_pairs_of, percent_encode_unseen, to_uri

if t.TYPE_CHECKING:
    from werkzeug.routing import MapAdapter, RequestRedirect

    from .wrappers import Response

_MARK = "LOCATION"
_has_markup = re.compile(r"[&<>'\"]").search


@cache
def _page() -> list[str]:
    """Return what stands between the places of the location in Werkzeug's page."""
    return _werkzeug_redirect(_MARK).get_data(as_text=True).split(_MARK)


def make_redirect(location: str, code: int, response_class: type[Response]) -> Response:
    """Return a redirect to *location*, any URL or IRI, as a *response_class*."""
    if "\n" in location or "\r" in location:  # a client may have asked for it: no reason to fail
        location = to_uri(location)
    # PERF: 1.4 against 4.3 µs for Werkzeug's function (timeit).
    page = _page()
    shown = str(escape(location)) if _has_markup(location) else location
    text = f"{page[0]}{shown}{page[1]}{shown}{page[2]}"
    response = response_class(text, code, mimetype="text/html")
    own_pairs = own_pairs_of(response)
    if own_pairs is not None and is_plain_location(location):
        own_pairs.append(("Location", location))
    else:
        response.headers.add("Location", location)
    return response


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
