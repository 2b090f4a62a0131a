"""Base64 within a text, held against the standard library."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from erlen.sessions import base64url

#: What is around the place that is written to.
AROUND = b"<<<<"


@given(st.binary(max_size=70))
def test_writes_what_the_standard_library_writes_without_padding(
    data: bytes,
) -> None:
    expected = base64.urlsafe_b64encode(data).rstrip(b"=")
    room = bytearray(AROUND + b"?" * len(expected) + AROUND)
    assert base64url.encode(data, room, len(AROUND)) == len(AROUND) + len(expected)
    assert room == AROUND + expected + AROUND


@given(st.binary(max_size=70), st.binary(max_size=3), st.binary(max_size=3))
def test_reads_what_the_standard_library_wrote(
    data: bytes,
    before: bytes,
    behind: bytes,
) -> None:
    text = base64.urlsafe_b64encode(data).rstrip(b"=")
    room = bytearray(b"?" * len(data) + AROUND)
    end = len(before) + len(text)
    assert base64url.decode(before + text + behind, len(before), end, room) == len(data)
    assert room == data + AROUND


@pytest.mark.parametrize("text", [b"YQ==", b"Y Q", b"a+/b", b"Y", b"\xc3\xa4"])
def test_leaves_what_is_not_plain_to_another(text: bytes) -> None:
    assert base64url.decode(text, 0, len(text), bytearray(len(text))) == -1


def test_reads_nothing_where_the_end_is_before_the_start() -> None:
    room = bytearray(AROUND)
    assert base64url.decode(b".QUJD.", 2, 0, room) == -1
    assert room == AROUND
