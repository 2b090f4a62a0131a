from __future__ import annotations

import io
import json
import typing as t

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from werkzeug.exceptions import ClientDisconnected, RequestEntityTooLarge, RequestTimeout
from werkzeug.http import parse_options_header
from werkzeug.wsgi import get_content_length

from erlen._core import body

LENGTHS = st.sampled_from(
    ["", "0", "1", "007", " 7", "-1", "+1", "1_0", "٣", "²", "9" * 400, "9" * 5000]
)
TYPES = st.lists(
    st.sampled_from(
        [
            "text/plain",
            "a/B",
            ";",
            "=",
            '"',
            " ",
            "\t",
            "charset",
            "boundary*",
            "utf-8",
            "%22",
            "\\",
        ]
    ),
    max_size=9,
).map("".join)


def terminated(data: bytes, length: int | None = None) -> dict[str, t.Any]:
    environ = {"wsgi.input": io.BytesIO(data), "wsgi.input_terminated": True}
    return environ if length is None else {**environ, "CONTENT_LENGTH": str(length)}


def announced(data: bytes, length: int) -> dict[str, t.Any]:
    return {"wsgi.input": io.BytesIO(data), "CONTENT_LENGTH": str(length)}


@given(LENGTHS | st.none(), st.sampled_from([None, "chunked", "gzip, chunked", "gzip", ""]))
def test_the_announced_length_is_werkzeugs(length: str | None, encoding: str | None) -> None:
    headers = {"CONTENT_LENGTH": length, "HTTP_TRANSFER_ENCODING": encoding}
    environ: t.Any = {name: value for name, value in headers.items() if value is not None}
    assert body.announced_length(environ) == get_content_length(environ)


@given(TYPES | st.text(st.characters(max_codepoint=255), max_size=30))
@example("multipart/form-data; boundary=----WebKitFormBoundaryX")
@example("text/html; Charset=UTF-8")
def test_a_content_type_is_read_as_by_werkzeug(value: str) -> None:
    mimetype, parameters = parse_options_header(value)
    assert body.parse_content_type(value) == (mimetype.lower(), parameters)


@pytest.mark.parametrize("environ", [terminated(b"x" * 20, 20), announced(b"x" * 20, 20)])
def test_a_whole_body_is_read_to_its_end(environ: dict[str, t.Any]) -> None:
    stream = body.open_stream(environ, 20)
    assert stream.read(5) == b"x" * 5
    assert stream.read() == b"x" * 15
    assert stream.read() == b""


@pytest.mark.parametrize("environ", [terminated(b"x" * 19, 20), announced(b"x" * 19, 20)])
def test_a_body_that_breaks_off_is_an_error_each_time(environ: dict[str, t.Any]) -> None:
    stream = body.open_stream(environ, None)
    for _ in range(2):
        with pytest.raises(ClientDisconnected):
            stream.read()


@pytest.mark.parametrize("size", [1, 7, 4096, -1])
@pytest.mark.parametrize("length", [None, 3])
def test_no_more_is_read_than_is_allowed(size: int, length: int | None) -> None:
    environ = terminated(b"x" * 10_000, length)
    stream = body.open_stream(environ, 20)
    with pytest.raises(RequestEntityTooLarge):
        while stream.read(size):
            pass
    assert environ["wsgi.input"].tell() == 21


def test_what_announces_too_much_is_not_read_at_all() -> None:
    for environ in (terminated(b"x", 21), announced(b"x", 21)):
        with pytest.raises(RequestEntityTooLarge):
            body.open_stream(environ, 20)


def test_without_a_length_only_a_server_tells_where_a_body_ends() -> None:
    assert body.open_stream({"wsgi.input": io.BytesIO(b"x")}, None).read() == b""
    assert body.open_stream(terminated(b"x"), None).read() == b"x"


def test_a_client_that_goes_away_without_a_length_or_a_limit_is_noticed() -> None:
    class Gone(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            raise ConnectionResetError

    stream = body.open_stream({"wsgi.input": Gone(), "wsgi.input_terminated": True}, None)
    with pytest.raises(ClientDisconnected):
        stream.read()


def test_what_was_read_before_counts() -> None:
    environ = announced(b"x" * 20, 20)
    assert body.read_once(environ, 20) == b"x" * 20
    assert body.open_stream(environ, None, 20).read() == b""
    late = terminated(b"x" * 30, 20)
    data = body.read_once(late, 20)
    assert data + body.open_stream(late, None, len(data)).read() == b"x" * 30


class Broken:
    def read(self, size: int) -> bytes:
        raise OSError("reset by peer")


def test_a_connection_that_breaks_is_the_clients_fault() -> None:
    environ: t.Any = {"wsgi.input": Broken(), "CONTENT_LENGTH": "20"}
    with pytest.raises(ClientDisconnected):
        body.read_once(environ, 20)
    with pytest.raises(ClientDisconnected):
        body.open_stream({**environ, "wsgi.input_terminated": True}, None).read()


@pytest.mark.parametrize("size", [1, 1000, body.BLOCK])
def test_blocks_are_of_one_size_however_little_comes_at_a_time(size: int) -> None:
    source = io.BytesIO(b"x" * (body.BLOCK + 10))
    found = list(body.blocks(lambda most: source.read(min(most, size))))
    assert [len(block) for block in found] == [body.BLOCK, 10]


def test_reading_all_stops_at_a_limit() -> None:
    assert body.read_all(io.BytesIO(b"x" * 20), 20) == b"x" * 20
    with pytest.raises(RequestEntityTooLarge):
        body.read_all(io.BytesIO(b"x" * 21), 20)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=6,
)


