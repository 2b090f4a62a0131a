"""An application with a database in memory, and databases on real servers."""

from __future__ import annotations

import collections.abc as cabc
import pathlib
import typing as t

import pytest

from erlen import Erlen
from erlen.db import SQLAlchemy
from tests.databases import database_url as database_url
from tests.databases import server_database_url as server_database_url

MakeApp = cabc.Callable[..., Erlen]


@pytest.fixture
def db() -> SQLAlchemy:
    return SQLAlchemy()


@pytest.fixture
def make_app(tmp_path: pathlib.Path) -> cabc.Iterator[MakeApp]:
    """Return a function that makes applications: ``make_app(db, SQLALCHEMY_ECHO=True)``."""
    apps: list[Erlen] = []

    def make(db: SQLAlchemy | None = None, **config: t.Any) -> Erlen:
        app = Erlen(__name__, instance_path=str(tmp_path / "instance"))
        app.testing = True
        app.config.update(config)
        if db is not None:
            db.init_app(app)
        apps.append(app)
        return app

    yield make
    for app in apps:
        db = app.extensions.get("sqlalchemy")
        if db is not None:
            with app.app_context():
                for engine in db.engines.values():
                    engine.dispose()


@pytest.fixture
def app(make_app: MakeApp, db: SQLAlchemy) -> Erlen:
    return make_app(db, SQLALCHEMY_DATABASE_URI="sqlite://")
