"""The way out: headers are made, checked once, and handed to the server."""

from __future__ import annotations

import re
import typing as t
from urllib.parse import quote

from werkzeug.urls import iri_to_uri
from werkzeug.wsgi import ClosingIterator

from .checks import (
    KNOWN_NAMES,
    LENGTH,
    LOCATION,
    PLAIN_NAMES,
    check,
    check_status,
    check_value,
    is_plain_text,
    kind_of_other,
)
from .construct import STATUS_LINES
from .headers import ResponseHeaders

if t.TYPE_CHECKING:
    import collections.abc as cabc

    from _typeshed.wsgi import StartResponse, WSGIEnvironment

    from ..wrappers import Response

    Pairs = list[tuple[str, str]]

_status_lines = STATUS_LINES
#: What a response says that depends on a cookie.
VARY_BY_COOKIE = ("Vary", "Cookie")

#: Headers of a representation that a 304 does not repeat (RFC 9110, 15.4.5, as Werkzeug has it).
_NOT_IN_304 = frozenset(
    {
        "allow",
        "content-encoding",
        "content-language",
        "content-length",
        "content-md5",
        "content-range",
        "content-type",
        "last-modified",
    }
)
_NOT_IN_EMPTY = frozenset({"content-length"})
#: The same, told by the names that most headers have: those that stay.
_known_in_304 = {name: name.lower() not in _NOT_IN_304 for name in KNOWN_NAMES}
_known_in_empty = {name: name.lower() not in _NOT_IN_EMPTY for name in KNOWN_NAMES}
_PLAIN_CHARS = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-._~%!$&'()*+,;=:@/?"

#: What ``iri_to_uri`` drops, so that "/\t/x" were the host x.
_unseen = re.compile(r"[\x00-\x20\x7f]")


def status_of(code: int) -> str:
    return STATUS_LINES.get(code) or f"{code} UNKNOWN"


def has_no_body(code: int) -> bool:
    return code == 204 or code == 304 or 100 <= code < 200


def own_pairs_of(response: Response) -> Pairs | None:
    """Return the headers of a response while nobody has looked at them, else None.

    They are in order, and what is added to them must be, too.
    """
    return getattr(response, "_own_pairs", None)


def send(
    response: Response, environ: WSGIEnvironment, start_response: StartResponse
) -> cabc.Iterable[bytes]:
    """Answer with *response*, whose ways to make headers and body are Werkzeug's."""
    code = response._status_code
    status = response._status
    bodiless = code != 200 and has_no_body(code)
    body = response.response
    own_pairs = response._own_pairs
    if (
        own_pairs is not None
        and (bodiless or _tell_length(own_pairs) or not isinstance(body, (list, tuple)))
        and not response.autocorrect_location_header
        and status is _status_lines.get(code)
    ):
        # PERF: headers that nobody looked at need no second look: 0.3 instead of 1.1 µs.
        pairs = _without_body_headers(code, own_pairs) if bodiless else own_pairs.copy()
    else:
        pairs = _checked_headers(response, environ, bodiless)
    start_response(status, pairs)

    if bodiless or environ.get("REQUEST_METHOD") == "HEAD":
        # PERF: with nothing to close, a HEAD takes 26,900 instructions, through ClosingIterator
        # 41,500 (callgrind, a text with a header).
        if (type(body) is list or type(body) is tuple) and not response._closers:
            return []
        body = ()
    elif type(body) is list and (own_pairs is not None or not response._closers):
        # PERF: one chunk, as nearly all have, 40 ns; the general way 280.
        if len(body) == 1 and type(body[0]) is bytes:
            return body
        return _encoded(body)
    elif response.direct_passthrough:
        return body  # type: ignore[return-value]
    elif response._keeps_iteration:
        return Chunks(response)
    else:
        body = response.iter_encoded()
    return ClosingIterator(body, response.close)


def _tell_length(pairs: Pairs) -> bool:
    for name, _ in pairs:  # noqa: SIM110 - no generator can be compiled here
        if name == "Content-Length":
            return True
    return False


def _checked_headers(response: Response, environ: WSGIEnvironment, bodiless: bool) -> Pairs:
    if response.autocorrect_location_header:
        pairs = response.get_wsgi_headers(environ).to_wsgi_list()
        check(response._status, pairs)
        return pairs
    try:
        pairs = response.headers._list
    except AttributeError:  # a view has put a dictionary there
        pairs = ResponseHeaders(response.headers)._list
    if bodiless:
        pairs = _without_body_headers(response._status_code, pairs)
    return _finish_headers(response, pairs, bodiless)


