from __future__ import annotations

import sys
import typing as t

import pytest

from erlen.cli import main


def test_python_m_erlen(project: t.Any) -> None:
    project.write("app.py", "from erlen import Erlen; app = Erlen('shop')")
    program = project.start("routes")
    assert program.exit_code() == 0
    assert "/static/<path:filename>" in program.output


def test_the_command_is_a_program(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["erlen", "--version"])
    with pytest.raises(SystemExit) as caught:
        main()
    assert caught.value.code == 0
    assert "Erlen " in capsys.readouterr().out


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
