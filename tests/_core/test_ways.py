"""The straight way through the rules, held against the walk that can turn back."""

from __future__ import annotations

import typing as t

import pytest
from hypothesis import given
from hypothesis import strategies as st

from erlen._core import ways
from erlen._core.matcher import MethodsAllowed, Table
from erlen.routing import Map, Rule

SEGMENTS = ["a", "b", "<x>", "<int:x>", "v<x>", "<int:x>-b", "<path:x>", "<float:x>", ""]
RULES = st.lists(
    st.tuples(
        st.lists(st.sampled_from(SEGMENTS), min_size=1, max_size=3),
        st.sampled_from([None, ["GET"], ["POST"]]),
        st.booleans(),
    ),
    min_size=1,
    max_size=6,
)
TEXTS = ["a", "b", "7", "v", "v7", "7-b", "-b", "c", "", "1" * 30, "\u0663", "\n", "x\n"]
PATHS = st.lists(st.sampled_from(TEXTS), min_size=1)


def make_table(rules: t.Any, straight: bool) -> Table[t.Any]:
    made = Map(merge_slashes=False)
    for number, (segments, methods, strict) in enumerate(rules):
        named = [part.replace("x>", f"x{place}>") for place, part in enumerate(segments)]
        path = "/" + "/".join(named)
        made.add(Rule(path, endpoint=number, methods=methods, strict_slashes=strict))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ways, "COMPILED", straight)
        return made.compile_table(lambda rule: rule.endpoint)


def compare_with_the_walk(rules: t.Any, path: str, method: str) -> None:
    found, expected = [make_table(rules, way).find(path, method) for way in (True, False)]
    if isinstance(expected, MethodsAllowed):
        assert isinstance(found, MethodsAllowed)
        assert sorted(found.methods) == sorted(expected.methods)
    else:
        assert found == expected


@given(RULES, PATHS, st.sampled_from(["GET", "POST", "HEAD"]))
def test_the_straight_way_finds_what_the_walk_finds(
    rules: t.Any, segments: list[str], method: str
) -> None:
    compare_with_the_walk(rules, "/" + "/".join(segments), method)


@pytest.mark.parametrize(
    "path", ["/v7", "/v", "/7-b", "/x-b", "/7-c", "/c", "/a", "/a/b/c", "/a/b\nc", "/a/"]
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_variable_has_what_is_between_its_literals(path: str, method: str) -> None:
    rules = [
        (["v<x>"], ["POST"], True),
        (["<int:x>-b"], None, True),
        (["a", "<path:x>"], ["GET"], True),
    ]
    compare_with_the_walk(rules, path, method)


def test_what_is_no_plain_text_is_left_to_the_walk() -> None:
    class Text(str):
        __slots__ = ()

    top = ways.Branch(False)
    assert ways.Ways(top, {}).find("/a", "GET") is ways.NOWHERE
    assert ways.Ways(top, {}).find(Text("/a"), "GET") is None


def test_many_turns_are_left_to_the_walk() -> None:
    rules = [([f"item-{number}-<int:x>"], None, True) for number in range(20)]
    table = make_table(rules, straight=True)
    assert table.find("/item-7-5", "GET") == (7, {"x0": 5})
    assert table.ways is not None
    assert table.ways.find("/item-7-5", "GET") is None


@pytest.mark.parametrize(
    "digits, number", [("0", 0), ("007", 7), ("9" * 18, 10**18 - 1), ("9" * 19, 10**19 - 1)]
)
def test_digits_become_a_number(digits: str, number: int) -> None:
    assert make_table([(["<int:x>"], None, True)], True).find(f"/{digits}", "GET") == (
        0,
        {"x0": number},
    )


@pytest.mark.parametrize("values", [[], ["7", "8"], ["x"], ["7" * 19]])
def test_an_end_does_not_tell_for_values_that_are_not_its_own(values: list[str]) -> None:
    end = ways.End("leaf", [("id", True)])
    assert end.answer(values) is None
    assert end.answer(["7"]) == ("leaf", {"id": 7})
