from __future__ import annotations

import pathlib
import typing as t

import pytest

from erlen.manager import Manager

from .conftest import Line


@pytest.mark.parametrize(
    "words,expected",
    [
        ("anna", ("anna", "Hello", False, True)),
        ("anna -g Hi", ("anna", "Hi", False, True)),
        ("--greeting=Hi anna -l", ("anna", "Hi", True, True)),
        ("anna --loud --no-with-mail", ("anna", "Hello", True, False)),
        ("anna --with_mail", ("anna", "Hello", False, True)),
        ("anna --no-with-mail -w", ("anna", "Hello", False, True)),
    ],
)
def test_parameters_become_arguments_options_and_switches(
    manager: Manager, line: Line, words: str, expected: t.Any
) -> None:
    seen = []

    @manager.command
    def hello(name, greeting="Hello", loud=False, with_mail=True):  # type: ignore[no-untyped-def]
        seen.append((name, greeting, loud, with_mail))

    line(manager, f"hello {words}")
    assert seen == [expected]


def test_the_letter_is_the_first_parameters_that_has_it(manager: Manager, line: Line) -> None:
    seen = []

    @manager.command
    def book(title: str = "", tag: str = "", _private: str = "") -> None:
        seen.append((title, tag, _private))

    line(manager, "book -t Momo --tag old --_private x")
    assert seen == [("Momo", "old", "x")]


def test_annotations_convert_what_is_on_the_line(manager: Manager, line: Line) -> None:
    seen: list[t.Any] = []

    @manager.command
    def load(
        file: pathlib.Path,
        count: int = 1,
        rate: float | None = None,
        names: list[str] | None = None,
    ) -> None:
        seen.extend([file, count, rate, names])

    line(manager, "load a.csv -c 3 -r 0.5 -n x")
    assert seen == [pathlib.Path("a.csv"), 3, 0.5, "x"]
    assert "'many' is not a valid integer" in line.refused(manager, "load a.csv -c many")


def test_without_annotations_everything_is_text(manager: Manager, line: Line) -> None:
    seen = []

    @manager.command
    def add(year, count=5):  # type: ignore[no-untyped-def]
        seen.append((year, count))

    line(manager, "add 1973")
    line(manager, "add 1973 -c 6")
    assert seen == [("1973", 5), ("1973", "6")]


def test_an_annotation_that_cannot_be_resolved_is_text(manager: Manager, line: Line) -> None:
    def show(value: Unknown, other: int | str = 0) -> None:  # type: ignore[name-defined]  # noqa: F821
        print(repr(value), repr(other))

    manager.command(show)
    assert line(manager, "show 1 -o 2") == "'1' '2'\n"


def test_a_keyword_without_default_is_a_required_option(manager: Manager, line: Line) -> None:
    @manager.command
    def drop(*, table: str) -> None:
        print(table)

    assert line(manager, "drop --table books") == "books\n"
    assert "Missing option '-t' / '--table'" in line.refused(manager, "drop")


def test_a_method_is_a_command_without_its_self(manager: Manager, line: Line) -> None:
    class Books:
        def add(self, title: str) -> None:
            print("added", title)

    manager.command(Books().add)
    assert line(manager, "add Momo") == "added Momo\n"


def test_what_collects_the_rest_is_no_option(manager: Manager, line: Line) -> None:
    @manager.command
    def show(name: str, *args: str, **kwargs: str) -> None:
        print(name, args, kwargs)

    assert line(manager, "show x") == "x () {}\n"
