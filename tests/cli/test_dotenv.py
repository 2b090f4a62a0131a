from __future__ import annotations

import os
import sys
import typing as t
from pathlib import Path

import pytest
from click.testing import CliRunner

from erlen.cli import ErlenGroup, load_dotenv


@pytest.fixture(autouse=True)
def files(project: t.Any) -> None:
    project.write(".flaskenv", "FOO=flaskenv\nBAR=flaskenv\nBAZ=flaskenv\nKEPT=flaskenv\n")
    project.write(".erlenenv", "FOO=erlenenv\nBAR=erlenenv\n")
    project.write(".env", "FOO=env\nHAM=火腿\nEMPTY\n")


def test_env_wins_over_erlenenv_over_flaskenv(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KEPT", "environment")
    assert load_dotenv()
    names = ("FOO", "BAR", "BAZ", "KEPT", "HAM")
    expected = ["env", "erlenenv", "flaskenv", "environment", "火腿"]
    assert [os.environ[name] for name in names] == expected
    assert "EMPTY" not in os.environ


def test_a_given_file_wins_over_the_default_ones(project: t.Any) -> None:
    load_dotenv(project.write("mine.env", "FOO=mine\n"))
    assert (os.environ["FOO"], os.environ["BAR"]) == ("mine", "erlenenv")


def test_only_the_given_file(project: t.Any) -> None:
    assert load_dotenv(project.write("mine.env", "FOO=mine\n"), load_defaults=False)
    assert "BAR" not in os.environ
    assert not load_dotenv("no-such-file", load_defaults=False)


def test_the_files_of_a_folder_above_count(project: t.Any, monkeypatch: pytest.MonkeyPatch) -> None:
    (project.folder / "below").mkdir()
    monkeypatch.chdir("below")
    load_dotenv()
    assert os.environ["FOO"] == "env"


def test_without_python_dotenv_there_is_a_tip(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "dotenv", None)
    assert not load_dotenv()
    assert "pip install 'erlen[dotenv]'" in capsys.readouterr().err
    assert "FOO" not in os.environ


def test_without_files_there_is_no_tip(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "empty").mkdir()
    monkeypatch.chdir(tmp_path / "empty")
    monkeypatch.setitem(sys.modules, "dotenv", None)
    assert not load_dotenv()
    assert capsys.readouterr().err == ""


def test_a_command_reads_them_unless_told_not_to(
    runner: CliRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ERLEN_SKIP_DOTENV", "1")
    runner.invoke(ErlenGroup())
    assert "FOO" not in os.environ
    monkeypatch.delenv("ERLEN_SKIP_DOTENV")
    runner.invoke(ErlenGroup())
    assert os.environ["FOO"] == "env"


def test_env_file_option(runner: CliRunner, project: t.Any) -> None:
    project.write("mine.env", "ERLEN_APP=shop\n")
    project.write("shop.py", "from erlen import Erlen; app = Erlen(__name__)")
    result = runner.invoke(ErlenGroup(), ["--env-file", "mine.env", "routes"])
    assert "static" in result.output


def test_env_file_option_without_python_dotenv(
    runner: CliRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "dotenv", None)
    result = runner.invoke(ErlenGroup(), ["--env-file", ".env", "routes"])
    assert result.exit_code == 2
    assert "python-dotenv must be installed" in result.stderr
