from __future__ import annotations

import io
import typing as t

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.formparser import MultiPartParser

from erlen._core.multipart import FormLimits, MultipartParser
from erlen._core.uploads import base_name
from tests.measuring import cpu_of

DEFAULT = FormLimits(parts=1_000, field=500_000, total=8_000_000)
NAMED = 'Content-Disposition: form-data; name="a"'
END = b"--b--\r\n"

Found = tuple[list[tuple[str, str]], list[tuple[str, t.Any]]]


def part(head: str = NAMED, content: bytes = b"x") -> bytes:
    return b"--b\r\n%b\r\n\r\n%b\r\n" % (head.encode(), content)


def parse(
    data: bytes, boundary: str = "b", limits: FormLimits = DEFAULT, size: int | None = None
) -> Found:
    """Parse *data* as a whole or in blocks of *size* bytes."""
    step = size or len(data) or 1
    blocks = iter([data[at : at + step] for at in range(0, len(data), step)])
    return MultipartParser(boundary, limits).parse(next(blocks, b""), lambda: next(blocks, b""))


def described(fields: t.Any, files: t.Any) -> object:
    """Return what two parsers must agree on, but for rows SAFE-7 and SAFE-8."""
    files = list(files.items(multi=True))
    kept = [
        (name, base_name(file.filename), file.name, file.read(), list(file.headers))
        for name, file in files
        if name is not None  # SAFE-8: a part without a name is dropped
    ]
    for _, file in files:
        file.close()
    return [(name, value) for name, value in fields.items(multi=True) if name is not None], kept


#: Where Werkzeug gives up the form for a part that cannot have a name, which is dropped here.
UNNAMED = object()


def ours(data: bytes, size: int | None = None) -> object:
    try:
        fields, files = parse(data, size=size)
    except (ValueError, RequestEntityTooLarge) as exc:
        return type(exc) if isinstance(exc, RequestEntityTooLarge) else ValueError
    return described(MultiDict(fields), MultiDict(files))


def werkzeugs(data: bytes) -> object:
    try:
        # Files in memory, as Werkzeug leaves them open when the form fails.
        parser = MultiPartParser(t.cast(t.Any, lambda **_: io.BytesIO()))
        fields, files = parser.parse(io.BytesIO(data), b"b", len(data))
    except ValueError as exc:
        return UNNAMED if "Content-Disposition" in str(exc) else ValueError
    return described(fields, files)


TOKENS = [
    b"--b", b"--b", b"--b--", b"\r\n", b"\r\n", b"\r\n", b"\n", b"\r", b" ", b"\t", b"x", b"-",
    b"--", b"\x0c", b"\0", b"\r\n\r\n", b"\n\n", b"\r\r", NAMED.encode(),
    b"content-disposition: form-data; name=t",
    b'Content-Disposition: form-data; name="f"; filename="C:\\\\x/y.txt"', b"\xff", b"\xc3\xa9",
    b"Content-Disposition: form-data", b"Content-Disposition: x; name*0*=utf-8''%e4; name*1=b",
    b"Content-Type: text/plain; charset=iso-8859-1", b"A: b", b"\r\n--b\r\n", b"\x0b",
    b'Content-Disposition: form-data; name="z%22\\\\"; filename=""', b"Content-Length: 9",
    b"\r\n" + part(), part("Content-Disposition: form-data; name=f; filename=g", b"\r\n--\r\n"),
]  # fmt: skip
BODIES = st.lists(st.sampled_from(TOKENS) | st.binary(max_size=3), max_size=14).map(b"".join)


@given(BODIES, st.sampled_from([b"", part()[:-3]]), st.sampled_from([b"", b"\r\n--b--\r\n"]))
@example(b"--b\n\n\n--b--", b"", b"")
@settings(max_examples=600, deadline=None)
def test_a_form_is_what_werkzeug_reads(middle: bytes, first: bytes, last: bytes) -> None:
    data = first + middle + last
    found, theirs = ours(data), werkzeugs(data)
    assert theirs in (found, UNNAMED)
    for size in (1, 2, 7):
        assert ours(data, size) == found


def test_fields_and_files_are_told_apart() -> None:
    file = part('Content-Disposition: form-data; name="f"; filename="../a.txt"\r\nX: y', b"\0\r\n")
    fields, [(name, upload)] = parse(part() + file + END)
    assert fields == [("a", "x")]
    assert (name, upload.name, upload.filename, upload.read()) == ("f", "f", "a.txt", b"\0\r\n")
    assert upload.headers["x"] == "y"
    upload.close()


@pytest.mark.parametrize("kind", [bytearray, memoryview])
def test_a_body_may_be_in_any_buffer(kind: t.Any) -> None:
    assert parse(kind(part() + END)) == ([("a", "x")], [])


def test_a_part_without_a_name_is_dropped() -> None:
    nameless = part("Content-Disposition: form-data") + part(
        "Content-Disposition: form-data; filename=a"
    )
    assert parse(nameless + part() + END) == ([("a", "x")], [])


