from __future__ import annotations

import collections.abc as cabc
import typing as t

import pytest

from erlen import Erlen, current_app, has_request_context
from erlen.manager import Command, Group, Manager, Option

from .conftest import Line


class Hello(Command):
    """Greet somebody.

    In the way that is usual.
    """

    option_list: cabc.Iterable[Option | Group] = (Option("--name", "-n", default="you"),)

    def run(self, name: str) -> int:
        print("hello", name, "from", current_app.name, has_request_context())
        return 3


def test_run_gets_the_options_within_a_request_context(manager: Manager, line: Line) -> None:
    manager.add_command("hello", Hello())
    assert line(manager, "hello -n anna") == "hello anna from shop True\n"
    assert line.status == 3
    assert not has_request_context()


def test_options_made_by_the_instance(manager: Manager, line: Line) -> None:
    class Dynamic(Hello):
        def __init__(self, default: str) -> None:
            self.default = default

        def get_options(self) -> list[Option | Group]:
            return [Option("-n", "--name", default=self.default)]

    manager.add_command("hello", Dynamic("bert"))
    assert line(manager, "hello").startswith("hello bert")


def test_the_docstring_is_the_help_and_its_first_line_the_summary(
    manager: Manager, line: Line
) -> None:
    manager.add_command("hello", Hello)
    assert "  hello      Greet somebody.\n" in line(manager, "--help")
    assert "In the way that is usual." in line(manager, "hello -?")


def test_help_and_description_of_their_own(manager: Manager, line: Line) -> None:
    class Own(Command):
        help = "short"
        description = "long"

        def run(self) -> None: ...

    manager.add_command("own", Own())
    assert "  own        short\n" in line(manager, "-?")
    assert "\n  long\n" in line(manager, "own -?")


def test_everything_else_on_the_line_can_be_captured(manager: Manager, line: Line) -> None:
    class Catch(Command):
        capture_all_args = True

        def get_options(self) -> list[Option | Group]:
            return [Option("--foo", action="store_true")]

        def run(self, rest: list[str], foo: bool) -> None:
            print(rest, foo)

    manager.add_command("catch", Catch())
    assert line(manager, "catch a --bar --foo b -c") == "['a', '--bar', 'b', '-c'] True\n"
    assert line(manager, "catch") == "[] False\n"


def test_too_many_arguments_are_refused(manager: Manager, line: Line) -> None:
    manager.add_command("hello", Hello)
    assert "unexpected extra argument" in line.refused(manager, "hello x")


@pytest.mark.parametrize("method", ["__call__", "handle"])
def test_a_command_that_takes_the_application_itself(
    method: str, manager: Manager, line: Line
) -> None:
    def serve(self: Command, app: Erlen, port: int) -> None:
        print(app.name, port, has_request_context())

    options = {"option_list": [Option("-p", "--port", type=int)], method: serve}
    manager.add_command("gunicorn", type("Gunicorn", (Command,), options))
    assert line(manager, "gunicorn -p 8000") == "shop 8000 False\n"


def test_a_command_without_run_says_so(manager: Manager, line: Line) -> None:
    class Empty(Command):
        pass

    manager.add_command(Empty)
    with pytest.raises(NotImplementedError, match="Empty has no method 'run'"):
        line(manager, "empty")


def grouped(*groups: t.Any) -> type[Command]:
    class Grouped(Command):
        option_list = groups

        def run(self, **kwargs: t.Any) -> None:
            print(kwargs)

    return Grouped


def test_options_that_exclude_each_other(manager: Manager, line: Line) -> None:
    one, two = Option("--one", action="store_true"), Option("-t", "--two", action="store_true")
    manager.add_command("show", grouped(Group(one, two, exclusive=True, required=True)))
    assert line(manager, "show --two") == "{'two': True, 'one': False}\n"
    sentence = "'--one' and '--two' exclude each other: give one of them."
    assert sentence in line.refused(manager, "show --one --two")
    assert "One of '--one', '--two' is required." in line.refused(manager, "show")


def test_a_titled_group_is_a_section_of_the_help(manager: Manager, line: Line) -> None:
    group = Group(Option("--deep"), title="Sea", description="About the sea")
    manager.add_command("show", grouped(group, Group(Option("--plain")), Option("--other")))
    options, sea = line(manager, "show -?").split("\nSea:\n")
    assert "--plain PLAIN" in options
    assert "--other OTHER" in options
    assert sea == "  About the sea\n\n  --deep DEEP\n"


def test_a_group_has_a_title_or_a_rule() -> None:
    with pytest.raises(TypeError, match="make two groups"):
        Group(Option("--x"), title="Sea", exclusive=True)


def test_an_option_can_be_added(manager: Manager, line: Line) -> None:
    command = Command(lambda **kwargs: print(kwargs))
    command.add_option(Option("--size"))
    manager.add_command("show", command)
    assert line(manager, "show --size 3") == "{'size': '3'}\n"


def test_a_subclass_may_append_its_options(manager: Manager, line: Line) -> None:
    class Load(Command):
        def __init__(self) -> None:
            super().__init__()
            assert isinstance(self.option_list, list)
            self.option_list.append(Option("--size"))

        def run(self, size: str) -> None:
            print(size)

    manager.add_command(Load)
    assert line(manager, "load --size 3") == "3\n"
    assert Command.option_list == ()


def test_completing_a_line_checks_nothing(manager: Manager) -> None:
    group = Group(Option("--one"), Option("--two"), required=True)
    parser = manager.make_parser("manage.py", {})
    manager.add_command("show", grouped(group))
    ctx = parser.make_context("manage.py", [], resilient_parsing=True)
    command = parser.get_command(ctx, "show")
    assert command is not None
    command.make_context("show", [], parent=ctx, resilient_parsing=True)


def test_an_option_tells_how_it_was_made() -> None:
    assert repr(Option("-n", "--name", type=int)).startswith("Option('-n', '--name', type=<class")
