from __future__ import annotations

import click
import pytest

from erlen import Erlen
from erlen.cli import ScriptInfo
from erlen.testing import ErlenCliRunner, FlaskCliRunner


@pytest.fixture
def app() -> Erlen:
    app = Erlen("shop")

    @app.cli.command("hello")
    @click.argument("name", default="world")
    def hello(name: str) -> None:
        click.echo(f"Hello, {name}!")

    return app


def test_flasks_name_is_the_same_class() -> None:
    assert FlaskCliRunner is ErlenCliRunner


def test_a_command_by_its_name(app: Erlen) -> None:
    result = app.test_cli_runner().invoke(args=["hello", "shop"])
    assert result.output == "Hello, shop!\n"


def test_a_command_itself(app: Erlen) -> None:
    assert app.test_cli_runner().invoke(app.cli.commands["hello"]).output == "Hello, world!\n"


def test_a_given_script_info_is_used(app: Erlen) -> None:
    made = []

    def create_app() -> Erlen:
        made.append(app)
        return app

    app.test_cli_runner().invoke(args=["hello"], obj=ScriptInfo(create_app=create_app))
    assert made == [app]


def test_a_runner_of_ones_own(app: Erlen) -> None:
    class Runner(ErlenCliRunner):
        pass

    app.test_cli_runner_class = Runner
    assert type(app.test_cli_runner()) is Runner
