"""From configuration to engines."""

from __future__ import annotations

import pathlib
import sqlite3
import typing as t

import pytest
import sqlalchemy as sa
from sqlalchemy import pool

from erlen import Erlen
from erlen.db import SQLAlchemy
from erlen.db.engines import engine_options
from erlen.db.liveness import SocketFirst
from erlen.db.pool import WatchedPool
from tests.db.conftest import MakeApp


def scalar(db: SQLAlchemy, statement: str) -> t.Any:
    return db.session.execute(sa.text(statement)).scalar()


def test_the_default_is_a_file_in_the_instance_folder(db: SQLAlchemy, make_app: MakeApp) -> None:
    app = make_app(db)
    with app.app_context():
        scalar(db, "SELECT 1")
        assert db.engine.url.database == str(pathlib.Path(app.instance_path, "app.db"))
    assert pathlib.Path(app.instance_path, "app.db").exists()


def test_sqlite_checks_foreign_keys_and_writes_ahead(db: SQLAlchemy, make_app: MakeApp) -> None:
    with make_app(db).app_context():
        assert scalar(db, "PRAGMA foreign_keys") == 1
        assert scalar(db, "PRAGMA journal_mode") == "wal"


def test_the_pragmas_can_be_changed(db: SQLAlchemy, make_app: MakeApp) -> None:
    pragmas = {"foreign_keys": None, "journal_mode": "DELETE", "cache_size": 123}
    with make_app(db, SQLALCHEMY_SQLITE_PRAGMAS=pragmas).app_context():
        assert scalar(db, "PRAGMA foreign_keys") == 0
        assert scalar(db, "PRAGMA journal_mode") == "delete"
        assert scalar(db, "PRAGMA cache_size") == 123


@pytest.mark.parametrize("url", ["sqlite:///sub.db", "sqlite:///file:sub.db?uri=true"])
def test_a_relative_path_starts_at_the_instance_folder(
    db: SQLAlchemy, make_app: MakeApp, url: str
) -> None:
    app = make_app(db, SQLALCHEMY_DATABASE_URI=url)
    with app.app_context():
        db.create_all()
        scalar(db, "SELECT 1")
    assert pathlib.Path(app.instance_path, "sub.db").exists()


def test_an_absolute_path_stays(db: SQLAlchemy, make_app: MakeApp, tmp_path: pathlib.Path) -> None:
    app = make_app(db, SQLALCHEMY_DATABASE_URI=f"sqlite:///{tmp_path}/here.db")
    with app.app_context():
        assert db.engine.url.database == f"{tmp_path}/here.db"
    assert not pathlib.Path(app.instance_path).exists()


def test_a_database_in_memory_is_one_for_all_threads(db: SQLAlchemy, app: Erlen) -> None:
    with app.app_context():
        assert isinstance(db.engine.pool, pool.StaticPool)


@pytest.mark.parametrize(
    "url,checks",
    [("postgresql+psycopg://u@h/d", True), ("mysql+pymysql://u@h/d", True), ("sqlite:///f", False)],
)
def test_connections_to_a_server_are_checked_before_they_are_used(
    db: SQLAlchemy, make_app: MakeApp, url: str, checks: bool
) -> None:
    with make_app(db, SQLALCHEMY_DATABASE_URI=url).app_context():
        assert isinstance(db.engine.pool, WatchedPool)
        assert db.engine.pool._pre_ping is checks
        looks_first = isinstance(db.engine.dialect.do_ping, SocketFirst)
        assert looks_first is url.startswith("postgresql")


def test_the_pool_is_configured_by_keys(db: SQLAlchemy, make_app: MakeApp) -> None:
    app = make_app(
        db,
        SQLALCHEMY_POOL_SIZE=7,
        SQLALCHEMY_MAX_OVERFLOW=3,
        SQLALCHEMY_POOL_TIMEOUT=15,
        SQLALCHEMY_POOL_RECYCLE=60,
    )
    with app.app_context():
        found = t.cast(WatchedPool, db.engine.pool)
        assert (found.size(), found._max_overflow) == (7, 3)
        assert (found.timeout(), found._recycle) == (15, 60)


