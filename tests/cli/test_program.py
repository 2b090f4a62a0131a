from __future__ import annotations

import typing as t

import pytest
from click.testing import CliRunner

from erlen.cli import cli, routes_command, run_command, serve_command, shell_command


def test_python_m_erlen(project: t.Any) -> None:
    project.write("app.py", "from erlen import Erlen; app = Erlen('shop')")
    program = project.start("routes")
    assert program.exit_code() == 0
    assert "/static/<path:filename>" in program.output


@pytest.mark.parametrize(
    "command", [cli, routes_command, run_command, serve_command, shell_command]
)
def test_help_has_an_example(command: t.Any, runner: CliRunner, project: t.Any) -> None:
    result = runner.invoke(command, ["--help"])
    assert result.exit_code == 0
    assert "Example" in result.stdout
    assert "erlen --app " in result.stdout


def test_an_application_written_for_flask(project: t.Any) -> None:
    project.write(
        "old.py",
        """
        from flask import Flask, __version__
        app = Flask(__name__)

        @app.cli.command("show")
        def show():
            print("module", type(app).__module__)
        """,
    )
    program = project.start("--as-flask", "--app", "old", "show")
    assert program.exit_code() == 0, program.output
    assert "module erlen" in program.output


def test_version_as_flask_names_both(project: t.Any) -> None:
    program = project.start("--as-flask", "--version")
    assert program.exit_code() == 0, program.output
    assert "Flask 3.1." in program.output
    assert "Erlen " in program.output
