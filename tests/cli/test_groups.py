from __future__ import annotations

import importlib.metadata
import typing as t

import click
import pytest
from click.testing import CliRunner

from erlen import Blueprint, Erlen, current_app, has_app_context
from erlen.cli import AppGroup, ErlenGroup, FlaskGroup, ScriptInfo


@pytest.fixture
def app() -> Erlen:
    return Erlen("shop")


@pytest.fixture
def group(app: Erlen) -> ErlenGroup:
    return ErlenGroup(create_app=lambda: app)


def test_flasks_name_is_the_same_class() -> None:
    assert FlaskGroup is ErlenGroup


def test_the_groups_name_is_the_applications(app: Erlen) -> None:
    assert app.cli.name == "shop"


def test_a_command_of_an_app_group_has_the_context(runner: CliRunner, app: Erlen) -> None:
    @click.group(cls=AppGroup)
    def cli() -> None:
        pass

    @cli.command()
    def show() -> None:
        click.echo(current_app.name)

    @cli.group()
    def inner() -> None:
        pass

    @inner.command("deep")
    def show_deep() -> None:
        click.echo(f"deep {current_app.name}")

    info = ScriptInfo(create_app=lambda: app)
    assert runner.invoke(cli, ["show"], obj=info).output == "shop\n"
    assert runner.invoke(cli, ["inner", "deep"], obj=info).output == "deep shop\n"


def test_a_command_can_do_without_the_context(runner: CliRunner) -> None:
    @click.group(cls=AppGroup)
    def cli() -> None:
        pass

    @cli.command(with_appcontext=False)
    def show() -> None:
        click.echo(bool(current_app))

    assert runner.invoke(cli, ["show"]).output == "False\n"


def test_the_applications_commands_and_their_parameters_have_the_context(
    runner: CliRunner, app: Erlen, group: ErlenGroup
) -> None:
    def name_of_app(ctx: click.Context, param: click.Parameter, value: str) -> str:
        return f"{current_app.name} {value}"

    @app.cli.command()
    @click.argument("value", callback=name_of_app)
    def show(value: str) -> None:
        assert click.get_current_context().obj.load_app() is current_app._get_current_object()  # type: ignore[attr-defined]
        click.echo(value)

    assert runner.invoke(group, ["show", "x"]).output == "shop x\n"
    assert not has_app_context()


@pytest.mark.parametrize("set_debug_flag", [True, False])
def test_whether_the_debug_flag_is_set(runner: CliRunner, set_debug_flag: bool) -> None:
    def create_app() -> Erlen:
        app = Erlen("shop")
        app.debug = True
        return app

    cli = ErlenGroup(create_app=create_app, set_debug_flag=set_debug_flag)

    @cli.command()
    def show() -> None:
        click.echo(current_app.debug)

    assert runner.invoke(cli, ["show"]).output == f"{not set_debug_flag}\n"


def test_a_group_inside_another_program(runner: CliRunner, group: ErlenGroup) -> None:
    outer = click.Group("outer")
    outer.add_command(group, "web")

    @group.command()
    def show() -> None:
        click.echo(current_app.name)

    assert runner.invoke(outer, ["web", "show"]).output == "shop\n"


def test_commands_of_blueprints(app: Erlen) -> None:
    def blueprint(name: str, **options: t.Any) -> Blueprint:
        bp = Blueprint(name, __name__, **options)
        bp.cli.command("say")(lambda: click.echo(f"{name} says"))
        return bp

    app.register_blueprint(blueprint("nested"))
    app.register_blueprint(blueprint("named", cli_group="renamed"))
    app.register_blueprint(blueprint("merged", cli_group=None))
    app.register_blueprint(blueprint("late"), cli_group="later")
    app.register_blueprint(Blueprint("silent", __name__))
    invoke = app.test_cli_runner().invoke
    assert invoke(args=["nested", "say"]).output == "nested says\n"
    assert invoke(args=["renamed", "say"]).output == "named says\n"
    assert invoke(args=["say"]).output == "merged says\n"
    assert invoke(args=["later", "say"]).output == "late says\n"
    assert invoke(args=["silent"]).exit_code == 2


