"""Locks of sessions in an SQL database, each by the best that the database offers.

All of them end with the connection, or with the process, of a holder that dies.
"""

from __future__ import annotations

import collections.abc as cabc
import contextlib
import hashlib
import pathlib
import threading
import time
import typing as t

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from ..failures import SessionLockTimeout
from .flock import LockFolder

#: The longest wait for one answer of a MariaDB server, which else looks like one that hangs.
_SLICE = 0.2

_memory_locks: dict[str, threading.Lock] = {}


@contextlib.contextmanager
def hold_lock(engine: sa.Engine, key: str, timeout: float) -> cabc.Iterator[sa.Connection | None]:
    """Hold the lock named *key*; give the connection that has to be used under it, if any."""
    digest = hashlib.sha256(key.encode()).hexdigest()
    if engine.dialect.name == "sqlite":
        with _sqlite_lock(engine, digest, timeout):
            yield None
        return
    with engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            holder = _postgresql_lock(connection, digest, timeout)
        elif engine.dialect.name in ("mysql", "mariadb"):
            holder = _mysql_lock(connection, digest, timeout)
        else:
            raise NotImplementedError(
                f"session.lock() knows SQLite, PostgreSQL, MariaDB and MySQL, not"
                f" {engine.dialect.name}."
            )
        with holder:
            yield connection


def _too_long(timeout: float) -> SessionLockTimeout:
    return SessionLockTimeout(
        f"The session is locked by another request, for longer than {timeout:g} seconds. Keep"
        " blocks under session.lock() short, or wait longer: session.lock(timeout=…)."
    )


@contextlib.contextmanager
def _postgresql_lock(connection: sa.Connection, digest: str, timeout: float) -> cabc.Iterator[None]:
    # A lock of a transaction also works through a pooler that hands connections around.
    number = int.from_bytes(bytes.fromhex(digest)[:8], "big", signed=True)
    milliseconds = max(int(timeout * 1000), 1)
    connection.exec_driver_sql("BEGIN")
    try:
        try:
            connection.exec_driver_sql(
                f"SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = {milliseconds};"
                f" SELECT pg_advisory_xact_lock({number})"
            )
        except DBAPIError as exc:
            if getattr(exc.orig, "sqlstate", getattr(exc.orig, "pgcode", None)) == "55P03":
                raise _too_long(timeout) from None
            raise
    except BaseException:
        with contextlib.suppress(DBAPIError):
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
    while True:
        left = deadline - time.monotonic()
        wait = max(min(left, _SLICE), 0)
        if connection.scalar(get, {"name": name, "wait": wait}):
            break
        if left <= 0:
            raise _too_long(timeout)
        time.sleep(0.005)  # MySQL takes whole seconds only, and does not wait at all
    try:
        yield
    finally:
        connection.execute(sa.text("SELECT RELEASE_LOCK(:name)"), {"name": name})


def _sqlite_lock(
    engine: sa.Engine, digest: str, timeout: float
) -> contextlib.AbstractContextManager[t.Any]:
    database = engine.url.database
    if not database or database == ":memory:":
        return _memory_lock(f"{id(engine.pool)} {digest}", timeout)
    return sqlite_locks(database).long(digest, timeout)


def sqlite_locks(database: str) -> LockFolder:
    """Return the folder of locks beside a database file: who shares the one shares the other."""
    path = pathlib.Path(database).resolve()
    return LockFolder(path.with_name(f"{path.name}-locks"))


@contextlib.contextmanager
def _memory_lock(name: str, timeout: float) -> cabc.Iterator[None]:
    lock = _memory_locks.setdefault(name, threading.Lock())
    if not lock.acquire(timeout=timeout):
        raise _too_long(timeout)
    try:
        yield
    finally:
        lock.release()
        if not lock.locked():
            _memory_locks.pop(name, None)
