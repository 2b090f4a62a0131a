from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.exceptions import RequestEntityTooLarge

from erlen._core.delimited import DelimitedReader, Marker


def reader(data: bytes, size: int = 1, marked: bool = False) -> DelimitedReader:
    """Return a reader that gets *data* in pieces of *size* bytes, and is behind the preamble."""
    blocks = iter([data[at : at + size] for at in range(0, len(data), size)])
    made = DelimitedReader(b"", lambda: next(blocks, b""), b"b", marked)
    made.read_preamble(bytearray().extend)
    return made


def contents(data: bytes, size: int, marked: bool = False) -> list[bytes]:
    made, found = reader(data, size, marked), []
    while not made.ended:
        content = bytearray()
        made.read_head(100)
        made.read_content(content.extend)
        found.append(bytes(content))
    return found


@pytest.mark.parametrize("marked", [False, True])
@pytest.mark.parametrize("size", [1, 2, 3, 5, 8, 13, 1000])
@pytest.mark.parametrize("end", [b"\r\n", b"\n", b"\r"])
def test_content_is_the_same_however_it_comes(size: int, end: bytes, marked: bool) -> None:
    data = b"before--b \tA: b@@1@--b@A: b@@@--b@A: b@@\r\n-\n--bb--c\r\n--b-@--b--after"
    expected = [b"1", b"", b"\r\n-\n--bb--c\r\n--b-"]
    data = data.replace(b"--b \t", b"--b \t@").replace(b"@", end)
    assert contents(data, size, marked) == expected


@pytest.mark.parametrize("marked", [False, True])
@pytest.mark.parametrize("size", [1, 3, 1000])
@pytest.mark.parametrize(
    "content",
    [
        b"\r\n--",
        b"\n--bx",
        b"--b\r\n",
        b"x--b--",
        b"\r\n --b\r\n",
        b"-" * 9,
        b"\r\r\r",
        b"\r\n--b\0",
    ],
)
def test_what_only_looks_like_a_delimiter_is_content(
    content: bytes, size: int, marked: bool
) -> None:
    data = b"--b\r\nA: b\r\n\r\nx" + content + b"\r\n--b--"
    assert contents(data, size, marked) == [b"x" + content]


@pytest.mark.parametrize("size", [1, 1000])
def test_headers_are_read_up_to_a_limit(size: int) -> None:
    assert reader(b"--b\r\n" + b"x" * 10 + b"\r\n\r\n", size).read_head(10) == b"x" * 10
    with pytest.raises(RequestEntityTooLarge):
        reader(b"--b\r\n" + b"x" * 15, size).read_head(10)


@pytest.mark.parametrize("size", [1, 1000])
@pytest.mark.parametrize("blank", [b"\n\n", b"\r\r", b"\r\r\n\r\n", b"\n\r\n\r\n", b"\r\n\r\n"])
def test_the_first_blank_line_ends_the_headers(blank: bytes, size: int) -> None:
    head = reader(b"--b\r\nA: b" + blank + b"c\r\n\r\n--b--", size).read_head(100)
    assert head == b"A: b" + (b"\n" if blank.startswith(b"\n\r") else b"")


@pytest.mark.parametrize("cut", range(len(b"--b\r\nA: b\r\n\r\n1\r\n--b-")))
def test_a_body_that_breaks_off_is_an_error(cut: int) -> None:
    data = b"--b\r\nA: b\r\n\r\n1\r\n--b--"
    for size in (1, 1000):
        with pytest.raises(ValueError):
            contents(data[:cut], size)


def test_content_is_passed_on_before_its_end_is_known() -> None:
    found: list[bytes] = []
    made = reader(b"--b\r\nA: b\r\n\r\n" + b"x" * 100 + b"\r\n--b--", 10)
    made.read_head(10)
    made.read_content(found.append)
    assert b"".join(found) == b"x" * 100
    assert max(map(len, found)) <= 20


FEW = st.binary(max_size=1) | st.lists(st.sampled_from([b"-", b"a", b"b"])).map(b"".join)


@given(FEW.filter(bool), FEW, FEW, st.integers(0, 9))
def test_a_marker_is_found_where_it_first_is(
    wanted: bytes, before: bytes, after: bytes, start: int
) -> None:
    for data in (before + wanted + after, before + after):
        assert Marker(wanted).find(data, start) == data.find(wanted, start)


@pytest.mark.parametrize("wanted", [b"-" * 300 + b"x", b"ab" * 20 + b"x", bytes(range(256)) * 2])
def test_a_marker_is_found_in_what_is_alike(wanted: bytes) -> None:
    data = wanted[:-1] * 40 + wanted
    assert Marker(wanted).find(data, 1) == data.find(wanted, 1)
