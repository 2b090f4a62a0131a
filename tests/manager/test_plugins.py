"""Commands of click, and of other parts of Erlen, under a manager."""

from __future__ import annotations

import importlib.metadata
import pathlib
import subprocess
import sys

import click
import pytest

from erlen import Erlen, current_app
from erlen.cli import AppGroup
from erlen.db import SQLAlchemy
from erlen.manager import Manager, MigrateCommand
from erlen.migrate import Migrate
from erlen.migrate import MigrateCommand as MigrateCommandOfMigrate

from .conftest import Line


def test_a_command_of_click_has_the_application(manager: Manager, line: Line) -> None:
    group = AppGroup("books")

    @group.command("count")
    @click.option("--lent", is_flag=True)
    def count(lent: bool) -> None:
        print(current_app.name, lent)

    manager.add_command("books", group)
    assert line(manager, "books count --lent") == "shop True\n"


@pytest.mark.parametrize("command", [MigrateCommand, MigrateCommandOfMigrate])
def test_the_commands_of_erlen_db(command: object, manager: Manager, line: Line) -> None:
    manager.add_command("db", command)
    assert "  upgrade " in line(manager, "db --help")
    assert "  db         Migrate the database" in line(manager, "-?")
    line(manager, "db current")
    assert line.status == 1
    assert "has no database to migrate" in line.errors


def test_migrations_of_the_managers_application(line: Line, tmp_path: pathlib.Path) -> None:
    made: list[Erlen] = []
    db = SQLAlchemy()

    def create_app(config: str) -> Erlen:
        app = Erlen("shop", root_path="/", static_folder=None)
        app.config["SQLALCHEMY_DATABASE_URI"] = config
        db.init_app(app)
        Migrate(app, db, directory=str(tmp_path / "migrations"))
        made.append(app)
        return app

    manager = Manager(create_app)
    manager.add_option("-c", "--config")
    manager.add_command("db", MigrateCommand)
    line(manager, "-c sqlite:// db upgrade")
    assert "\n    python manage.py db init\n" in line.errors
    output = line(manager, "-c sqlite:// db init")
    assert line.status is None, line.errors
    assert "Next: python manage.py db migrate -m 'first tables'" in output
    assert (tmp_path / "migrations" / "env.py").exists()
    line(manager, "-c sqlite:///other.db db heads")
    uris = [app.config["SQLALCHEMY_DATABASE_URI"] for app in made]
    assert uris == ["sqlite://", "sqlite://", "sqlite:///other.db"]
    assert manager.app is made[2]


def test_what_nothing_offers_says_what_to_install(
    manager: Manager, line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importlib.metadata, "entry_points", lambda **_: [])
    manager.add_command("db", MigrateCommand)
    assert "Not installed: pip install 'erlen[migrate]'" in line(manager, "-?")
    line(manager, "db upgrade --sql")
    assert line.status == 1
    assert "Install it: pip install 'erlen[migrate]'" in line.errors


def test_a_manager_imports_no_database() -> None:
    code = "import sys, erlen.manager; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout
    unwanted = {"alembic", "sqlalchemy", "erlen.migrate", "erlen.db"}
    assert unwanted.isdisjoint(loaded.split())
