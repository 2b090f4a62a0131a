from __future__ import annotations

import argparse
import typing as t

import pytest

from erlen.manager import Manager, Option

from .conftest import Line, values


@pytest.mark.parametrize(
    "words,option,expected",
    [
        ("", Option("-n", "--name"), {"name": None}),
        ("-n x", Option("-n", "--name"), {"name": "x"}),
        ("-n x", Option("-n", dest="Name"), {"Name": "x"}),
        ("-n x", Option("-n"), {"n": "x"}),
        ("--book-title x", Option("--book-title"), {"book_title": "x"}),
        ("", Option("--size", type=int, default="8"), {"size": 8}),
        ("--size 9", Option("--size", type=int, default="8"), {"size": 9}),
        ("", Option("--on", action="store_true"), {"on": False}),
        ("--on", Option("--on", action="store_true"), {"on": True}),
        ("", Option("--off", action="store_false"), {"off": True}),
        ("--off", Option("--off", action="store_false"), {"off": False}),
        ("", Option("--on", action="store_true", default=None), {"on": None}),
        ("--x", Option("--x", action="store_const", const=7), {"x": 7}),
        ("", Option("--x", action="store_const", const=7), {"x": None}),
        ("-vvv", Option("-v", action="count"), {"v": 3}),
        ("", Option("-v", action="count"), {"v": None}),
        ("-v", Option("-v", action="count", default=2), {"v": 3}),
        ("-a 1 -a 2", Option("-a", action="append", type=int), {"a": [1, 2]}),
        ("-a 1", Option("-a", action="append", default=["0"]), {"a": ["0", "1"]}),
        ("", Option("-a", action="append"), {"a": None}),
        ("-a -a", Option("-a", action="append_const", const=1), {"a": [1, 1]}),
        ("-a 1 2", Option("-a", action="extend", nargs="+"), {"a": ["1", "2"]}),
        ("-p 1 2", Option("-p", nargs=2, type=int), {"p": [1, 2]}),
        ("-p 1", Option("-p", nargs=1), {"p": ["1"]}),
        ("-u a b", Option("-u", nargs="+"), {"u": ["a", "b"]}),
        ("-u", Option("-u", nargs="*", default=["x"]), {"u": []}),
        ("", Option("-u", nargs="*", default=["x"]), {"u": ["x"]}),
        ("--u=a", Option("--u", nargs="*"), {"u": ["a"]}),
        ("-u -1 -.5 - a", Option("-u", nargs="*"), {"u": ["-1", "-.5", "-", "a"]}),
        ("-u a -x --", Option("-u", nargs=argparse.REMAINDER), {"u": ["a", "-x", "--"]}),
        ("--log", Option("--log", nargs="?", const="all", default="no"), {"log": "all"}),
        ("--log x", Option("--log", nargs="?", const="all"), {"log": "x"}),
        ("", Option("--log", nargs="?", const="all", default="no"), {"log": "no"}),
        ("", Option("--x", default=argparse.SUPPRESS), {}),
        ("x", Option("name"), {"name": "x"}),
        ("x", Option("Name"), {"Name": "x"}),
        ("x", Option(dest="name"), {"name": "x"}),
        ("", Option("name", nargs="?", default="d"), {"name": "d"}),
        ("x", Option("name", nargs="?"), {"name": "x"}),
        ("", Option("names", nargs="*"), {"names": []}),
        ("", Option("names", nargs="*", default="d"), {"names": "d"}),
        ("1 2", Option("names", nargs="+", type=int), {"names": [1, 2]}),
        ("1 2", Option("names", nargs=2), {"names": ["1", "2"]}),
        ("1", Option("names", nargs=1), {"names": ["1"]}),
        ("a -x --y", Option("rest", nargs=argparse.REMAINDER), {"rest": ["a", "-x", "--y"]}),
        ("3", Option("n", type=int, choices=range(1, 5)), {"n": 3}),
        ("yes", Option("n", type=bool), {"n": True}),
    ],
    ids=lambda value: repr(value) if isinstance(value, Option) else None,
)
def test_what_a_command_gets(line: Line, words: str, option: Option, expected: t.Any) -> None:
    assert values(line, words, option) == expected


@pytest.mark.parametrize("words", ["", "-n x", "-n x -n y"])
@pytest.mark.parametrize(
    "keywords",
    [
        {},
        {"default": "7", "type": int},
        {"action": "append"},
        {"action": "append", "default": ["d"]},
        {"nargs": "?"},
        {"nargs": "*"},
    ],
)
def test_argparse_gets_the_same(line: Line, words: str, keywords: dict[str, t.Any]) -> None:
    words = words.replace("x", "1").replace("y", "2")
    parser = argparse.ArgumentParser()
    parser.add_argument("-n", "--name", **keywords)
    expected = vars(parser.parse_args(words.split()))
    assert values(line, words, Option("-n", "--name", **keywords)) == expected


