from __future__ import annotations

import json
import random
import zlib

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from erlen.sessions.deflate import can_shrink, compress
from tests.sessions.strategies import SESSIONS

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


@given(TEXTS)
@example(b"a" * 12)
def test_no_text_that_would_shrink_is_passed_by(data: bytes) -> None:
    if not can_shrink(data):
        assert len(zlib.compress(data)) >= len(data) - 1


def test_no_short_text_that_would_shrink_is_passed_by() -> None:
    numbers = random.Random(7)
    for _ in range(20_000):
        alphabet = b'{"a":1,"user_id":42}0'[: numbers.randrange(1, 21)]
        data = bytes(numbers.choices(alphabet, k=numbers.randrange(5, 29)))
        assert can_shrink(data) or len(zlib.compress(data)) >= len(data) - 1, data


@given(SESSIONS.map(lambda session: repr(sorted(session)).encode()))
def test_the_smallest_sessions_need_no_attempt(data: bytes) -> None:
    assert not can_shrink(json.dumps({"user_id": 42}).encode())
    assert can_shrink(data) or len(data) < 29