def test_a_wrong_command_is_answered_with_the_closest_one(
    runner: CliRunner, group: ErlenGroup
) -> None:
    result = runner.invoke(group, ["rutes"])
    assert result.exit_code == 2
    assert "No such command 'rutes'" in result.stderr


def test_a_wrong_command_without_an_application_names_the_mend(
    runner: CliRunner, project: t.Any
) -> None:
    result = runner.invoke(ErlenGroup(), ["missing"])
    assert result.exit_code == 2
    assert "ERLEN_APP" in result.stderr
    assert "Usage:" in result.stderr


def test_help_lists_the_commands_of_everybody(
    runner: CliRunner, app: Erlen, group: ErlenGroup
) -> None:
    app.cli.command("import-books")(lambda: None)
    output = runner.invoke(group, ["--help"]).output
    for name in ("import-books", "routes", "run", "serve", "shell"):
        assert f"  {name}" in output


def test_help_survives_an_application_that_fails(runner: CliRunner) -> None:
    def create_app() -> Erlen:
        raise ZeroDivisionError("oh no")

    result = runner.invoke(ErlenGroup(create_app=create_app), ["--help"])
    assert result.exit_code == 0
    assert "ZeroDivisionError: oh no" in result.stderr
    assert "Usage:" in result.stdout


@pytest.mark.parametrize("args", [[], ["--help"]])
def test_help_reads_the_application_from_the_environment(
    args: list[str], runner: CliRunner, project: t.Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.write(
        "shop.py",
        """
        from erlen import Erlen
        app = Erlen("shop")
        app.cli.command("import-books")(lambda: None)
        """,
    )
    monkeypatch.setenv("FLASK_APP", "shop")
    assert "import-books" in runner.invoke(ErlenGroup(), args).output
    assert not has_app_context()


def test_context_settings_of_the_caller_are_left_alone() -> None:
    settings = {"auto_envvar_prefix": "SHOP"}
    assert ErlenGroup(context_settings=settings).context_settings == settings
    assert ErlenGroup().context_settings == {"auto_envvar_prefix": "ERLEN"}
    assert settings == {"auto_envvar_prefix": "SHOP"}


class Plugins:
    """Entry points as installed packages have them."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.points: list[importlib.metadata.EntryPoint] = []
        monkeypatch.setattr(
            importlib.metadata,
            "entry_points",
            lambda group: [point for point in self.points if point.group == group],
        )

    def add(self, group: str, name: str, value: str) -> None:
        self.points.append(importlib.metadata.EntryPoint(name, value, group))


@pytest.fixture
def plugins(monkeypatch: pytest.MonkeyPatch, project: t.Any) -> Plugins:
    monkeypatch.syspath_prepend(project.folder)
    project.write(
        "plugin_of_test.py",
        """
        import click

        @click.command()
        def first():
            "The first."
            click.echo("first")

        @click.command()
        def second():
            "The second."
            click.echo("second")
        """,
    )
    return Plugins(monkeypatch)


@pytest.mark.parametrize("entry_point", ["erlen.commands", "flask.commands"])
def test_plugins_bring_commands(
    entry_point: str, plugins: Plugins, runner: CliRunner, group: ErlenGroup
) -> None:
    plugins.add(entry_point, "plug", "plugin_of_test:first")
    assert runner.invoke(group, ["plug"]).output == "first\n"
    assert "The first." in runner.invoke(group, ["--help"]).output


def test_a_plugin_of_erlen_wins_over_one_of_flask(
    plugins: Plugins, runner: CliRunner, group: ErlenGroup
) -> None:
    plugins.add("erlen.commands", "plug", "plugin_of_test:first")
    plugins.add("flask.commands", "plug", "plugin_of_test:second")
    assert runner.invoke(group, ["plug"]).output == "first\n"


def test_a_broken_plugin_breaks_nothing_else(
    plugins: Plugins, runner: CliRunner, group: ErlenGroup
) -> None:
    plugins.add("flask.commands", "plug", "no_such_plugin:first")
    result = runner.invoke(group, ["routes"])
    assert result.exit_code == 0
    assert result.stderr == ""
    result = runner.invoke(group, ["plug"])
    assert result.exit_code == 2
    assert "'plug' of the package 'no_such_plugin' could not be loaded" in result.stderr
    assert "erlen --as-flask" in result.stderr
