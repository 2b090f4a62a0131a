"""Locks of sessions in an SQL database, each by the best that the database offers.

All of them end with the connection, or with the process, of a holder that dies.
"""

from __future__ import annotations

import collections.abc as cabc
import contextlib
import hashlib
import pathlib
import time
import typing as t

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from .flock import LockFolder
from .sql_engine import sqlite_file
from .threads import ThreadLocks
from .waiting import wait_for, waited_too_long

#: The longest wait for one answer of a MariaDB server, which else looks like one that hangs.
_SLICE = 0.2

_memory_locks = ThreadLocks()


@contextlib.contextmanager
def hold_lock(engine: sa.Engine, key: str, timeout: float) -> cabc.Iterator[sa.Connection | None]:
    """Hold the lock named *key*; give the connection that has to be used under it, if any."""
    digest = hashlib.sha256(key.encode()).hexdigest()
    if engine.dialect.name == "sqlite":
        with _sqlite_lock(engine, digest, timeout):
            yield None
        return
    lock = _LOCKS.get(engine.dialect.name)
    if lock is None:
        raise NotImplementedError(
            f"session.lock() knows SQLite, PostgreSQL, MariaDB and MySQL, not"
            f" {engine.dialect.name}."
        )
    with engine.connect() as connection, lock(connection, digest, timeout):
        yield connection


@contextlib.contextmanager
def _postgresql_lock(connection: sa.Connection, digest: str, timeout: float) -> cabc.Iterator[None]:
    # A lock of a transaction also works through a pooler that hands connections around.
    number = int.from_bytes(bytes.fromhex(digest)[:8], "big", signed=True)
    milliseconds = max(int(timeout * 1000), 1)
    try:
        connection.exec_driver_sql("BEGIN")
        try:
            connection.exec_driver_sql(
                f"SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = {milliseconds};"
                f" SELECT pg_advisory_xact_lock({number})"
            )
        except DBAPIError as exc:
            if getattr(exc.orig, "sqlstate", getattr(exc.orig, "pgcode", None)) == "55P03":
                raise waited_too_long(timeout) from None
            raise
    except BaseException:
        with contextlib.suppress(SQLAlchemyError):
            connection.exec_driver_sql("ROLLBACK")
        raise
    try:
        yield
    finally:
        connection.exec_driver_sql("COMMIT")


@contextlib.contextmanager
def _mysql_lock(connection: sa.Connection, digest: str, timeout: float) -> cabc.Iterator[None]:
    name = digest[:60]
    deadline = time.monotonic() + timeout
    get = sa.text("SELECT GET_LOCK(:name, :wait)")

    def attempt() -> bool:  # MySQL takes whole seconds only, and does not wait at all
        wait = max(min(deadline - time.monotonic(), _SLICE), 0)
        return bool(connection.scalar(get, {"name": name, "wait": wait}))

    wait_for(attempt, timeout)
    try:
        yield
    finally:
        connection.execute(sa.text("SELECT RELEASE_LOCK(:name)"), {"name": name})


def _sqlite_lock(
    engine: sa.Engine, digest: str, timeout: float
) -> contextlib.AbstractContextManager[t.Any]:
    database = sqlite_file(engine.url)
    if database is None:
        return _memory_locks.hold(f"{id(engine.pool)} {digest}", timeout)
    return sqlite_locks(database).long(digest, timeout)


def sqlite_locks(database: str) -> LockFolder:
    """Return the folder of locks beside a database file: who shares the one shares the other."""
    path = pathlib.Path(database).resolve()
    return LockFolder(path.with_name(f"{path.name}-locks"))


_Lock = cabc.Callable[[sa.Connection, str, float], contextlib.AbstractContextManager[None]]
_LOCKS: dict[str, _Lock] = {
    "postgresql": _postgresql_lock,
    "mysql": _mysql_lock,
    "mariadb": _mysql_lock,
}
