"""Each parser alone: it raises what it says or nothing, and never takes longer than it may."""

from __future__ import annotations

import io
import string
import typing as t

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from werkzeug.datastructures import FileStorage, ImmutableMultiDict
from werkzeug.exceptions import (
    BadRequest,
    HTTPException,
    RequestEntityTooLarge,
    UnsupportedMediaType,
)

from erlen import Erlen, Request
from erlen._core import body, cookies, dates, fields
from erlen._core.multipart import FormLimits, MultipartParser
from erlen.sessions import SecureCookieSessionInterface
from tests.measuring import cpu_of
from tests.wsgi import make_environ

from . import guided, pieces
from .test_shapes import bodies, next_to, texts

#: Milliseconds of CPU for 64 KB of headers, and for a body of 1 MB.
HEADERS_CPU, BODY_CPU = 50, 500

#: What a view may ask about a header, by the header.
HEADERS: dict[str, t.Callable[[Request], object]] = {
    "HTTP_ACCEPT": lambda r: (str(r.accept_mimetypes), r.accept_mimetypes.best_match(["a/b"])),
    "HTTP_ACCEPT_CHARSET": lambda r: (str(r.accept_charsets), r.accept_charsets.best_match(["a"])),
    "HTTP_ACCEPT_ENCODING": lambda r: str(r.accept_encodings),
    "HTTP_ACCEPT_LANGUAGE": lambda r: r.accept_languages.best_match(["de", "en-GB"]),
    "HTTP_AUTHORIZATION": lambda r: str(r.authorization),
    "HTTP_CACHE_CONTROL": lambda r: (str(r.cache_control), r.cache_control.max_age),
    "HTTP_COOKIE": lambda r: sorted(r.cookies.items(multi=True)),
    "HTTP_CONTENT_MD5": lambda r: r.content_md5,
    "HTTP_DATE": lambda r: str(r.date),
    "HTTP_HOST": lambda r: (r.host, r.url, r.base_url),
    "HTTP_IF_MATCH": lambda r: (str(r.if_match), "a" in r.if_match),
    "HTTP_IF_MODIFIED_SINCE": lambda r: str(r.if_modified_since),
    "HTTP_IF_NONE_MATCH": lambda r: (str(r.if_none_match), r.if_none_match.contains_weak("a")),
    "HTTP_IF_RANGE": lambda r: str(r.if_range),
    "HTTP_IF_UNMODIFIED_SINCE": lambda r: str(r.if_unmodified_since),
    "HTTP_MAX_FORWARDS": lambda r: r.max_forwards,
    "HTTP_RANGE": lambda r: (str(r.range), r.range and r.range.range_for_length(100)),
    "HTTP_TRANSFER_ENCODING": lambda r: r.content_length,
    "HTTP_X_FORWARDED_FOR": lambda r: list(r.access_route),
    "CONTENT_TYPE": lambda r: (r.mimetype, sorted(r.mimetype_params.items()), r.is_json),
    "CONTENT_LENGTH": lambda r: r.content_length,
    "PATH_INFO": lambda r: (r.path, r.url),
    "QUERY_STRING": lambda r: (sorted(r.args.items(multi=True)), r.full_path, r.url),
}
_SAMPLES = {
    **pieces.HEADERS,
    "HTTP_HOST": pieces.HOSTS,
    "CONTENT_TYPE": pieces.CONTENT_TYPES,
    "CONTENT_LENGTH": pieces.LENGTHS,
    "PATH_INFO": pieces.PATHS,
    "QUERY_STRING": pieces.QUERIES,
}
#: What makes a parser that goes back and forth slow: long runs of what it cannot decide on.
SEPARATORS = (
    *string.punctuation,
    " ",
    "\t",
    "a",
    "0",
    "\xff",
    '\\"',
    '",',
    ";=",
    "=;",
    'W/"',
    "%4",
)


@given(st.data())
@settings(max_examples=1500)
def test_no_header_makes_its_parser_raise(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(HEADERS)))
    value = data.draw(next_to(_SAMPLES[name]) | texts)
    HEADERS[name](Request(make_environ(**{name: value})))


