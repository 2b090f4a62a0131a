from __future__ import annotations

import sys
import typing as t

import click
import pytest

from erlen import Erlen, current_app
from erlen.manager import Command, InvalidCommand, Manager, Option, prompt

from .conftest import Line


class SimpleCommand(Command):
    """simple"""

    def run(self) -> None:
        print("OK", current_app.name)


def test_shell_and_runserver_are_there(manager: Manager, line: Line) -> None:
    out = line(manager, "--help")
    assert line.status == 0
    assert "  shell " in out
    assert "  runserver " in out


def test_without_default_commands(app: Erlen, line: Line) -> None:
    manager = Manager(app, with_default_commands=False)
    manager.add_command("simple", SimpleCommand)
    assert "runserver" not in line(manager, "-?")


@pytest.mark.parametrize(
    "command,name",
    [
        (SimpleCommand, "simple"),
        (SimpleCommand(), "simple"),
        (type("Named", (SimpleCommand,), {"name": "other"}), "other"),
        (click.Command("clicked", callback=lambda: None), "clicked"),
    ],
)
def test_a_command_without_a_name_has_its_classs(
    manager: Manager, line: Line, command: t.Any, name: str
) -> None:
    manager.add_command(command)
    line(manager, name)
    assert line.status is None


def test_a_namespace_is_a_manager_made_for_it(manager: Manager, line: Line) -> None:
    manager.add_command("one", SimpleCommand(), namespace="ns")
    manager.add_command("two", type("Two", (SimpleCommand,), {"namespace": "ns"})())
    assert line(manager, "ns one") == line(manager, "ns two") == "OK shop\n"


def test_what_is_no_command_is_refused(manager: Manager) -> None:
    with pytest.raises(TypeError, match=r"is no command: .*@manager.command, or as Command\("):
        manager.add_command("x", print)


def test_nothing_typed_prints_the_help_and_is_wrong(manager: Manager, line: Line) -> None:
    assert "Commands:" in line(manager, "")
    assert line.status == 2


def test_a_mistyped_command_is_answered_with_the_closest(manager: Manager, line: Line) -> None:
    said = line.refused(manager, "runsever")
    assert "No such command 'runsever'. Did you mean 'runserver'?" in said


def test_a_dash_will_do_for_an_underscore(manager: Manager, line: Line) -> None:
    @manager.command
    def import_books() -> None:
        print("imported")

    assert line(manager, "import-books") == line(manager, "import_books") == "imported\n"


def test_options_decorate_a_function(manager: Manager, line: Line) -> None:
    @manager.option("-n", "--name", dest="name", default="joe")
    @manager.option("-u", "--url", dest="url", default=None)
    def hello(name: str, url: str | None) -> None:
        """Say hello."""
        print("hello", name, url)

    assert line(manager, "hello -n anna --url=example.org") == "hello anna example.org\n"
    hello("x", None)
    assert "Say hello." in line(manager, "hello -?")


def test_a_second_function_of_the_same_name_takes_the_place(manager: Manager, line: Line) -> None:
    def make(text: str) -> t.Callable[..., None]:
        def show(name: str) -> None:
            print(text, name)

        return show

    manager.option("-n", "--name")(make("first"))
    manager.option("-m", "--name")(make("second"))
    assert line(manager, "show -m x") == "second x\n"
    assert "No such option" in line.refused(manager, "show -n x")


def create_app(config: str | None = None) -> Erlen:
    app = Erlen(f"with {config}", root_path="/", static_folder=None)
    return app


@pytest.mark.parametrize(
    "words,output",
    [
        ("simple", "OK with None\n"),
        ("-c dev.cfg simple", "OK with dev.cfg\n"),
        ("--config=dev.cfg simple", "OK with dev.cfg\n"),
    ],
)
def test_options_of_the_manager_reach_the_factory(line: Line, words: str, output: str) -> None:
    manager = Manager(create_app)
    manager.add_option("-c", "--config", dest="config", required=False)
    manager.add_command("simple", SimpleCommand)
    assert line(manager, words) == output
    assert "No such option" in line.refused(manager, "simple -c dev.cfg")


def test_the_application_is_not_made_for_the_help(line: Line) -> None:
    def create_app() -> Erlen:
        raise AssertionError("made")

    manager = Manager(create_app)
    assert "runserver" in line(manager, "-?")
    assert "--port" in line(manager, "runserver --help")


def test_options_without_a_factory_are_warned_of(manager: Manager, line: Line) -> None:
    manager.add_option("-c", "--config")
    manager.add_command("simple", SimpleCommand)
    with pytest.warns(UserWarning, match="ignored: config.*write Manager\\(create_app\\)"):
        line(manager, "-c dev.cfg simple")


def test_a_manager_without_application_says_so(line: Line) -> None:
    manager = Manager()
    manager.add_command("simple", SimpleCommand)
    with pytest.raises(RuntimeError, match=r"write Manager\(app\)"):
        line(manager, "simple")


