"""The group ``erlen db``: where its commands come from, what it says without Alembic."""

from __future__ import annotations

import io
import logging
import sys
import types

import click
import pytest

import erlen.migrate
from erlen import Erlen
from erlen.cli import NoAppException, ScriptInfo
from erlen.migrate import cli, commands
from erlen.migrate.cli import db


class InfoOf(ScriptInfo):
    def __init__(self, app: Erlen | None) -> None:
        super().__init__()
        self._app = app

    def load_app(self) -> Erlen:
        if self._app is None:
            raise NoAppException("no application")
        return self._app


def invoke(app: Erlen | None, *arguments: str) -> str:
    """Run ``erlen db ...`` for *app* and return what it printed; None is no application."""
    runner = Erlen(__name__).test_cli_runner()
    return runner.invoke(db, arguments or ["--help"], obj=InfoOf(app)).output


@pytest.fixture
def app() -> Erlen:
    """An application with a group ``db`` of its own."""
    app = Erlen(__name__)

    @app.cli.group("db")
    def own() -> None:
        pass

    @own.command()
    def seed() -> None:
        click.echo("seeded")

    return app


def test_commands_of_plugins_and_of_the_application_are_listed(app: Erlen) -> None:
    listed = invoke(app)
    assert "  models " in listed
    assert "  seed" in listed
    assert "  seed" not in invoke(None)


def test_commands_of_plugins_and_of_the_application_run(app: Erlen) -> None:
    assert "Write models for the database" in invoke(app, "models", "--help")
    assert invoke(app, "seed") == "seeded\n"
    assert "No such command 'seed'" in invoke(None, "seed")


@pytest.mark.parametrize("missing", ["alembic", "sqlalchemy"])
def test_without_alembic_the_extra_is_named(
    monkeypatch: pytest.MonkeyPatch, app: Erlen, missing: str
) -> None:
    monkeypatch.setitem(sys.modules, "alembic.util", _raising(missing))
    assert "pip install 'erlen[migrate]'" in invoke(app, "list-templates")


def test_another_module_that_is_missing_is_not_explained_away(
    monkeypatch: pytest.MonkeyPatch, app: Erlen
) -> None:
    monkeypatch.setitem(sys.modules, "alembic.util", _raising("greenlet"))
    with pytest.raises(ModuleNotFoundError, match="greenlet"):
        cli._run("list_templates", {})


def _raising(name: str) -> types.ModuleType:
    """Return a module from which nothing can be imported, since *name* is missing."""

    class Absent(types.ModuleType):
        def __getattr__(self, attribute: str) -> object:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

    return Absent("alembic.util")


def test_progress_is_printed_where_nobody_set_up_logging(monkeypatch: pytest.MonkeyPatch) -> None:
    logger, stream = logging.getLogger("alembic"), io.StringIO()
    monkeypatch.setattr(logger, "handlers", [])
    monkeypatch.setattr(logging.getLogger(), "handlers", [])
    monkeypatch.setattr(sys, "stderr", stream)
    cli._show_progress()
    cli._show_progress()
    logging.getLogger("alembic.test").info("upgrading")
    assert stream.getvalue() == "INFO  [alembic.test] upgrading\n"


def test_the_commands_are_found_in_the_package() -> None:
    assert erlen.migrate.stamp is commands.stamp
    assert erlen.migrate.MigrateCommand is db
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        erlen.migrate.nonsense


def test_templates_are_listed(app: Erlen) -> None:
    assert invoke(app, "list-templates").splitlines()[0] == "erlen - One database."
