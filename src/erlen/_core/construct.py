"""How a response comes to be, where its class leaves that as it is."""

from __future__ import annotations

import typing as t
from types import GeneratorType

from werkzeug.http import HTTP_STATUS_CODES
from werkzeug.utils import get_content_type

from .checks import are_plain
from .headers import ResponseHeaders

if t.TYPE_CHECKING:
    from ..wrappers import Response

    Pair = tuple[str, str]
    Pairs = list[Pair]

#: Status lines by code, as Werkzeug writes them.
STATUS_LINES: dict[int, str] = {
    code: f"{code} {phrase.upper()}" for code, phrase in HTTP_STATUS_CODES.items()
}
_status_lines = STATUS_LINES
#: The headers of mimetypes that were in order; as many as an application has.
_known_mimetypes: dict[str | None, Pair] = {}
_MOST_MIMETYPES = 64


def header_of_mimetype(mimetype: str | None) -> Pair | None:
    """Return the Content-Type header for *mimetype*; None when it may not be sent."""
    pair = _known_mimetypes.get(mimetype)
    if pair is None and mimetype is not None:
        pair = header_of_type(get_content_type(mimetype, "utf-8"))
        if pair is not None and len(_known_mimetypes) < _MOST_MIMETYPES:
            _known_mimetypes[mimetype] = pair
    return pair


def header_of_type(content_type: object) -> Pair | None:
    if type(content_type) is str and content_type.isascii() and content_type.isprintable():
        return ("Content-Type", content_type)
    return None


def new_headers(pairs: Pairs) -> ResponseHeaders:
    """Return headers over *pairs*, which are taken over and not checked."""
    # PERF: 0.2 against 1.7 µs for Headers(pairs) with two pairs (timeit).
    headers = ResponseHeaders.__new__(ResponseHeaders)
    headers._list = pairs
    return headers


def begin(
    response: Response,
    body: t.Any,
    status: t.Any,
    headers: t.Any,
    mimetype: str | None,
    content_type: str | None,
    direct_passthrough: bool,
) -> bool:
    """Do what the constructor does; return False where only Werkzeug's can."""
    if not response._keeps_set_data:
        return False
    if content_type is not None:
        pair = header_of_type(content_type)
    else:
        pair = header_of_mimetype(response.default_mimetype if mimetype is None else mimetype)
    if pair is None:
        return False
    is_default = mimetype is None and content_type is None
    pairs = [pair] if headers is None else _pairs_of(headers, pair, is_default)
    if pairs is None:
        return False
    if status is None:
        status = response.default_status
    if not (response._keeps_status and status in _status_lines):
        response.status = status
    elif status != 200:
        response._status = _status_lines[status]
        response._status_code = int(status)
    if direct_passthrough:
        response.direct_passthrough = True
    in_order = headers is None or are_plain(pairs)
    if isinstance(body, str):
        body = body.encode()
    if isinstance(body, (bytes, bytearray)):
        own_body = bytes(body)
        body = [own_body]
        if response.automatically_set_content_length:
            pairs.append(length_header(own_body))
    response.response = [] if body is None else body
    if in_order:
        response._own_pairs = pairs
    else:
        response.headers = new_headers(pairs)
    return True


def _pairs_of(headers: t.Any, content_type: Pair, is_default: bool) -> Pairs | None:
    """Return *headers*, a plain dictionary, with the content type; None if there is more to it."""
    # PERF: a response with a header of its own 1.2 instead of 4 µs (timeit).
    if type(headers) is not dict:
        return None
    pairs: Pairs = []
    has_type = False
    for name, value in headers.items():
        if type(name) is not str or type(value) is not str or "\n" in value or "\r" in value:
            return None
        length = len(name)
        if length == 12 and name.lower() == "content-type":
            has_type = True
        elif length == 14 and name.lower() == "content-length":
            return None
        pairs.append((name, value))
    if not has_type:
        pairs.append(content_type)
    elif not is_default:
        return None
    return pairs


def can_fill(cls: type[Response], code: object) -> bool:
    """Tell whether :func:`new_response` does what calling the class would."""
    return getattr(cls, "_keeps_construction", False) and code in _status_lines


class HeadersAttribute:
    """The headers of a response, made of its own pairs when somebody asks for them.

    From then on they are what is sent: the response has no pairs of its own any more.
    """

    def __get__(self, response: Response | None, owner: type | None) -> t.Any:
        if response is None:
            return self
        if response._headers is None:
            own_pairs = response._own_pairs
            if own_pairs is not None:
                response._headers = new_headers(own_pairs)
                response._own_pairs = None
            else:
                adopt(response)
                if response._headers is None:
                    raise AttributeError("A response has its headers from its constructor.")
        return response._headers

    def __set__(self, response: Response, value: t.Any) -> None:
        response._headers = value
        response._own_pairs = None

    def __delete__(self, response: Response) -> None:
        self.__set__(response, None)


def adopt(response: Response) -> None:
    """Take over what another kind of response has that became one of Erlen's."""
    for name in ("headers", "_on_close"):
        if name in response.__dict__:
            setattr(response, name, response.__dict__.pop(name))


def length_header(body: bytes) -> Pair:
    # PERF: compiled, C prints the number: 330 instructions, and 1,100 for `str` (callgrind).
    size = len(body)
    return ("Content-Length", f"{size}")


def fill(response: Response, body: bytes, code: int, pairs: Pairs) -> None:
    """Give a new response what its constructor would; *code* has to be a known one.

    *pairs* are its headers, which are taken over and must be in order.
    """
    response.response = [body]
    response._own_pairs = pairs
    if code != 200:
        response._status = _status_lines[code]
        response._status_code = int(code)  # of an HTTPStatus


def new_response(cls: type[Response], body: bytes, code: int, pairs: Pairs) -> Response:
    """Return a response of a class that leaves its construction as it is; see :func:`fill`."""
    response = cls.__new__(cls)
    fill(response, body, code, pairs)
    return response


def plain_response(cls: type[Response], content_type: Pair, rv: object) -> Response | None:
    """Return the response for what most views return: a text, or a text and a status."""
    code = 200
    if type(rv) is tuple and len(rv) == 2:
        rv, other = rv
        if type(other) is dict:
            return _with_headers(cls, content_type, rv, other)
        if type(other) is not int or other not in STATUS_LINES:
            return None
        code = other
    if type(rv) is not str:
        return None
    body = rv.encode()
    return new_response(cls, body, code, [content_type, length_header(body)])


def _with_headers(
    cls: type[Response], content_type: Pair, body: object, headers: t.Any
) -> Response | None:
    """Return the response for a text or a generator with headers, a plain dictionary."""
    if type(body) is not str and type(body) is not GeneratorType:
        return None
    # PERF: a text with a header takes 18,300 instructions, through the constructor 22,700
    # (callgrind).
    pairs = _pairs_of(headers, content_type, True)
    if pairs is None or not are_plain(pairs):
        return cls(body, None, headers)
    if type(body) is str:
        data = body.encode()
        pairs.append(length_header(data))
        return new_response(cls, data, 200, pairs)
    response = cls.__new__(cls)
    response.response = body
    response._own_pairs = pairs
    return response
