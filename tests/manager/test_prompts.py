from __future__ import annotations

import collections.abc as cabc
import typing as t

import pytest
from click.testing import CliRunner

from erlen.manager import prompt, prompt_bool, prompt_choices, prompt_pass


class Asked(t.NamedTuple):
    result: t.Any
    shown: str


def ask(answers: list[str], question: cabc.Callable[[], t.Any]) -> Asked:
    """Answer questions, a line each."""
    with CliRunner().isolation(input="".join(f"{answer}\n" for answer in answers)) as streams:
        result = question()
        shown = b"".join(stream.getvalue() for stream in streams[:2])
    return Asked(result, shown.decode())


@pytest.mark.parametrize(
    "answers,default,result",
    [
        (["anna"], None, "anna"),
        (["", "anna"], None, "anna"),
        ([""], "bert", "bert"),
        ([""], "", ""),
        ([""], 5, 5),
    ],
)
def test_prompt(answers: list[str], default: t.Any, result: t.Any) -> None:
    assert ask(answers, lambda: prompt("name", default)).result == result


@pytest.mark.parametrize(
    "name,default,shown",
    [("name", None, "name: x"), ("really?", None, "really? x"), ("name", "bert", "name [bert]: x")],
)
def test_what_a_question_looks_like(name: str, default: str | None, shown: str) -> None:
    assert ask(["x"], lambda: prompt(name, default)).shown == f"{shown}\n"


def test_a_secret_is_not_shown() -> None:
    asked = ask(["typed", ""], lambda: [prompt_pass("word", "kept"), prompt_pass("word", "kept")])
    assert asked == Asked(["typed", "kept"], "word: \nword: \n")


@pytest.mark.parametrize(
    "answers,default,result",
    [
        (["y"], False, True),
        (["YES"], False, True),
        (["off"], True, False),
        ([""], True, True),
        ([""], False, False),
        (["what", "1"], False, True),
    ],
)
def test_prompt_bool(answers: list[str], default: bool, result: bool) -> None:
    assert ask(answers, lambda: prompt_bool("sure?", default)).result is result


def test_yes_and_no_in_other_words() -> None:
    asked = ask(["y", "ja"], lambda: prompt_bool("sicher?", False, ["ja"], ["nein"]))
    assert asked.result is True
    assert "sicher? [nein] y\n" in asked.shown
    assert "Please answer 'ja' or 'nein'.\n" in asked.shown


@pytest.mark.parametrize(
    "answers,default,result",
    [
        (["red"], None, "red"),
        (["RED"], None, "red"),
        (["g"], None, "G"),
        (["None"], None, None),
        ([""], "G", "G"),
        ([""], "elsewhere", "elsewhere"),
        (["blue", "red"], None, "red"),
    ],
)
def test_prompt_choices(answers: list[str], default: str | None, result: str | None) -> None:
    asked = ask(answers, lambda: prompt_choices("colour", ["red", ("G", "green")], default))
    assert asked.result == result
    assert asked.shown.startswith("colour - (red, green [G])")
    assert ("'blue' is none of them." in asked.shown) is ("blue" in answers)
