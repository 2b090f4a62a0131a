"""What holds for every command that ``erlen`` offers, those of its parts included."""

from __future__ import annotations

import collections.abc as cabc
import re

import click
import pytest
from click.testing import CliRunner

from erlen import Erlen
from erlen.cli import ScriptInfo, cli


def walk(
    command: click.Command, parent: click.Context, *words: str
) -> cabc.Iterator[tuple[str, click.Command]]:
    yield " ".join(words), command
    if isinstance(command, click.Group):
        ctx = click.Context(command, info_name=words[-1], parent=parent, obj=parent.obj)
        for name in command.list_commands(ctx):
            inner = command.get_command(ctx, name)
            assert inner is not None
            yield from walk(inner, ctx, *words, name)


def every_command() -> list[tuple[str, click.Command]]:
    app = Erlen("none", root_path="/", static_folder=None)
    root = click.Context(cli, info_name="erlen", obj=ScriptInfo(create_app=lambda: app))
    return list(walk(cli, root, "erlen"))


COMMANDS = every_command()


@pytest.mark.parametrize("name,command", COMMANDS, ids=[name for name, _ in COMMANDS])
def test_help_has_a_sentence_and_an_example(name: str, command: click.Command) -> None:
    app = Erlen("none", root_path="/", static_folder=None)
    result = CliRunner().invoke(
        command, ["--help"], obj=ScriptInfo(create_app=lambda: app), prog_name=name
    )
    assert result.exit_code == 0
    sentence = result.stdout.partition("\n\n")[2]
    assert re.match(r"  [A-Z].*", sentence), result.stdout
    _, example, after = result.stdout.partition("  Example")
    assert example
    assert re.search(rf"^ +{name.replace('erlen ', r'.*erlen .*?')}", after, re.M), result.stdout


@pytest.mark.parametrize("name,command", COMMANDS, ids=[name for name, _ in COMMANDS])
def test_every_option_is_explained(name: str, command: click.Command) -> None:
    options = [param for param in command.params if isinstance(param, click.Option)]
    assert [option.opts for option in options if not option.help and not option.hidden] == []
