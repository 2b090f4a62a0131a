from __future__ import annotations

import os
import platform
import sys
import types
import typing as t
from importlib import metadata

import click
import pytest
from click.testing import CliRunner

from erlen import Erlen, current_app
from erlen.cli import AppGroup, ErlenGroup


@pytest.fixture
def group() -> ErlenGroup:
    """A program with a command that tells the option it was given."""
    group = ErlenGroup(create_app=lambda: Erlen("shop"))

    @group.command("show-it")
    @click.option("--some-size", default=1)
    @click.option("--env", envvar="OWN_NAME", default="none")
    def show(some_size: int, env: str) -> None:
        click.echo(f"{some_size} {env}")

    inner = AppGroup("inner")
    group.add_command(inner)
    inner.command("deep")(click.option("--size", default=1)(click.echo))
    return group


@pytest.mark.parametrize("prefix", ["ERLEN", "FLASK"])
def test_the_environment_answers_for_options(
    prefix: str, group: ErlenGroup, runner: CliRunner
) -> None:
    env = {f"{prefix}_SHOW_IT_SOME_SIZE": "7"}
    assert runner.invoke(group, ["show-it"], env=env).output == "7 none\n"


def test_erlens_name_wins_over_flasks(group: ErlenGroup, runner: CliRunner) -> None:
    env = {"ERLEN_SHOW_IT_SOME_SIZE": "7", "FLASK_SHOW_IT_SOME_SIZE": "8"}
    assert runner.invoke(group, ["show-it"], env=env).output == "7 none\n"


def test_the_command_line_wins_over_the_environment(group: ErlenGroup, runner: CliRunner) -> None:
    env = {"FLASK_SHOW_IT_SOME_SIZE": "8"}
    assert runner.invoke(group, ["show-it", "--some-size", "9"], env=env).output == "9 none\n"


def test_an_options_own_variable_wins_over_flasks(group: ErlenGroup, runner: CliRunner) -> None:
    env = {"OWN_NAME": "own", "FLASK_SHOW_IT_ENV": "flask"}
    assert runner.invoke(group, ["show-it"], env=env).output == "1 own\n"
    assert runner.invoke(group, ["show-it"], env={"FLASK_SHOW_IT_ENV": "f"}).output == "1 f\n"


def test_a_wrong_value_names_the_variable(group: ErlenGroup, runner: CliRunner) -> None:
    result = runner.invoke(group, ["show-it"], env={"FLASK_SHOW_IT_SOME_SIZE": "big"})
    assert result.exit_code == 2
    assert "'big' is not a valid integer" in result.stderr


def test_commands_in_groups_too(group: ErlenGroup, runner: CliRunner) -> None:
    env = {"FLASK_INNER_DEEP_SIZE": "5"}
    assert runner.invoke(group, ["inner", "deep"], env=env).exit_code == 1  # echo(size=5)


def test_the_shared_command_is_not_changed(group: ErlenGroup, runner: CliRunner) -> None:
    before = [param.envvar for param in group.commands["show-it"].params]
    runner.invoke(group, ["show-it"], env={"FLASK_SHOW_IT_SOME_SIZE": "7"})
    assert [param.envvar for param in group.commands["show-it"].params] == before


def test_a_program_with_a_prefix_of_its_own_is_not_given_flasks(runner: CliRunner) -> None:
    settings = {"auto_envvar_prefix": "SHOP"}
    group = ErlenGroup(create_app=lambda: Erlen("shop"), context_settings=settings)
    group.command("show")(click.option("--size", default=1)(lambda size: click.echo(size)))
    env = {"FLASK_SHOW_SIZE": "7", "ERLEN_SHOW_SIZE": "8"}
    assert runner.invoke(group, ["show"], env=env).output == "1\n"
    assert runner.invoke(group, ["show"], env={"SHOP_SHOW_SIZE": "9"}).output == "9\n"


SHOP = "from erlen import Erlen; app = Erlen('shop')"


@pytest.mark.parametrize("args,env", [
    (["--app", "shop"], {}),
    (["-A", "shop:app"], {"ERLEN_APP": "no_such"}),
    ([], {"ERLEN_APP": "shop"}),
    ([], {"FLASK_APP": "shop"}),
    ([], {"ERLEN_APP": "shop", "FLASK_APP": "no_such"}),
])  # fmt: skip
def test_ways_to_name_the_application(
    args: list[str], env: dict[str, str], project: t.Any, runner: CliRunner
) -> None:
    project.write("shop.py", SHOP)
    group = ErlenGroup()
    group.command("show")(lambda: click.echo(current_app.name))
    assert runner.invoke(group, [*args, "show"], env=env).output == "shop\n"


@pytest.mark.parametrize(
    "args,env,debug",
    [
        ([], {}, False),
        (["--debug"], {}, True),
        ([], {"FLASK_DEBUG": "1"}, True),
        ([], {"ERLEN_DEBUG": "0", "FLASK_DEBUG": "1"}, False),
        (["--no-debug"], {"ERLEN_DEBUG": "1"}, False),
        (["--debug"], {"FLASK_DEBUG": "0"}, True),
    ],
)
def test_debug(args: list[str], env: dict[str, str], debug: bool, runner: CliRunner) -> None:
    group = ErlenGroup(create_app=lambda: Erlen("shop"))
    group.command("show")(lambda: click.echo(current_app.debug))
    assert runner.invoke(group, [*args, "show"], env=env).output == f"{debug}\n"


def test_debug_is_there_before_the_application(runner: CliRunner) -> None:
    seen = []

    def create_app() -> Erlen:
        seen.append((os.environ["ERLEN_DEBUG"], os.environ["FLASK_DEBUG"]))
        return Erlen("shop")

    runner.invoke(ErlenGroup(create_app=create_app), ["--debug", "routes"])
    assert seen == [("1", "1")]


def test_version(runner: CliRunner) -> None:
    result = runner.invoke(ErlenGroup(), ["--version"])
    assert result.exit_code == 0
    assert f"Python {platform.python_version()}\n" in result.output
    assert "Erlen " in result.output
    assert f"Werkzeug {metadata.version('werkzeug')}\n" in result.output
    assert "Flask" not in result.output
    assert "--version" not in runner.invoke(ErlenGroup(add_version_option=False)).output


def test_as_flask_is_turned_on_and_told_of(
    runner: CliRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    turned_on: list[bool] = []
    # The real one changes the process for good.
    stand_in = types.ModuleType("erlen.as_flask")
    vars(stand_in)["install"] = lambda: turned_on.append(True)
    monkeypatch.setitem(sys.modules, "erlen.as_flask", stand_in)
    assert (
        f"Flask {metadata.version('flask')}\n"
        in runner.invoke(ErlenGroup(), ["--as-flask", "--version"]).output
    )
    assert turned_on == [True]


def test_versions_of_what_is_not_installed(
    runner: CliRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    def version(name: str) -> str:
        raise metadata.PackageNotFoundError(name)

    monkeypatch.setattr(metadata, "version", version)
    assert (
        "Erlen (not installed, run from its source)"
        in runner.invoke(ErlenGroup(), ["--version"]).output
    )
