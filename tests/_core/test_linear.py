from __future__ import annotations

import random
import re

import pytest

from erlen._core.linear import Piece, Sequence, Variable, ascii_digits, parse
from tests.measuring import cpu_of

REGEXES = [
    "[^/]{1,}",
    "[^/].*?",
    ".*",
    ".*?",
    r"\d+",
    r"-?\d+\.\d+",
    "(?:a|ab|b)",
    "(?:|a)",
    "a|b/",
    "[^/]{2}",
    "[^/]{1,3}",
    "[^/]{0,2}?",
    "[ab]{2,}?x?",
]
LITERALS = ["a", "/", "x", "-", "ab", "/x/", "1", ".", "b"]


def draw_pieces(rand: random.Random) -> list[Piece]:
    return [
        rand.choice(LITERALS) if rand.random() < 0.5 else Variable(rand.choice(REGEXES))
        for _ in range(rand.randint(1, 5))
    ]


def test_the_linear_way_captures_what_backtracking_captures() -> None:
    rand = random.Random(7)
    matched = 0
    for _ in range(8000):
        pieces = draw_pieces(rand)
        text = "".join(rand.choice("aabb/x-1.\n") for _ in range(rand.randint(0, 12)))
        regex = "".join(re.escape(p) if isinstance(p, str) else f"({p[0]})" for p in pieces)
        match = re.fullmatch(regex, text)
        expected = None if match is None else match.groups()
        assert Sequence(pieces).match_linear(text) == expected, (pieces, text)
        assert Sequence(pieces).match(text) == expected, (pieces, text)
        matched += match is not None
    assert matched > 200


PATH = Variable("[^/].*?")
TEXT = Variable("[^/]{1,}")
INT = Variable(r"\d+")


@pytest.mark.parametrize(
    "pieces, text",
    [
        ([PATH, "/x/", PATH, "/y/", PATH, "/z"], "/x/y" * 4096),
        ([PATH, "/", TEXT, "/", PATH, "/é"], "é/" * 8192),
        ([TEXT, "-", TEXT, "-", TEXT, "-x"], "-" * 16384),
        ([INT, INT, INT, "x"], "1" * 16384),
        ([Variable("(?:a|aa)")] * 12 + ["x"], "a" * 16384),
        ([Variable("[^/]{1,8000}")] * 3 + ["x"], "-" * 16384),
    ],
)
def test_16_kb_that_do_not_match_cost_less_than_50_ms(pieces: list[Piece], text: str) -> None:
    assert Sequence(pieces).match(text) is None
    assert cpu_of(lambda: Sequence(pieces).match(text), 50) < 50


def test_what_has_one_way_to_match_is_left_to_re_at_any_length() -> None:
    assert Sequence([INT, "-", INT, "-", INT]).limit is None
    assert Sequence(["item-", PATH, "/edit"]).limit is None
    assert Sequence([PATH, "/edit/", PATH]).limit is not None


@pytest.mark.parametrize("regex", ["(a)", "(?=a)b", "(?:ab)*", r"\bx", r"(?P<x>a)", "a++", "a{"])
def test_more_than_runs_and_choices_is_not_taken_apart(regex: str) -> None:
    assert parse(regex) is None


@pytest.mark.parametrize(
    "regex, expected",
    [
        (r"\d+", "[0-9]+"),
        (r"[\d-]+\d", "[0-9-]+[0-9]"),
        (r"[]\d]\d", "[]0-9][0-9]"),
        (r"[[]\d[^]\d]", "[[][0-9][^]0-9]"),
        (r"\D[\D]", r"[^0-9][\D]"),
        (r"\\d", r"\\d"),
    ],
)
def test_digits_are_the_ten_of_ascii(regex: str, expected: str) -> None:
    assert ascii_digits(regex) == expected


@pytest.mark.parametrize("regex", ["a*.", r"a*\w", r"[^/]+."])
def test_what_a_class_follows_may_end_in_several_places(regex: str) -> None:
    sequence = Sequence([Variable(regex), "x", PATH])
    assert sequence.limit is not None
    assert sequence.match("aabx" + "y" * 20_000) == ("aab", "y" * 20_000)


def test_of_several_choices_the_one_that_fits_is_walked() -> None:
    sequence = Sequence([Variable("ab|a|abc"), PATH, "-", PATH])
    assert sequence.match("abc-" + "d" * 20_000) == ("ab", "c", "d" * 20_000)
    assert sequence.match("ac-" + "d" * 20_000) == ("a", "c", "d" * 20_000)
