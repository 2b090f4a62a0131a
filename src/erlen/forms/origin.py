"""Where a request was sent from, as far as browsers tell.

docs/how/csrf.md has the reasons.
"""

from __future__ import annotations

import collections.abc as cabc
import enum
import typing as t
from urllib.parse import urlsplit

if t.TYPE_CHECKING:
    from werkzeug.wrappers import Request

_DEFAULT_PORTS = {"http": 80, "https": 443}

#: Scheme, host and port.
_Place = tuple[str, str | None, int | None]


class Source(enum.Enum):
    """What a request's headers prove about the page that sent it."""

    OWN = enum.auto()  #: a page of the application itself, or of a trusted origin
    FOREIGN = enum.auto()  #: a page of somebody else
    UNKNOWN = enum.auto()  #: nothing: no browser, an old one, or one that was told to hide it


def source_of(request: Request, trusted: cabc.Container[str] = ()) -> Source:
    """Judge by ``Sec-Fetch-Site`` and ``Origin``, which no page can set or change."""
    origin = request.headers.get("Origin")
    if origin is not None and origin in trusted:
        return Source.OWN
    site = request.headers.get("Sec-Fetch-Site")
    if site == "same-origin":
        return Source.OWN
    if site in ("same-site", "cross-site"):
        return Source.FOREIGN
    if origin is None or origin == "null":
        return Source.UNKNOWN
    return Source.OWN if _is_own(origin, request) else Source.FOREIGN


def _is_own(origin: str, request: Request) -> bool:
    theirs = _place(origin)
    scheme, host, port = ours = _place(f"{request.scheme}://{request.host}")
    if theirs == ours:
        return True
    # TLS ended at a proxy that does not say so. The other way round is no match: anybody on the
    # wire can make a page on http://.
    return theirs == ("https", host, 443 if port == 80 else port) and scheme == "http"


def same_origin(current_uri: str, compare_uri: str) -> bool:
    """Tell whether two URLs have the same scheme, host and port."""
    return _place(current_uri) == _place(compare_uri) != _NOWHERE


_NOWHERE: _Place = ("", None, None)


def _place(url: str) -> _Place:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return _NOWHERE
    return parts.scheme, parts.hostname, port or _DEFAULT_PORTS.get(parts.scheme)
