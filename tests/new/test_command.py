from __future__ import annotations

import collections.abc as cabc
import pathlib

import pytest
from click.testing import CliRunner, Result

from erlen.cli.program import cli
from erlen.new import ProjectError

Run = cabc.Callable[..., Result]


@pytest.fixture
def run(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("erlen.new.command.erlen_arguments", list)
    return lambda *args: CliRunner().invoke(cli, ["new", *args])


def test_a_project_is_written_and_the_next_steps_are_told(run: Run) -> None:
    result = run("Book Shop")
    assert result.exit_code == 0
    assert pathlib.Path("book-shop/wsgi.py").exists()
    assert "cd book-shop" in result.output
    assert "make run " in result.output
    assert "erlen create-admin NAME" in result.output


def test_another_folder_can_be_named(run: Run, tmp_path: pathlib.Path) -> None:
    result = run("shop", "--directory", "my projects/shop")
    assert (tmp_path / "my projects/shop/shop/__init__.py").exists()
    assert "cd 'my projects/shop'" in result.output


def test_the_second_time_nothing_happens(run: Run) -> None:
    run("shop")
    pathlib.Path("shop/README.md").write_text("mine")
    result = run("shop")
    assert result.exit_code == 1
    assert "Error: The folder shop exists and is not empty." in result.output
    assert pathlib.Path("shop/README.md").read_text() == "mine"


def test_a_bad_name_is_refused_before_anything_is_written(run: Run, tmp_path: pathlib.Path) -> None:
    result = run("import")
    assert result.exit_code == 1
    assert "a word of the Python language" in result.output
    assert list(tmp_path.iterdir()) == []


def test_make_is_told_where_erlen_comes_from(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    origin = ["--editable", "/src/my erlen"]
    monkeypatch.setattr("erlen.new.command.erlen_arguments", lambda: origin)
    assert """make run ERLEN='--editable '"'"'/src/my erlen'"'"''""" in run("shop").output


def test_with_an_environment_make_need_not_be_told(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[pathlib.Path] = []
    monkeypatch.setattr("erlen.new.command.make_environment", lambda root, tell: made.append(root))
    monkeypatch.setattr("erlen.new.command.erlen_arguments", lambda: ["/src/erlen"])
    result = run("shop", "--venv")
    assert made == [pathlib.Path("shop")]
    assert "ERLEN=" not in result.output


def test_a_failure_of_pip_ends_the_command(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(root: object, tell: object) -> None:
        raise ProjectError("This failed: pip")

    monkeypatch.setattr("erlen.new.command.make_environment", fail)
    result = run("shop", "--venv")
    assert result.exit_code == 1
    assert "Error: This failed: pip" in result.output
    assert "Next:" not in result.output


def test_on_a_terminal_progress_takes_one_line(
    run: Run, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from erlen.new.command import _show

    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    _show("Collecting redis")
    _show("")
    assert capsys.readouterr().out == "\r\033[KCollecting redis\r\033[K"