_END: t.Any = object()


class Chunks:
    """A body's chunks, encoded; with them the response ends, however they do."""

    # PERF: 100 chunks take 4.3 µs, through a generator 11, through ClosingIterator and
    # iter_encoded 16 (timeit).

    def __init__(self, response: Response) -> None:
        #: Made with the first chunk: the server was told the headers, so a failure is for it, too.
        self._chunks: t.Any = None
        self._response: Response | None = response

    def __iter__(self) -> cabc.Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        if self._response is None:
            raise StopIteration
        goes_on = False
        # PERF: 79 instructions a chunk and what its encoder takes; with `except`, which puts an
        # exception that is being handled away, and a codec that is not named, 132 (callgrind).
        try:
            if self._chunks is None:
                self._chunks = iter(self._response.response)
            chunk = next(self._chunks, _END)
            if chunk is not _END:
                encoded = _encoded_chunk(chunk)
                goes_on = True
                return encoded
        finally:
            if not goes_on:
                self.close()
        raise StopIteration

    def close(self) -> None:
        response, self._response = self._response, None
        self._chunks = None  # a generator in the middle ends before what it reads from is closed
        if response is not None:
            response.close()

    def __del__(self) -> None:
        self.close()


def _encoded_chunk(chunk: t.Any) -> bytes:
    if type(chunk) is str:
        text = chunk
        return text.encode("utf-8")
    return chunk.encode() if isinstance(chunk, str) else chunk


def _encoded(body: cabc.Iterable[str | bytes]) -> list[bytes]:
    return [_encoded_chunk(chunk) for chunk in body]


def is_plain_location(location: object) -> bool:
    """Tell whether *location* is a path with a query, and a URI as it stands.

    ``iri_to_uri`` would give the same.
    """
    if type(location) is not str:
        return False
    text = location
    if text[:1] != "/" or text[1:2] == "/" or text[-1:] == "?":
        return False
    for char in text:  # noqa: SIM110 - a loop over characters is what Cython makes quick
        if char not in _PLAIN_CHARS:
            return False
    return True


def to_uri(iri: str) -> str:
    """Return *iri*, which need not be a good one, with all encoded that a URI does not have."""
    try:
        return iri_to_uri(percent_encode_unseen(iri))
    except ValueError:  # no URL for all its looks, "http://[x": a path within this host
        path = quote(iri, safe="%!#$&'()*+,/;=?@~")
        return f"/.{path}" if path.startswith("//") else path


def percent_encode_unseen(url: str) -> str:
    """Return *url* with its spaces and control characters encoded."""
    return _unseen.sub(lambda char: f"%{ord(char[0]):02X}", url)


def _without_body_headers(code: int, pairs: Pairs) -> Pairs:
    # PERF: a file's 304 has 2,300 instructions of this, 7,400 with each name in lower case.
    known, unwanted = _known_in_empty, _NOT_IN_EMPTY
    if code == 304:
        known, unwanted = _known_in_304, _NOT_IN_304
    kept = []
    for pair in pairs:
        name = pair[0]
        stays = known.get(name)
        if stays is None:
            stays = name.lower() not in unwanted
        if stays:
            kept.append(pair)
    return kept


def _finish_headers(response: Response, pairs: Pairs, bodiless: bool) -> Pairs:
    """Check *pairs*; return them with locations as URIs, and with the length where it is known."""
    if response._status is not _status_lines.get(response._status_code):
        check_status(response._status)
    finished = pairs.copy()
    has_length = bodiless
    for index, (name, value) in enumerate(pairs):
        if name not in PLAIN_NAMES:
            kind = KNOWN_NAMES.get(name)
            if kind is None:
                kind = kind_of_other(name)
            if kind == LENGTH:
                has_length = True
            elif kind == LOCATION and not (name in KNOWN_NAMES and is_plain_location(value)):
                value = to_uri(value)
                finished[index] = (name.title(), value)  # as Werkzeug writes "location", too
        if not is_plain_text(value):
            check_value(name, value)
    if (
        not has_length
        and response.automatically_set_content_length
        and isinstance(response.response, (list, tuple))
    ):
        length = sum(map(len, _encoded(response.response)))
        finished.append(("Content-Length", str(length)))
    return finished
