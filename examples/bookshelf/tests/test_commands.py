from __future__ import annotations

import os
import subprocess
import sys
import typing as t
from pathlib import Path

import pytest
from bookshelf import catalogue, create_app
from bookshelf.db import db
from bookshelf.files import create_once

if t.TYPE_CHECKING:
    from conftest import MakeApp, Visitor
    from erlen import Erlen

FOLDER = Path(__file__).parents[1]


def test_empty_asks_before_it_empties_the_shelf(app: Erlen, visitor: Visitor) -> None:
    runner = app.test_cli_runner()
    assert runner.invoke(args=["empty"], input="n\n").exit_code == 1
    assert "Moonstone" in visitor.get("/").text
    assert "empty and ready" in runner.invoke(args=["empty", "--yes"]).output
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


def test_the_first_start_makes_and_fills_a_database(make_app: MakeApp, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/new.db"
    for _ in range(2):  # the second start leaves it alone
        app = make_app(url, DEMO=True)
        with app.app_context():
            assert len(list(catalogue.everything())) == 28


def test_starts_at_the_same_time_make_the_tables_once(tmp_path: Path) -> None:
    environment = {"DATABASE_URL": f"sqlite:///{tmp_path}/new.db", "BOOKSHELF_SECRET_KEY": "key"}
    starts = [start_script("--stats", **environment) for _ in range(3)]
    for start in starts:
        printed, _ = start.communicate()
        assert start.returncode == 0
        assert printed.splitlines()[-1].split() == ["all", "28"]


def test_of_two_that_start_together_one_makes_the_file(tmp_path: Path) -> None:
    path = tmp_path / "file"

    def write(draft: Path) -> None:
        path.write_text("the other one was quicker")
        draft.write_text("late")

    assert create_once(path, write) is False
    assert path.read_text() == "the other one was quicker"
    assert list(tmp_path.iterdir()) == [path]


def test_the_environment_may_name_another_database(
    make_app: MakeApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BOOKSHELF_DEMO", "false")
    monkeypatch.setenv("BOOKSHELF_SECRET_KEY", "key")
    monkeypatch.setenv("DATABASE_URL", "postgres://ada@db.example/shelf")
    app = create_app()
    with app.app_context():
        assert str(db.engine.url) == "postgresql+psycopg://ada@db.example/shelf"


def test_without_a_key_one_is_made_and_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bookshelf.Erlen.auto_find_instance_path", lambda app: str(tmp_path))
    first = create_app({"DEMO": False}).config["SECRET_KEY"]
    assert len(first) == 64
    assert create_app({"DEMO": False}).config["SECRET_KEY"] == first
    assert (tmp_path / "secret.key").stat().st_mode & 0o777 == 0o600


def start_script(*arguments: str, **environment: str) -> subprocess.Popen[str]:
    paths = os.pathsep.join(filter(None, sys.path))
    script = FOLDER / "scripts" / "export_books.py"
    return subprocess.Popen(
        [sys.executable, str(script), *arguments],
        env={**os.environ, **environment, "PYTHONPATH": paths},
        stdout=subprocess.PIPE,
        text=True,
    )


def run_script(app: Erlen, *arguments: str) -> str:
    url = app.config["SQLALCHEMY_DATABASE_URI"]
    start = start_script(*arguments, DATABASE_URL=url, BOOKSHELF_SECRET_KEY="key")
    printed, _ = start.communicate()
    assert start.returncode == 0
    return printed


def test_the_script_prints_the_shelf(app: Erlen) -> None:
    lines = run_script(app).splitlines()
    assert lines[0].startswith("id,title,author")
    assert len(lines) == 4


def test_the_script_prints_statistics(app: Erlen) -> None:
    lines = [line.split() for line in run_script(app, "--stats").splitlines()[1:]]
    assert lines == [["Mystery", "1"], ["Novel", "2"], ["all", "3"]]


def test_formulas_in_titles_stay_text(app: Erlen) -> None:
    with app.app_context():
        catalogue.get(1).title = "=1+1"
        db.session.commit()
    assert ",'=1+1," not in run_script(app, "--stats")
    assert "1,'=1+1,Jane Austen" in run_script(app)
