"""What goes to the encoders as it is, compiled or interpreted."""

from __future__ import annotations

import typing as t

import pytest
from hypothesis import given
from hypothesis import strategies as st

from erlen.sessions.plainness import is_plain_json, is_plain_msgpack
from erlen.sessions.serialization import Serializer, make_serializer

LEAVES = (
    st.none()
    | st.booleans()
    | st.integers(-(2**80), 2**80)
    | st.floats()
    | st.text(st.characters(codec="utf-8"), max_size=5)
    | st.binary(max_size=3)
    | st.sampled_from(["$tuple", "$"])
)
KEYS = st.text(st.sampled_from("a$"), max_size=2) | st.integers(-3, 2**65) | st.booleans()
VALUES = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(KEYS, inner, max_size=3)
        | st.lists(inner, max_size=3).map(tuple)
    ),
    max_leaves=8,
)


@pytest.fixture(params=["msgpack", "json"])
def serializer(request: pytest.FixtureRequest) -> Serializer:
    return make_serializer(request.param)


@pytest.mark.parametrize("format", ["msgpack", "json"])
@given(value=VALUES)
def test_a_plain_value_is_written_as_if_it_had_been_looked_through(
    format: str, value: t.Any
) -> None:
    serializer = make_serializer(format)
    if serializer.is_plain(value, 64):
        plain = serializer.loads(serializer.dumps(value))
        assert repr(plain) == repr(serializer.loads(serializer.encode(serializer.simplify(value))))
    assert repr(serializer.loads(serializer.dumps(value))) == repr(value)


@pytest.mark.parametrize(
    "value, by_msgpack, by_json",
    [
        ([1, "a", None, True, {"a": [0.5]}], True, True),
        ([float("nan")], True, False),
        (float("-inf"), True, False),
        (b"", True, False),
        ({1: "a"}, True, False),
        ({True: "a"}, False, False),
        ({"$tuple": []}, True, False),
        ({"$tuple": [], "b": 1}, True, True),
        ([(1, 2)], False, False),
        ({"a": {1}}, False, False),
        (type("Text", (str,), {})("a"), False, False),
    ],
)
def test_what_has_its_type_in_the_format_is_plain(
    value: t.Any, by_msgpack: bool, by_json: bool
) -> None:
    assert is_plain_msgpack(value, 9) is by_msgpack
    assert is_plain_json(value, 9) is by_json


def test_what_is_too_deep_to_look_through_is_not_plain() -> None:
    for is_plain in (is_plain_msgpack, is_plain_json):
        assert is_plain([[[1]]], 3)
        assert not is_plain([[[1]]], 2)


def test_a_number_of_more_than_64_bits_deep_inside_comes_back(serializer: Serializer) -> None:
    value = {"a": [{"b": -(2**70)}, 2**64]}
    assert serializer.loads(serializer.dumps(value)) == value
