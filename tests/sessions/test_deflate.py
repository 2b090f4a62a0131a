from __future__ import annotations

import random
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from erlen.sessions.deflate import compress

TEXTS = (
    st.binary(max_size=2100)
    | st.text("ab", max_size=600).map(str.encode)
    | st.text('{"a":1,}', max_size=40).map(str.encode)
    | st.tuples(st.binary(max_size=9), st.integers(0, 300)).map(lambda pair: pair[0] * pair[1])
)


@given(TEXTS)
def test_says_what_zlib_says(data: bytes) -> None:
    assert compress(data) == zlib.compress(data)


@pytest.mark.parametrize("alphabet", [b"ab", b"0123456789abcdef", b'{":,}" abc', bytes(range(256))])
def test_says_what_zlib_says_at_each_size(alphabet: bytes) -> None:
    numbers = random.Random(7)
    for size in (*range(140), *range(480, 520), *range(1980, 2020), 70_000):
        data = bytes(numbers.choices(alphabet, k=size))
        assert compress(data) == zlib.compress(data), size
