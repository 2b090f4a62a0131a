from __future__ import annotations

import re
import typing as t

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.http import parse_options_header

from erlen._core import heads

BYTES = st.lists(st.sampled_from([b"\r", b"\n", b"\r\n", b" ", b"\t", b":", b"a", b"\xc3\xa4"]))
BLANK_LINE = re.compile(rb"\r\n\r\n|\r\r|\n\n")


def result_of(call: t.Callable[[bytes], object], data: bytes) -> object:
    try:
        return call(data)
    except UnicodeDecodeError:
        return UnicodeDecodeError


@given(BYTES, st.integers(0, 5), st.integers(0, 20))
@example([b"a\r\n\r\n"], 0, 4)  # a blank line that ends behind where it may
@example([b"\r\n\r\n"], 3, 20)
def test_a_blank_line_is_found_in_either_way(pieces: list[bytes], start: int, end: int) -> None:
    data = b"".join(pieces)
    match = BLANK_LINE.search(data, start, end)
    expected = -1 if match is None else match.start()
    assert heads.blank_line(data, start, end) == expected
    assert heads.blank_line_by_bytes(data, start, min(end, len(data))) == expected


@given(BYTES)
@example([b"A: b\r\nC-D:e: f \t\r\n"])
@example([b"A: b\r"])
@example([b"A: \xff"])
def test_headers_are_the_same_read_in_either_way(pieces: list[bytes]) -> None:
    head = b"".join(pieces)
    by_bytes = result_of(heads.parse_by_bytes, head)
    if by_bytes is not None:
        assert by_bytes == result_of(heads.parse_by_lines, head)


@pytest.mark.parametrize(
    "head, expected",
    [
        (b"", []),
        (b"A: b", [("A", "b")]),
        (b"A : b\r\nC:\t d:e \r\nF:", [("A", "b"), ("C", "d:e"), ("F", "")]),
        ("Ä: ö".encode(), [("Ä", "ö")]),
    ],
)
def test_usual_headers_are_read_byte_by_byte(head: bytes, expected: heads.Headers) -> None:
    assert heads.parse_by_bytes(head) == heads.parse_by_lines(head) == expected


@pytest.mark.parametrize(
    "head",
    [b"A: b\r\n c", b"\tA: b", b"A: b\nC: d", b"A: b\rC: d", b"A: b\r", b": b", b"A", b"\r\n"],
)
def test_other_headers_are_left_to_the_other_way(head: bytes) -> None:
    assert heads.parse_by_bytes(head) is None
    assert heads.parse(head) == heads.parse_by_lines(head)


def test_there_are_not_too_many_headers() -> None:
    most = b"A: b\r\n" * heads.MOST_HEADERS
    assert len(heads.parse(most)) == heads.MOST_HEADERS
    with pytest.raises(RequestEntityTooLarge):
        heads.parse(most + b"A: b")


@given(
    st.lists(st.sampled_from(['"', "; filename=", "; name=", "a", "\\", "%41", " ", ";", "=", "ä"]))
)
@example(['a"'])
@example(['"'])
@example(['a"; filename="b"'])
@example(['a"; filename="b"; filename*=UTF-8', "''c\""])
def test_names_are_those_of_werkzeugs_parser(pieces: list[str]) -> None:
    disposition = 'form-data; name="' + "".join(pieces)
    parameters = parse_options_header(disposition)[1]
    expected = parameters.get("name"), parameters.get("filename")
    assert heads.names([("Content-Disposition", disposition)]) == expected


def test_a_part_that_does_not_tell_its_name_has_none() -> None:
    assert heads.names([("Content-Type", "text/plain")]) == (None, None)
    assert heads.names([("content-disposition", "attachment")]) == (None, None)


@pytest.mark.parametrize(
    "content_type, expected",
    [
        (None, "utf-8"),
        ("text/plain", "utf-8"),
        ("text/plain; charset=ISO-8859-1", "iso-8859-1"),
        ("text/plain; charset=utf-7", "utf-8"),
    ],
)
def test_a_field_has_a_charset(content_type: str | None, expected: str) -> None:
    headers = [] if content_type is None else [("Content-Type", content_type)]
    assert heads.charset(headers) == expected
