"""Applications with migrations in a folder of their own."""

from __future__ import annotations

import collections.abc as cabc
import os
import pathlib
import subprocess
import sys
import typing as t

import pytest
import sqlalchemy as sa

from erlen import Erlen
from erlen.db import SQLAlchemy
from erlen.migrate import Migrate
from tests.databases import database_url as database_url

Define = cabc.Callable[[SQLAlchemy], object]


class Project:
    """A folder and a database; the application is made anew whenever the models change."""

    app: Erlen
    db: SQLAlchemy

    def __init__(self, folder: pathlib.Path, url: str) -> None:
        self.folder = folder
        self.config: dict[str, t.Any] = {"SQLALCHEMY_DATABASE_URI": url}

    def load(self, define: Define, **kwargs: t.Any) -> None:
        """Make the application with the models that *define* makes; *kwargs* are Migrate's."""
        self.dispose()
        self.db = SQLAlchemy()
        define(self.db)
        self.app = Erlen(__name__, instance_path=str(self.folder))
        self.app.config.update(self.config)
        self.db.init_app(self.app)
        Migrate(self.app, self.db, **kwargs)

    def erlen(self, *arguments: str, fails: bool = False) -> str:
        """Run ``erlen db ...`` and return what it printed."""
        result = self.app.test_cli_runner().invoke(args=["db", *arguments])
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        assert (result.exit_code != 0) is fails, result.output
        return result.output

    def versions(self, directory: str = "migrations") -> list[pathlib.Path]:
        """Return the files of the migrations, the oldest first."""
        found = (self.folder / directory / "versions").glob("*.py")
        return sorted(found, key=lambda path: path.stat().st_mtime_ns)

    def columns(self, table: str, bind: str | None = None) -> list[str]:
        """Return the columns of a table in the database; none if there is no such table."""
        with self.app.app_context():
            inspector = sa.inspect(self.db.engines[bind])
            if not inspector.has_table(table):
                return []
            return [column["name"] for column in inspector.get_columns(table)]

    def execute(self, statement: str) -> list[t.Any]:
        with self.app.app_context(), self.db.engine.begin() as connection:
            result = connection.execute(sa.text(statement))
            return list(result.scalars()) if result.returns_rows else []

    def dispose(self) -> None:
        if hasattr(self, "app"):
            with self.app.app_context():
                for engine in self.db.engines.values():
                    engine.dispose()


RUN_LINES = """
import sys
from erlen.cli.program import cli
for line in sys.argv[1:]:
    cli.main(line.split(), standalone_mode=False)
"""


class Shell:
    """A folder in which programs are run as a user runs them."""

    def __init__(self, folder: pathlib.Path) -> None:
        self.folder = folder

    def write(self, name: str, code: str) -> None:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(code)

    def erlen(self, *lines: str) -> str:
        """Run command lines in one process and return what they printed."""
        done = subprocess.run(
            [sys.executable, "-c", RUN_LINES, *lines],
            cwd=self.folder,
            env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
            capture_output=True,
            text=True,
        )
        output = done.stdout + done.stderr
        assert done.returncode == 0, output
        return output


@pytest.fixture
def folder(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> pathlib.Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def project(folder: pathlib.Path) -> cabc.Iterator[Project]:
    """A project on a SQLite file."""
    project = Project(folder, f"sqlite:///{folder}/app.db")
    yield project
    project.dispose()


@pytest.fixture
def project_anywhere(folder: pathlib.Path, database_url: str) -> cabc.Iterator[Project]:
    """A project on each kind of database in turn."""
    project = Project(folder, database_url)
    yield project
    project.dispose()


@pytest.fixture
def shell(tmp_path: pathlib.Path) -> Shell:
    return Shell(tmp_path)
