"""Engines and the table for sessions in an SQL database."""

from __future__ import annotations

import collections.abc as cabc
import os
import typing as t

import sqlalchemy as sa
from sqlalchemy.dialects import mysql
from sqlalchemy.engine.default import DefaultDialect

#: Without it a connection is rolled back when it is given back, which costs MariaDB a round trip.
#: SQLAlchemy knows it from 2.0.43 on.
_NO_ROLLBACK = "skip_autocommit_rollback"

#: Seconds that a writer waits for the others on SQLite, which lets one at a time. That is no
#: sign of a store that fails.
_SQLITE_TURN = 5.0


def make_table(name: str, schema: str | None, sequence: str | None) -> sa.Table:
    """Return the table as Flask-Session has it, with an index on the expiry."""
    numbers = (sa.Sequence(sequence),) if sequence else ()
    data = sa.LargeBinary().with_variant(mysql.MEDIUMBLOB(), "mysql", "mariadb")
    expiry = sa.DateTime().with_variant(mysql.DATETIME(fsp=6), "mysql", "mariadb")
    return sa.Table(
        name,
        sa.MetaData(),
        sa.Column("id", sa.Integer, *numbers, primary_key=True),
        sa.Column("session_id", sa.String(255), unique=True),
        sa.Column("data", data),
        sa.Column("expiry", expiry),
        sa.Index(f"ix_{name}_expiry", "expiry"),
        schema=schema,
    )


def source_of_engine(
    database: t.Any, timeout: float, bind_key: str | None
) -> cabc.Callable[[], sa.Engine]:
    """Return a function that gives the engine, in its autocommit form.

    An engine that is made here has our timeouts, and is made anew in a forked process. One of
    the application's own has the timeouts that the application gave it.
    """
    if isinstance(database, (str, sa.URL)):
        return _OwnEngine(database, timeout)
    if isinstance(database, sa.Engine):
        engine = database.execution_options(isolation_level="AUTOCOMMIT")
        return lambda: engine
    if hasattr(type(database), "engine") or hasattr(database, "engines"):

        def engine_of_extension() -> sa.Engine:
            found = database.engine if bind_key is None else database.engines[bind_key]
            return t.cast(sa.Engine, found.execution_options(isolation_level="AUTOCOMMIT"))

        return engine_of_extension
    raise TypeError(
        f"SESSION_SQLALCHEMY is of type {type(database).__name__}. Give a database URL, an Engine,"
        " or the SQLAlchemy object of the application."
    )


class _OwnEngine:
    def __init__(self, url: str | sa.URL, timeout: float) -> None:
        self._url = sa.make_url(url)
        self._timeout = timeout
        self._engine: sa.Engine | None = None
        self._process = 0

    def __call__(self) -> sa.Engine:
        engine = self._engine
        if engine is None or self._process != os.getpid():
            if engine is not None:  # connections of the process that forked stay with it
                engine.dispose(close=False)
            engine = self._engine = make_engine(self._url, self._timeout)
            self._process = os.getpid()
        return engine


def make_engine(url: sa.URL, timeout: float) -> sa.Engine:
    """Return an engine whose connections and answers come within *timeout* seconds, or fail."""
    options: dict[str, t.Any] = {"isolation_level": "AUTOCOMMIT"}
    options |= {_NO_ROLLBACK: True} if hasattr(DefaultDialect(), _NO_ROLLBACK) else {}
    if url.get_backend_name() == "sqlite":
        options["connect_args"] = {"timeout": _SQLITE_TURN}
    else:
        options |= {"pool_timeout": timeout, "pool_recycle": 1800, "max_overflow": 30}
        options["connect_args"] = _timeouts(url, timeout)
    engine = sa.create_engine(url, **options)
    if sqlite_file(url) is not None:
        sa.event.listen(engine, "connect", _write_ahead)
    return engine


def sqlite_file(url: sa.URL) -> str | None:
    """Return the path of an SQLite database; None for one in memory, and for other databases."""
    is_file = url.get_backend_name() == "sqlite" and url.database not in (None, "", ":memory:")
    return url.database if is_file else None


def _timeouts(url: sa.URL, seconds: float) -> dict[str, t.Any]:
    driver = url.get_driver_name()
    if driver == "pymysql":
        return dict.fromkeys(("connect_timeout", "read_timeout", "write_timeout"), seconds)
    if driver in ("psycopg", "psycopg2"):
        milliseconds = max(int(seconds * 1000), 1)
        return {
            # libpq counts in whole seconds, and takes 1 for 2
            "connect_timeout": max(round(seconds), 1),
            "tcp_user_timeout": milliseconds,
            "options": f"-c statement_timeout={milliseconds}",
        }
    return {}


def _write_ahead(connection: t.Any, record: object) -> None:
    # Readers need not wait for a writer, and a commit does not wait for the disk: a power cut
    # may lose the last sessions, but never spoils the file.
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=NORMAL")