@given(VALUES.map(json.dumps), st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-32-be"]))
@example("[1] ", "utf-8")
@example("[1", "utf-8")
@example('{"a": 1, "a": 2}', "utf-8")
def test_plain_json_is_what_the_library_reads(text: str, encoding: str) -> None:
    data = text.encode(encoding)
    try:
        value = body.parse_json(data, None)
    except ValueError:
        return  # not plain; the library is asked then
    assert repr(value) == repr(json.loads(data))


def test_json_that_may_be_too_deep_is_not_plain() -> None:
    assert body.parse_json(b"[[[1]]]", 3) == [[[1]]]
    with pytest.raises(ValueError):
        body.parse_json(b"[[[[]]]]", 3)
    with pytest.raises(ValueError):
        body.parse_json(b"[" * 100_000 + b"]" * 100_000, None)


@pytest.mark.parametrize("terminated", [False, True])
def test_what_a_source_refuses_by_itself_is_passed_on(terminated: bool) -> None:
    class Refusing(io.RawIOBase):
        def read(self, size: int = -1) -> bytes:
            raise RequestEntityTooLarge()

    environ: dict[str, t.Any] = {"wsgi.input": Refusing(), "CONTENT_LENGTH": "3"}
    with pytest.raises(RequestEntityTooLarge):
        body.read_once(environ, 3)
    environ["wsgi.input_terminated"] = True
    with pytest.raises(RequestEntityTooLarge):
        body.open_stream(environ, None).read()


def test_a_stream_knows_its_place() -> None:
    environ: dict[str, t.Any] = {"wsgi.input": io.BytesIO(b"abc"), "wsgi.input_terminated": True}
    stream = body.open_stream(environ, 10)
    assert stream.readable()
    assert (stream.read(2), stream.tell()) == (b"ab", 2)


LINES = [b"one\n", b"\n", b"three\r\n", b"four"]


@pytest.mark.parametrize("most", [None, 100])
@pytest.mark.parametrize("is_terminated", [True, False])
def test_lines_come_as_the_server_finds_them(is_terminated: bool, most: int | None) -> None:
    data = b"".join(LINES)
    environ = terminated(data) if is_terminated else announced(data + b"more", len(data))
    stream = body.open_stream(environ, most)
    assert [stream.readline(2), stream.readline(None), stream.readline(0)] == [b"on", b"e\n", b""]  # type: ignore[arg-type]
    assert list(stream) == LINES[1:]
    assert stream.readline() == b""


class NoLines:
    """A server's stream without ``readline``."""

    def __init__(self, data: bytes) -> None:
        self.read = io.BytesIO(data).read


class NoSize(NoLines):
    def readline(self) -> bytes:
        raise AssertionError


@pytest.mark.parametrize("source_class", [NoLines, NoSize])
@pytest.mark.parametrize("is_terminated", [True, False])
def test_lines_are_found_where_the_server_finds_none(
    source_class: type[NoLines], is_terminated: bool
) -> None:
    environ: dict[str, t.Any] = {"wsgi.input": source_class(b"a\nb"), "CONTENT_LENGTH": "3"}
    if is_terminated:
        environ["wsgi.input_terminated"] = True
    assert list(body.open_stream(environ, None)) == [b"a\n", b"b"]


def test_nothing_is_read_where_nothing_is_wanted() -> None:
    stream = body.open_stream(terminated(b"ab", 2), None)
    assert (stream.read(0), stream.readline(0), stream.read()) == (b"", b"", b"ab")


def test_a_line_beyond_the_limit_is_too_large() -> None:
    stream = body.open_stream(terminated(b"a\n" + b"b" * 20), 10)
    assert stream.readline() == b"a\n"
    with pytest.raises(RequestEntityTooLarge):
        stream.readline()


class Careless(io.BytesIO):
    """Takes no notice of the size."""

    def readline(self, size: int | None = -1, /) -> bytes:
        return super().readline()


class Late(io.BytesIO):
    def readline(self, size: int | None = -1, /) -> bytes:
        raise RequestTimeout


class Lost(io.BytesIO):
    def readline(self, size: int | None = -1, /) -> bytes:
        raise ConnectionResetError


@pytest.mark.parametrize(
    "source, error",
    [
        (Careless(b"a" * 20), ClientDisconnected),
        (Late(), RequestTimeout),
        (Lost(), ClientDisconnected),
        (io.BytesIO(), ClientDisconnected),
    ],
)
@pytest.mark.parametrize("is_terminated", [True, False])
def test_a_line_that_breaks_off_is_no_line(
    source: io.BytesIO, error: type[Exception], is_terminated: bool
) -> None:
    source.seek(0)
    environ: dict[str, t.Any] = {"wsgi.input": source, "CONTENT_LENGTH": "10"}
    if is_terminated:
        environ["wsgi.input_terminated"] = True
    with pytest.raises(error):
        body.open_stream(environ, 12).readline()
