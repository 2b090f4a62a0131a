from __future__ import annotations

import typing as t

import click
import pytest
from click.testing import CliRunner

from erlen import Erlen, current_app, has_app_context
from erlen.cli import NoAppException, ScriptInfo, pass_script_info, with_appcontext

SHOP = """
    from erlen import Erlen
    shop = Erlen("shop")

    def create_app(name="made"):
        return Erlen(name)
"""


def test_the_application_is_loaded_once() -> None:
    info = ScriptInfo(create_app=lambda: Erlen("a"))
    assert info.load_app() is info.load_app()


@pytest.mark.parametrize(
    "import_path,name",
    [
        ("shop", "shop"),
        ("shop.py", "shop"),
        ("shop:shop", "shop"),
        ("shop:create_app", "made"),
        ("shop:create_app('a:b')", "a:b"),
    ],
)
def test_import_paths(project: t.Any, import_path: str, name: str) -> None:
    project.write("shop.py", SHOP)
    assert ScriptInfo(import_path).load_app().name == name


def test_an_absolute_path(project: t.Any) -> None:
    path = project.write("elsewhere/shop.py", SHOP)
    assert ScriptInfo(f"{path}:shop").load_app().name == "shop"


def test_wsgi_py_then_app_py_of_the_working_directory(project: t.Any) -> None:
    project.write("app.py", "from erlen import Erlen; app = Erlen('from_app')")
    assert ScriptInfo().load_app().name == "from_app"
    project.write("wsgi.py", "from erlen import Erlen; app = Erlen('from_wsgi')")
    assert ScriptInfo().load_app().name == "from_wsgi"


def test_no_application_anywhere_says_how_to_name_one(project: t.Any) -> None:
    with pytest.raises(NoAppException, match="'erlen --app'.*'ERLEN_APP' .or 'FLASK_APP'"):
        ScriptInfo().load_app()


@pytest.mark.parametrize("set_debug_flag", [True, False])
def test_the_environment_decides_on_debug(
    set_debug_flag: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = Erlen("a")
    monkeypatch.setenv("ERLEN_DEBUG", "1")
    info = ScriptInfo(create_app=lambda: app, set_debug_flag=set_debug_flag)
    assert info.load_app().debug is set_debug_flag


@pytest.mark.parametrize("name", ["ERLEN_SKIP_DOTENV", "FLASK_SKIP_DOTENV"])
def test_dotenv_files_can_be_skipped(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert ScriptInfo().load_dotenv_defaults
    monkeypatch.setenv(name, "1")
    assert not ScriptInfo().load_dotenv_defaults


def test_with_appcontext_sets_the_context_up_and_takes_it_down(runner: CliRunner) -> None:
    @click.command()
    @with_appcontext
    def show() -> None:
        click.echo(current_app.name)

    result = runner.invoke(show, obj=ScriptInfo(create_app=lambda: Erlen("a")))
    assert result.output == "a\n"
    assert not has_app_context()


def test_with_appcontext_stays_in_the_context_there_is(runner: CliRunner) -> None:
    @click.command()
    @with_appcontext
    def show() -> None:
        click.echo(current_app.name)

    with Erlen("outer").app_context():
        result = runner.invoke(show, obj=ScriptInfo(create_app=lambda: Erlen("inner")))

    assert result.output == "outer\n"


def test_commands_leave_things_for_one_another(runner: CliRunner) -> None:
    @click.command()
    @pass_script_info
    def show(info: ScriptInfo) -> None:
        click.echo(info.data["greeting"])

    info = ScriptInfo()
    info.data["greeting"] = "hello"
    assert runner.invoke(show, obj=info).output == "hello\n"