def test_two_options_for_one_value(line: Line) -> None:
    on = Option("-d", action="store_true", dest="debug", default=None)
    off = Option("-D", action="store_false", dest="debug", default=None)
    assert values(line, "", on, off) == {"debug": None}
    assert values(line, "-D", on, off) == {"debug": False}
    assert values(line, "-D -d", on, off) == {"debug": True}


def test_many_values_end_at_two_dashes(line: Line) -> None:
    users, name = Option("-u", nargs="+"), Option("name")
    assert values(line, "-u a b -- x", users, name) == {"u": ["a", "b"], "name": "x"}


def even(text: str) -> int:
    if int(text) % 2:
        raise argparse.ArgumentTypeError(f"{text} is odd")
    return int(text)


@pytest.mark.parametrize(
    "words,option,sentence",
    [
        ("-n x", Option("-n", type=int), "'x' is not a valid integer."),
        ("-n 3", Option("-n", type=even), "3 is odd"),
        ("-n x", Option("-n", type=even), "'x' is not a valid even."),
        ("-n c", Option("-n", choices=["a", "b"]), "'c' is none of a, b."),
        ("-n 3", Option("-n", type=int, choices=range(2)), "'3' is none of 0, 1."),
        ("c", Option("name", choices="ab"), "'c' is none of a, b."),
        ("", Option("-n", required=True), "Missing option '-n'."),
        ("", Option("name"), "Missing argument 'NAME'."),
        ("", Option("names", nargs="+"), "Missing argument 'NAMES...'."),
        ("-n", Option("-n", nargs="+"), "Option '-n' requires at least one value."),
        ("-x", Option("-n"), "No such option"),
    ],
)
def test_what_is_wrong_is_said(line: Line, words: str, option: Option, sentence: str) -> None:
    with pytest.raises(AssertionError):
        values(line, words, option)
    assert line.status == 2
    assert sentence in line.errors


class Small:
    """A container that cannot be listed."""

    def __contains__(self, value: object) -> bool:
        return False

    def __repr__(self) -> str:
        return "small numbers"


def test_choices_that_cannot_be_listed(line: Line) -> None:
    with pytest.raises(AssertionError, match="'3' is none of small numbers"):
        values(line, "-n 3", Option("-n", choices=Small()))


def test_help_is_argparses(manager: Manager, line: Line) -> None:
    @manager.option("-s", "--size", type=int, default="8", help="size (%(default)s), 100%% of it")
    @manager.option("-r", "--rate", help="50% off")
    @manager.option("-q", "--quiet", action="store_true", help=argparse.SUPPRESS)
    @manager.option("-k", choices=["a", "b"])
    @manager.option("-p", nargs=2, metavar=("X", "Y"))
    @manager.option("-u", nargs="+", metavar="USER", help="of %(prog)s")
    @manager.option("files", nargs="*", help="what to read")
    @manager.option("target", choices=["x", "y"], help=argparse.SUPPRESS)
    @manager.option("--day", type=int, choices=range(1, 32))
    def load(**kwargs: t.Any) -> None:
        """Load files."""

    out = line(manager, "load --help")
    assert "Usage: manage.py load [OPTIONS] {x|y} [FILES]..." in out
    assert "size (8), 100% of it" in out
    for text in ("50% off", "-k [a|b]", "-p X Y", "--day DAY", "-u USER...", "of manage.py"):
        assert text in out
    assert "quiet" not in out
    assert line.status == 0


def test_the_version(manager: Manager, line: Line) -> None:
    @manager.option("--version", action="version", version="shop 1.2")
    def about() -> None:
        print("about")

    assert line(manager, "about --version") == "shop 1.2\n"
    assert line(manager, "about") == "about\n"


@pytest.mark.parametrize(
    "option,complaint",
    [
        (Option(), "has no name: write Option"),
        (Option("-n", action=argparse.Action), "a function given as 'type' can do"),
        (Option("-n", kind=int), "does not know 'kind'. It takes action, choices"),
    ],
)
def test_an_option_that_cannot_be_is_explained(line: Line, option: Option, complaint: str) -> None:
    with pytest.raises(TypeError, match=complaint):
        values(line, "", option)


def test_the_shell_completes_choices(manager: Manager) -> None:
    from click.shell_completion import ShellComplete

    @manager.option("-c", "--colour", choices=["red", "green"])
    @manager.option("-s", "--size", type=int)
    def paint(colour: str, size: int) -> None: ...

    parser = manager.make_parser("manage.py", {})
    complete = ShellComplete(parser, {}, "manage.py", "_X").get_completions
    assert [item.value for item in complete(["paint", "-c"], "r")] == ["red"]
    assert complete(["paint", "-s"], "") == []
    assert [item.value for item in complete([], "pa")] == ["paint"]
