"""Locks of databases: those they do not know, those that are lost while one waits."""

from __future__ import annotations

import contextlib
import threading
import time
from pathlib import Path

import pytest
import sqlalchemy as sa

from erlen.sessions import SessionLockTimeout, StoreError
from erlen.sessions.stores.sql_lock import hold_lock
from erlen.sessions.stores.sqlalchemy import SQLAlchemyStore
from tests.sessions.places import place_of
from tests.sessions.stores.making import MSGPACK, create


def test_a_database_without_locks_says_so() -> None:
    engine = sa.create_engine("sqlite://")
    engine.dialect.name = "oracle"
    with pytest.raises(NotImplementedError, match="MariaDB and MySQL, not oracle"):
        with hold_lock(engine, "key", 1):
            pass


def test_a_database_in_memory_is_locked_for_this_process() -> None:
    engine, other = sa.create_engine("sqlite://"), sa.create_engine("sqlite://")
    with hold_lock(engine, "key", 1), hold_lock(engine, "another", 1), hold_lock(other, "key", 1):
        with pytest.raises(SessionLockTimeout), hold_lock(engine, "key", 0):
            pass
    with hold_lock(engine, "key", 0):
        pass


@pytest.mark.service("postgresql")
def test_a_connection_lost_while_waiting_for_a_lock_is_a_store_error(tmp_path: Path) -> None:
    with (
        place_of("postgresql", tmp_path) as place,
        contextlib.closing(SQLAlchemyStore(place.address, MSGPACK, timeout=20)) as store,
    ):
        id = create(store)
        failures: list[StoreError] = []

        def wait_for_it() -> None:
            with pytest.raises(StoreError) as caught, store.lock(id, timeout=30):
                pass
            failures.append(caught.value)

        with store.lock(id, timeout=1):
            waiter = threading.Thread(target=wait_for_it)
            waiter.start()
            _end_who_waits(place.address)
            waiter.join()
        assert "terminating connection" in str(failures)
        with store.lock(id, timeout=1):
            pass


def _end_who_waits(url: str) -> None:
    engine = sa.create_engine(url, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    end = sa.text(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE datname = current_database() AND wait_event = 'advisory'"
    )
    with engine.connect() as connection:
        deadline = time.monotonic() + 20
        while not connection.scalars(end).all():
            assert time.monotonic() < deadline, "nobody waits"
            time.sleep(0.01)
