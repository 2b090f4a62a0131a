from __future__ import annotations

import importlib.metadata
import typing as t

import click
import pytest
from click.testing import CliRunner

from erlen import Blueprint, Erlen, current_app, g, has_app_context
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


def test_a_context_of_the_application_that_is_there_is_used(
    runner: CliRunner, app: Erlen, group: ErlenGroup
) -> None:
    app.cli.command("show")(lambda: click.echo(g.get("note")))

    with app.app_context():
        g.note = "outer"
        assert runner.invoke(group, ["show"]).output == "outer\n"


def test_a_program_without_the_usual_commands() -> None:
    assert ErlenGroup(add_default_commands=False).commands == {}


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


@pytest.mark.parametrize("wrong,right", [("rutes", "routes"), ("import-book", "import-books")])
def test_a_wrong_command_is_answered_with_the_closest_one(
    runner: CliRunner, app: Erlen, group: ErlenGroup, wrong: str, right: str
) -> None:
    app.cli.command("import-books")(lambda: None)
    result = runner.invoke(group, [wrong])
    assert result.exit_code == 2
    assert f"No such command '{wrong}'. Did you mean '{right}'?" in result.stderr


def test_a_wrong_command_of_a_group_is_answered_too(runner: CliRunner, group: ErlenGroup) -> None:
    result = runner.invoke(group, ["sessions", "prun"])
    assert "No such command 'prun'. Did you mean 'prune'?" in result.stderr


def test_nothing_close_is_nothing_said(runner: CliRunner, group: ErlenGroup) -> None:
    result = runner.invoke(group, ["xyzzy"])
    assert result.stderr.endswith("Error: No such command 'xyzzy'.\n")


def test_a_wrong_command_without_an_application_names_the_mend(
    runner: CliRunner, project: t.Any
) -> None:
    result = runner.invoke(ErlenGroup(), ["missing"])
    assert result.exit_code == 2
    assert "No such command 'missing'. If it is one of the application's" in result.stderr
    assert "ERLEN_APP" in result.stderr
    assert "Usage:" in result.stderr
    result = runner.invoke(ErlenGroup(), ["rutes"])
    assert result.stderr.endswith("Error: No such command 'rutes'. Did you mean 'routes'?\n")


RED = "\x1b[31m"


@pytest.mark.parametrize(
    "args,sentence",
    [
        (["rutes"], f"Error: {RED}No such command 'rutes'"),
        (["routes", "--sort", "x"], f"Error: {RED}Invalid value for '--sort'"),
        (["--app"], f"Error: {RED}Option '--app' requires an argument"),
    ],
)
def test_errors_are_red_on_a_terminal(
    runner: CliRunner, group: ErlenGroup, args: list[str], sentence: str
) -> None:
    assert sentence in runner.invoke(group, args, color=True).stderr
    assert RED not in runner.invoke(group, args).stderr
    assert RED not in runner.invoke(group, args, color=True, env={"NO_COLOR": "1"}).stderr


def test_the_table_of_routes_has_a_bold_head(runner: CliRunner, group: ErlenGroup) -> None:
    head = runner.invoke(group, ["routes"], color=True).stdout.splitlines()[0]
    assert head.startswith("\x1b[1mEndpoint")
    plain = runner.invoke(group, ["routes"], color=True, env={"NO_COLOR": "1"})
    assert "\x1b" not in plain.stdout


def test_help_lists_the_commands_of_everybody(
    runner: CliRunner, app: Erlen, group: ErlenGroup
) -> None:
    app.cli.command("import-books")(lambda: None)
    output = runner.invoke(group, ["--help"]).output
    for name in ("import-books", "routes", "run", "serve", "shell"):
        assert f"  {name}" in output


@pytest.mark.parametrize("args", [[], ["--help"]])
def test_help_comes_first_and_then_why_the_applications_commands_are_missing(
    runner: CliRunner, project: t.Any, args: list[str]
) -> None:
    output = runner.invoke(ErlenGroup(), args, color=True).output
    assert output.startswith("Usage:")
    commands, note = output.split("Note: commands of an application are not listed.")
    assert RED not in commands
    assert "Could not locate an Erlen application" in note


def test_the_help_of_a_group_is_not_red(runner: CliRunner, group: ErlenGroup) -> None:
    assert RED not in runner.invoke(group, ["sessions"], color=True).output


def test_help_survives_an_application_that_fails(runner: CliRunner) -> None:
    def create_app() -> Erlen:
        raise ZeroDivisionError("oh no")

    result = runner.invoke(ErlenGroup(create_app=create_app), ["--help"])
    assert result.exit_code == 0
    assert result.output.startswith("Usage:")
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


@pytest.mark.parametrize("name", ["assets", "check", "db", "sessions"])
def test_a_command_of_the_application_goes_before_one_that_flask_has_not(
    name: str, app: Erlen, runner: CliRunner
) -> None:
    app.cli.command(name)(lambda: click.echo(f"the application's {current_app.name}"))
    group = ErlenGroup(create_app=lambda: app)
    assert runner.invoke(group, [name]).output == f"the application's {app.name}\n"


def test_an_application_that_fails_is_reported_by_erlens_command(runner: CliRunner) -> None:
    group = ErlenGroup(create_app=lambda: 1 / 0)  # type: ignore[arg-type,return-value]
    result = runner.invoke(group, ["check"])
    assert result.exit_code == 2
    assert "ZeroDivisionError" in result.output


def test_a_plugin_of_erlen_wins_over_one_of_flask(
    plugins: Plugins, runner: CliRunner, group: ErlenGroup
) -> None:
    plugins.add("erlen.commands", "plug", "plugin_of_test:first")
    plugins.add("flask.commands", "plug", "plugin_of_test:second")
    assert runner.invoke(group, ["plug"]).output == "first\n"


def test_for_an_application_run_as_flasks_the_plugin_of_flask_wins(
    plugins: Plugins, runner: CliRunner, group: ErlenGroup, monkeypatch: pytest.MonkeyPatch
) -> None:
    plugins.add("erlen.commands", "plug", "plugin_of_test:first")
    plugins.add("flask.commands", "plug", "plugin_of_test:second")
    monkeypatch.setattr("erlen.cli.options.answers_as_flask", lambda: True)
    assert runner.invoke(group, ["plug"]).output == "second\n"


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