@pytest.mark.parametrize("name", sorted(HEADERS))
def test_64_kb_of_a_header_are_parsed_in_no_time(name: str) -> None:
    starts = [_SAMPLES[name][0], ""]
    slow = {}
    for start in starts:
        for separator in SEPARATORS:
            value = start + separator * (65_536 // len(separator)) + start
            if name == "PATH_INFO":
                value = value[: 16 * 1024]

            def parse(value: str = value) -> None:
                request = Request(make_environ(**{name: value}))
                try:
                    HEADERS[name](request)
                except HTTPException:
                    assert name == "QUERY_STRING"  # too many fields

            taken = cpu_of(parse, HEADERS_CPU)
            if taken > HEADERS_CPU:
                slow[start, separator] = taken
    assert slow == {}


RULES = [
    "/<path:a>/x/<path:b>/y/<path:c>",
    "/<a>-<b>-<c>-<d>",
    "/<path:a>.<path:b>/<int:c>",
    "/<float:a>/<path:b>",
    "/<any(a, aa, aaa):a>/<path:b>",
    "/<string(minlength=2):a>/<b>",
]


@pytest.mark.parametrize("rule", RULES)
def test_16_kb_of_a_path_are_matched_in_no_time(rule: str) -> None:
    app = Erlen("rules", static_folder=None, root_path="/")
    app.add_url_rule(rule, "view", lambda **values: "found")
    environ = make_environ()
    for bit in ("/", "x/", "/x/y", "-", "a", "a-", ".", "1", "1.", "//", "\xff", "aaa/", "%", "é/"):
        environ["PATH_INFO"] = "/" + bit * (16_384 // len(bit))
        taken = cpu_of(lambda: list(app(dict(environ), _ignore)), HEADERS_CPU)
        assert taken < HEADERS_CPU, (rule, bit)


def _ignore(status: str, headers: t.Any, exc_info: t.Any = None) -> t.Any:
    return None


# Bodies

LIMITS = FormLimits(parts=20, field=2000, total=4000)


def _parse_multipart(
    data: bytes, size: int, limits: FormLimits = LIMITS
) -> tuple[object, list[tuple[str, str | None, bytes]]] | None:
    stream = io.BytesIO(data)
    parser = MultipartParser("b", limits)
    try:
        form, files = parser.parse(b"", lambda: stream.read(size))
    except ValueError:
        return None
    read = [(name, file.filename, _read(file)) for name, file in files]
    return form, read


def _read(file: FileStorage) -> bytes:
    with file.stream as stream:
        return stream.read()


multiparts = bodies.map(lambda body: body[1]) | st.lists(
    st.sampled_from(
        [b"--b", b"--b--", b"\r\n", b"\n", b"\r", b"--", b"-", b"b", b" ", b"x", *pieces.PART_HEADS]
    ),
    max_size=30,
).map(b"".join)


@given(multiparts, st.integers(1, 50))
@settings(max_examples=800)
@example(b'--b\r\nContent-Disposition: form-data; name="a"\r\n\r\n\r\n--b\r\n--b--', 1)
def test_a_multipart_form_is_the_same_however_it_comes_in(data: bytes, size: int) -> None:
    try:
        expected = _parse_multipart(data, len(data) + 1)
    except RequestEntityTooLarge:
        with pytest.raises(RequestEntityTooLarge):
            _parse_multipart(data, size)
    else:
        assert _parse_multipart(data, size) == expected


@given(bodies, st.sampled_from(["form", "files", "data", "json", "silent"]))
@settings(max_examples=800)
def test_no_body_makes_a_request_raise_anything_but_an_answer(
    sent: tuple[str, bytes], read: str
) -> None:
    kind, data = sent
    environ = make_environ(
        "/", "POST", CONTENT_TYPE=kind, CONTENT_LENGTH=str(len(data)), **{"wsgi.input": _io(data)}
    )
    request = Request(environ)
    try:
        if read == "json":
            request.get_json(force=True)
        elif read == "silent":
            request.get_json(force=True, silent=True)
        else:
            getattr(request, read)
    except (BadRequest, RequestEntityTooLarge, UnsupportedMediaType):
        assert read != "silent"
    finally:
        request.close()


def _io(data: bytes) -> t.Any:
    return io.BytesIO(data)


MANY = 1_000_000
LARGE: dict[str, tuple[str, bytes]] = {
    "fields": (pieces.CONTENT_TYPES[0], b"a=1&" * (MANY // 4)),
    "separators": (pieces.CONTENT_TYPES[0], b"&" * MANY),
    "escapes": (pieces.CONTENT_TYPES[0], b"a=" + b"%41" * (MANY // 3)),
    "broken escapes": (pieces.CONTENT_TYPES[0], b"a=" + b"%" * MANY),
    "no UTF-8": (pieces.CONTENT_TYPES[0], b"a=" + b"%ff" * (MANY // 3)),
    "one file": (
        "multipart/form-data; boundary=b",
        b'--b\r\nContent-Disposition: form-data; name="a"; filename="f"\r\n\r\n'
        + b"x" * MANY
        + b"\r\n--b--",
    ),
    "dashes": (
        "multipart/form-data; boundary=b",
        b'--b\r\nContent-Disposition: form-data; name="a"; filename="f"\r\n\r\n'
        + b"\r\n--" * (MANY // 4)
        + b"\r\n--b--",
    ),
    "near boundaries": (
        "multipart/form-data; boundary=b",
        b'--b\r\nContent-Disposition: form-data; name="a"; filename="f"\r\n\r\n'
        + b"\r\n--bx" * (MANY // 6)
        + b"\r\n--b--",
    ),
    "boundaries": ("multipart/form-data; boundary=b", b"--b\r\n" * (MANY // 5)),
    "preamble": ("multipart/form-data; boundary=b", b"\n" * MANY),
    "brackets": ("application/json", b"[" * MANY),
    "numbers": ("application/json", b"[" + b"1," * (MANY // 2) + b"1]"),
    "digits": ("application/json", b"9" * MANY),
    "string": ("application/json", b'"' + b"\\u00e9" * (MANY // 6) + b'"'),
    "spaces": ("application/json", b" " * MANY),
    "keys": ("application/json", b"{" + b'"a":1,' * (MANY // 6) + b'"a":1}'),
}


@pytest.mark.parametrize("name", LARGE)
def test_1_mb_of_a_body_is_parsed_in_no_time(name: str) -> None:
    kind, data = LARGE[name]

    def parse() -> None:
        environ = make_environ(
            "/",
            "POST",
            CONTENT_TYPE=kind,
            CONTENT_LENGTH=str(len(data)),
            **{"wsgi.input": _io(data)},
        )
        request = Request(environ)
        try:
            request.get_json() if request.is_json else (request.form, request.files)
        except (BadRequest, RequestEntityTooLarge):
            pass
        finally:
            request.close()

    assert cpu_of(parse, BODY_CPU) < BODY_CPU


# Parsers below the request

interface = SecureCookieSessionInterface()
app = Erlen("parsers", static_folder=None, root_path="/")
app.secret_key = "a key of thirty-two characters.."


@given(next_to(pieces.HEADERS["HTTP_COOKIE"]) | texts)
@settings(max_examples=500)
def test_no_cookie_opens_a_session_that_is_not_its_own(value: str) -> None:
    request = Request(make_environ(HTTP_COOKIE=f"session={value}"))
    session = interface.open_session(app, request)
    assert session == {}


@given(texts)
def test_the_small_parsers_take_any_text(text: str) -> None:
    dates.parse(text)
    body.parse_content_type(text)
    cookies.parse(text, ImmutableMultiDict)
    fields.pairs(fields.keep_encoded(text.encode("latin-1")))
    fields.lists(fields.keep_encoded(text.encode("latin-1")))


def test_every_test_here_can_be_guided_by_coverage() -> None:
    guided.find_test("test_no_header_makes_its_parser_raise")(b"\0" * 20)
    with pytest.raises(LookupError, match="test_the_small_parsers_take_any_text"):
        guided.find_test("test_nothing")
