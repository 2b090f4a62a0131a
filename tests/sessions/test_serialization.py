"""Values as bytes, where the round trips of ``test_server`` do not go."""

from __future__ import annotations

import collections
import datetime as dt
import enum
import typing as t

import pytest
from markupsafe import Markup

from erlen.sessions import UnstorableValue
from erlen.sessions.serialization import Serializer, make_serializer, read_flask_session


@pytest.fixture(params=["msgpack", "json"])
def serializer(request: pytest.FixtureRequest) -> Serializer:
    return make_serializer(request.param)


class Colour(enum.StrEnum):
    RED = "red"


class Name(str):
    def __str__(self) -> str:
        return "for people"


class Badge:
    def __html__(self) -> str:
        return "<b>1</b>"


def test_the_second_half_past_two_of_an_autumn_night_stays_the_second(
    serializer: Serializer,
) -> None:
    for moment in (dt.datetime(2026, 10, 25, 2, 30, fold=1), dt.time(2, 30, fold=1)):
        back = serializer.loads(serializer.dumps(moment))
        assert (back, back.fold) == (moment, 1)


@pytest.mark.parametrize(
    "value, kept",
    [
        (Colour.RED, "red"),
        (Name("ann"), "ann"),
        (collections.defaultdict(list, {"a": [1]}), {"a": [1]}),
        (collections.Counter("aab"), {"a": 2, "b": 1}),
        (Badge(), Markup("<b>1</b>")),
    ],
)
def test_what_a_session_does_not_know_is_kept_as_what_it_is_based_on(
    serializer: Serializer, value: t.Any, kept: t.Any
) -> None:
    back = serializer.loads(serializer.dumps(value))
    assert (back, type(back)) == (kept, type(kept))


def test_a_number_beside_what_needs_a_tag_is_kept(serializer: Serializer) -> None:
    value = (0.5, float("inf"), -1)
    assert serializer.loads(serializer.dumps(value)) == value


def test_a_value_within_itself_is_refused(serializer: Serializer) -> None:
    value: list[t.Any] = []
    value.append(value)
    with pytest.raises(UnstorableValue, match="cannot be kept in a session: RecursionError"):
        serializer.dumps(value)


def test_half_a_surrogate_pair_is_refused(serializer: Serializer) -> None:
    with pytest.raises(UnstorableValue, match="cannot be kept in a session: UnicodeEncodeError"):
        serializer.dumps("\ud800")


def test_an_object_that_only_looks_like_a_tag_is_a_dict(serializer: Serializer) -> None:
    assert serializer.loads(b' {"$unheard": [1]}') == {"$unheard": [1]}


@pytest.mark.parametrize("data", [b"7", b"[1]", b"\x93\x01\x02\x03", b"neither", b"\xc1"])
def test_what_is_no_session_of_flask_session_is_not_taken_for_one(data: bytes) -> None:
    assert read_flask_session(data) is None
