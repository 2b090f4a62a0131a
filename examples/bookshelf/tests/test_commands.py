from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import typing as t
from pathlib import Path

from bookshelf import catalogue, create_app
from bookshelf.files import create_once

if t.TYPE_CHECKING:
    import pytest

    from conftest import Visitor
    from erlen import Erlen

FOLDER = Path(__file__).parents[1]


def test_init_db_asks_before_it_empties_the_shelf(app: Erlen, visitor: Visitor) -> None:
    runner = app.test_cli_runner()
    assert runner.invoke(args=["init-db"], input="n\n").exit_code == 1
    assert "Moonstone" in visitor.get("/").text
    assert "empty and ready" in runner.invoke(args=["init-db", "--yes"]).output
    assert "The shelf is empty" in visitor.get("/").text


def test_seed_adds_what_is_missing_once(app: Erlen) -> None:
    runner = app.test_cli_runner()
    assert runner.invoke(args=["seed"]).output == "26 books put on the shelf.\n"
    assert runner.invoke(args=["seed"]).output == "0 books put on the shelf.\n"


def test_audit_prints_the_newest_first(app: Erlen, ada: Visitor) -> None:
    ada.post("/auth/logout", {})
    lines = app.test_cli_runner().invoke(args=["audit", "--last", "1"]).output.splitlines()
    assert len(lines) == 1
    assert lines[0].endswith("ada             logged out")


def test_the_first_start_makes_and_fills_a_database(tmp_path: Path) -> None:
    config = {
        "DATABASE": str(tmp_path / "new" / "shelf.sqlite3"),
        "SECRET_KEY": "long enough, and only for tests",
        "PASSWORD_METHOD": "pbkdf2:sha256:1",
    }
    create_app(config)
    app = create_app(config)  # the second start leaves it alone
    with app.app_context():
        assert len(list(catalogue.everything())) == 28
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["shelf.sqlite3"]


def test_of_two_that_start_together_one_makes_the_file(tmp_path: Path) -> None:
    path = tmp_path / "file"

    def write(draft: Path) -> None:
        path.write_text("the other one was quicker")
        draft.write_text("late")

    assert create_once(path, write) is False
    assert path.read_text() == "the other one was quicker"
    assert list(tmp_path.iterdir()) == [path]


def test_without_a_key_one_is_made_and_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bookshelf.Erlen.auto_find_instance_path", lambda app: str(tmp_path))
    first = create_app({"DEMO": False}).config["SECRET_KEY"]
    assert len(first) == 64
    assert create_app({"DEMO": False}).config["SECRET_KEY"] == first
    assert (tmp_path / "secret.key").stat().st_mode & 0o777 == 0o600


def run_script(app: Erlen, *arguments: str) -> str:
    environment = {
        **os.environ,
        "BOOKSHELF_DATABASE": app.config["DATABASE"],
        "BOOKSHELF_SECRET_KEY": "long enough, and only for tests",
        "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
    }
    script = FOLDER / "scripts" / "export_books.py"
    command = [sys.executable, str(script), *arguments]
    return subprocess.run(
        command, env=environment, check=True, capture_output=True, text=True
    ).stdout


def test_the_script_prints_the_shelf(app: Erlen) -> None:
    lines = run_script(app).splitlines()
    assert lines[0].startswith("id,title,author")
    assert len(lines) == 4


def test_the_script_prints_statistics(app: Erlen) -> None:
    lines = [line.split() for line in run_script(app, "--stats").splitlines()[1:]]
    assert lines == [["Mystery", "1"], ["Novel", "2"], ["all", "3"]]


def test_formulas_in_titles_stay_text(app: Erlen) -> None:
    with sqlite3.connect(app.config["DATABASE"]) as connection:
        connection.execute("UPDATE books SET title = '=1+1' WHERE id = 1")
    connection.close()
    assert ",'=1+1," not in run_script(app, "--stats")
    assert "1,'=1+1,Jane Austen" in run_script(app)