def test_a_pool_of_ones_own_is_used(db: SQLAlchemy, make_app: MakeApp) -> None:
    app = make_app(
        db, SQLALCHEMY_POOL_SIZE=3, SQLALCHEMY_ENGINE_OPTIONS={"poolclass": pool.NullPool}
    )
    with app.app_context():
        assert isinstance(db.engine.pool, pool.NullPool)


def options_of(app: Erlen, **defaults: t.Any) -> dict[str | None, dict[str, t.Any]]:
    return engine_options(app, defaults)


def test_what_is_said_of_one_engine_goes_before_what_is_said_of_all(make_app: MakeApp) -> None:
    app = make_app(
        SQLALCHEMY_DATABASE_URI="sqlite://",
        SQLALCHEMY_ENGINE_OPTIONS={"pool_recycle": 2},
        SQLALCHEMY_POOL_RECYCLE=1,
        SQLALCHEMY_BINDS={"a": "sqlite:///a.db", "b": {"url": "sqlite://", "pool_recycle": 3}},
    )
    found = options_of(app, pool_timeout=9)
    assert {key: options["pool_recycle"] for key, options in found.items()} == {
        None: 2,
        "a": 1,
        "b": 3,
    }
    assert {options["pool_timeout"] for options in found.values()} == {9}


def test_binds_alone_leave_no_default_engine(db: SQLAlchemy, make_app: MakeApp) -> None:
    app = make_app(db, SQLALCHEMY_BINDS={"other": "sqlite://"})
    with app.app_context():
        assert list(db.engines) == ["other"]
        with pytest.raises(sa.exc.UnboundExecutionError, match="SQLALCHEMY_DATABASE_URI"):
            db.engine


def test_engines_can_be_told_in_one_dict(db: SQLAlchemy, make_app: MakeApp) -> None:
    app = make_app(
        db,
        SQLALCHEMY_ENGINES={
            "default": "sqlite://",
            "log": {"url": "sqlite://", "echo": False},
        },
    )
    with app.app_context():
        assert set(db.engines) == {None, "log"}
        assert db.get_engine("log") is db.engines["log"] is db.get_engine(bind="log")


def test_mysql_speaks_utf8_and_replaces_old_connections(db: SQLAlchemy, make_app: MakeApp) -> None:
    app = make_app(db, SQLALCHEMY_DATABASE_URI="mysql+pymysql://root@localhost/none")
    with app.app_context():
        assert db.engine.url.query["charset"] == "utf8mb4"
        assert t.cast(t.Any, db.engine.pool)._recycle == 7200


def test_statements_are_echoed_when_asked_for(
    db: SQLAlchemy, make_app: MakeApp, capsys: pytest.CaptureFixture[str]
) -> None:
    with make_app(db, SQLALCHEMY_ECHO=True, SQLALCHEMY_DATABASE_URI="sqlite://").app_context():
        scalar(db, "SELECT 4711")
        db.engine.echo = False
    assert "SELECT 4711" in capsys.readouterr().out


def test_a_pool_of_ones_own_is_taken_as_it_is(db: SQLAlchemy, make_app: MakeApp) -> None:
    def connect() -> t.Any:
        return sqlite3.connect(":memory:", check_same_thread=False)

    own = pool.StaticPool(connect)
    options = {"url": "sqlite:///unused.db", "pool": own}
    with make_app(db, SQLALCHEMY_ENGINE_OPTIONS=options).app_context():
        assert scalar(db, "SELECT 1") == 1
        assert db.engine.pool is own


def test_what_is_said_about_mariadb_goes_before_the_defaults(
    db: SQLAlchemy, make_app: MakeApp
) -> None:
    url = "mysql+pymysql://u@h/d?charset=latin1"
    options = {"poolclass": sa.NullPool}
    app = make_app(db, SQLALCHEMY_DATABASE_URI=url, SQLALCHEMY_ENGINE_OPTIONS=options)
    with app.app_context():
        assert db.engine.url.query["charset"] == "latin1"
        assert isinstance(db.engine.pool, sa.NullPool)