@pytest.mark.parametrize("size", [1, 50, None])
@pytest.mark.parametrize(
    "data",
    [
        part() * 4 + END,
        part(content=b"x" * 101) + END,
        part(content=b"x" * 90) * 3 + END,
        part(f"{NAMED}\r\nA: " + "x" * 8_200) + END,
        part("\r\n".join([NAMED, *["A: b"] * 16])) + END,
        part(NAMED + ";a=b" * 100) + END,
        b"x" * 101 + part() + END,
        part() + END + b"x" * 101,
        b"--b\r\n" + b"A: b\r\n" * 2_000,
    ],
    ids=[
        "parts",
        "field",
        "total",
        "head",
        "headers",
        "parameters",
        "preamble",
        "epilogue",
        "no end of headers",
    ],
)
def test_a_limit_holds_however_the_body_comes(data: bytes, size: int | None) -> None:
    limits = FormLimits(parts=3, field=100, total=350)
    with pytest.raises(RequestEntityTooLarge):
        parse(data, limits=limits, size=size)


def test_what_is_within_the_limits_is_read() -> None:
    limits = FormLimits(parts=3, field=100, total=3 * (len(NAMED) + 100))
    assert len(parse(part(content=b"x" * 100) * 3 + END, limits=limits)[0]) == 3
    none = FormLimits(None, None, None)
    assert len(parse(part(content=b"x" * 1_000) * 1_100 + END, limits=none)[0]) == 1_100


def test_the_boundary_is_limited() -> None:
    long = "b" * 256
    assert parse(b"--%b--" % long.encode(), long) == ([], [])
    with pytest.raises(RequestEntityTooLarge):
        MultipartParser(long + "b", DEFAULT)
    for wrong in ("", "ä"):
        with pytest.raises(ValueError):
            MultipartParser(wrong, DEFAULT)


class Opened(io.BytesIO):
    """A file that is kept in a list."""

    def __init__(self, made: list[Opened], **told: t.Any) -> None:
        super().__init__()
        self.told = told
        made.append(self)


@pytest.mark.parametrize("rest", [b"", part("X: y"), part() * 2_000, b"--b\r\n" + b"x" * 9_000])
def test_files_are_closed_when_the_form_fails(rest: bytes) -> None:
    made: list[Opened] = []
    file = part("Content-Disposition: form-data; name=f; filename=g\r\nContent-Length: 7")
    parser = MultipartParser("b", DEFAULT, lambda **told: Opened(made, **told))
    with pytest.raises((ValueError, RequestEntityTooLarge)):
        parser.parse(file * 2 + rest, bytes)
    assert len(made) == 2
    assert all(each.closed for each in made)
    assert made[0].told == {"filename": "g", "content_type": None, "content_length": 7}


FILE = b'--b\r\nContent-Disposition: form-data; name="f"; filename="g"\r\n\r\nx'
MEGABYTE = 1 << 20


@pytest.mark.parametrize(
    "data",
    [
        part(content=b"") * 999,
        FILE + b"\n--b-" * (MEGABYTE // 5) + b"\r\n",
        FILE + b"--b" * (MEGABYTE // 3) + b"\r\n",
        FILE + (b"\n--b" + b" " * 300) * (MEGABYTE // 304) + b"\r\n",
        FILE + b"-" * MEGABYTE + b"\r\n",
        FILE + b"\r\n" * (MEGABYTE // 2),
        b"--b " * (MEGABYTE // 4),
        b"--b\r\n" + b"A: b\r\n" * (MEGABYTE // 6),
        b"--b\r\n" + b"\n " * (MEGABYTE // 2),
        part("Content-Disposition: form-data" + ";a=b" * 100) * 900,
        part("Content-Disposition: form-data; name=" + '";a="' * 99 + '\\"' * 3_000) * 160,
        part(f"{NAMED}\r\nContent-Type: text/plain" + ";a=b" * 100) * 900,
    ],
    ids=[
        "tiny parts",
        "look-alikes",
        "look-alikes without a line",
        "padded look-alikes",
        "dashes",
        "line breaks",
        "preamble",
        "headers",
        "continued lines",
        "parameters",
        "quotes",
        "parameters of a type",
    ],
)
def test_a_megabyte_of_anything_is_read_in_half_a_second(data: bytes) -> None:
    for size in (None, 65_536):
        assert cpu_of(lambda size=size: ours(data + END, size), 500) < 500  # type: ignore[misc]


def test_a_header_may_go_on_in_the_next_line() -> None:
    folded = part("Content-Disposition: form-data;\r\n name=a\r\nX: y\r\n\tz")
    fields, files = parse(folded + END)
    assert (fields, files) == ([("a", "x")], [])


def test_a_header_has_a_limit_of_parameters() -> None:
    many = "".join(f'; p{n}="%"' for n in range(101))
    with pytest.raises(RequestEntityTooLarge):
        parse(part(f"Content-Disposition: form-data; name=a{many}") + END)


def test_a_field_of_a_type_without_a_charset_is_utf8() -> None:
    text = "ä".encode()
    fields, _ = parse(part(f"{NAMED}\r\nContent-Type: text/plain", text) + END)
    assert fields == [("a", "ä")]