def test_a_manager_below_a_manager(manager: Manager, line: Line) -> None:
    books = Manager(usage="books of the shop")
    books.add_command("simple", SimpleCommand)
    deep = Manager(help="deeper", description="deep down")
    deep.add_command("simple", SimpleCommand)
    books.add_command("deep", deep)
    manager.add_command("books", books)
    assert line(manager, "books simple") == line(manager, "books deep simple") == "OK shop\n"
    assert "  books      books of the shop\n" in line(manager, "-?")
    out = line(manager, "books")
    assert "\n  books of the shop\n" in out
    assert "  deep    deeper\n" in out
    assert "runserver" not in out
    assert "deep down" in line(manager, "books deep -?")


def test_a_manager_below_may_offer_the_default_commands(manager: Manager, line: Line) -> None:
    manager.add_command("admin", Manager(with_default_commands=True))
    assert "runserver" in line(manager, "admin")


@pytest.mark.parametrize("replaces", [True, False])
def test_a_manager_below_may_replace_the_application(
    manager: Manager, line: Line, replaces: bool
) -> None:
    def admin_of(app: Erlen, level: str) -> Erlen | None:
        print("asked", app.name, level)
        return Erlen("admin", root_path="/", static_folder=None) if replaces else None

    admin = Manager(admin_of)
    admin.add_option("--level")
    admin.add_command("simple", SimpleCommand)
    manager.add_command("admin", admin)
    name = "admin" if replaces else "shop"
    assert line(manager, "admin --level 3 simple") == f"asked shop 3\nOK {name}\n"


@pytest.mark.parametrize("own", [create_app, Erlen("other", root_path="/"), None])
def test_otherwise_the_application_is_that_of_the_manager_above(
    manager: Manager, line: Line, own: t.Any
) -> None:
    below = Manager(own)
    below.add_command("simple", SimpleCommand)
    manager.add_command("below", below)
    assert line(manager, "below simple") == "OK shop\n"


def test_a_manager_may_decide_on_its_application(line: Line) -> None:
    class Own(Manager):
        def __call__(self, app: Erlen | None = None, **kwargs: t.Any) -> Erlen:
            return create_app(kwargs["config"])

        def get_options(self) -> list[Option]:
            return [Option("--config")]

    manager = Own()
    manager.add_command("simple", SimpleCommand)
    assert line(manager, "--config x simple") == "OK with x\n"


def test_other_flags_for_help(manager: Manager, line: Line) -> None:
    @manager.command
    def connect(host: str = "localhost") -> None:
        print(host)

    manager.help_args = ("-h", "--help")
    assert "Commands:" in line(manager, "-h")
    assert "Usage: manage.py connect" in line(manager, "connect --help")
    assert line(manager, "connect -h x") == "x\n"
    command = manager._commands["connect"]
    command.help_args = ("-?",)
    assert "Usage: manage.py connect" in line(manager, "connect -?")
    command.help_args = ()
    assert "No such option" in line.refused(manager, "connect --help")


def run(monkeypatch: pytest.MonkeyPatch, manager: Manager, words: str, **options: t.Any) -> t.Any:
    """Return the exit status."""
    monkeypatch.setattr(sys, "argv", ["/srv/manage.py", *words.split()])
    with pytest.raises(SystemExit) as caught:
        manager.run(**options)
    return caught.value.code


@pytest.mark.parametrize("value,status", [(None, 0), (0, 0), (3, 3), ("bad", "bad"), (True, True)])
def test_what_a_command_returns_is_the_exit_status(
    monkeypatch: pytest.MonkeyPatch, manager: Manager, value: object, status: object
) -> None:
    manager.add_command("give", Command(lambda: value))
    assert run(monkeypatch, manager, "give") == status


def test_run_takes_commands_and_a_default(
    monkeypatch: pytest.MonkeyPatch, manager: Manager, capsys: pytest.CaptureFixture[str]
) -> None:
    commands = {"simple": SimpleCommand()}
    assert run(monkeypatch, manager, "", commands=commands, default_command="simple") == 0
    assert run(monkeypatch, manager, "nix", default_command="simple") == 2
    printed = capsys.readouterr()
    assert printed.out == "OK shop\n"
    assert "Usage: manage.py " in printed.err


def test_an_invalid_command_can_be_caught_or_left_alone(
    monkeypatch: pytest.MonkeyPatch, manager: Manager
) -> None:
    @manager.command
    def refuse() -> None:
        raise InvalidCommand("foo and bar are incompatible")

    assert run(monkeypatch, manager, "refuse") == "foo and bar are incompatible"
    with pytest.raises(InvalidCommand, match="incompatible"):
        manager.run()


def test_the_end_of_the_input_ends_the_command(
    monkeypatch: pytest.MonkeyPatch, manager: Manager, capsys: pytest.CaptureFixture[str]
) -> None:
    def end(prompt: str = "") -> str:
        raise EOFError

    monkeypatch.setattr("builtins.input", end)
    monkeypatch.setattr("click.termui.visible_prompt_func", end)
    manager.add_command("ask", Command(lambda: prompt("name")))
    assert run(monkeypatch, manager, "ask") == 1
    assert "Aborted!" in capsys.readouterr().err
