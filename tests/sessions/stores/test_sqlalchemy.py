"""What only SQL databases have: a table, an index, connections that break."""

from __future__ import annotations

import collections.abc as cabc
import contextlib
import typing as t
from pathlib import Path

import pytest
import sqlalchemy as sa

from erlen.sessions import SessionTooLarge, StoreError
from erlen.sessions.stores import Change, Outcome, Record
from erlen.sessions.stores.sqlalchemy import SQLAlchemyStore
from tests.processes import free_port
from tests.sessions.places import SQL, Place, kinds, place_of, store_of
from tests.sessions.stores.making import MSGPACK, create, fields


@pytest.fixture(params=kinds(*SQL))
def place(request: pytest.FixtureRequest, tmp_path: Path) -> cabc.Iterator[Place]:
    with place_of(request.param, tmp_path) as place:
        yield place


@contextlib.contextmanager
def store_at(database: object) -> cabc.Iterator[SQLAlchemyStore]:
    store = SQLAlchemyStore(database, MSGPACK, timeout=20)
    with contextlib.closing(store):
        yield store


def indexes(url: str) -> list[list[str | None]]:
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    return [index["column_names"] for index in sa.inspect(engine).get_indexes("sessions")]


def test_the_table_has_an_index_on_the_expiry(place: Place) -> None:
    with store_at(place.address) as store:
        create(store)
    assert ["expiry"] in indexes(place.address)


def test_a_table_that_flask_session_made_gets_the_index(place: Place) -> None:
    engine = sa.create_engine(place.address, poolclass=sa.NullPool)
    sa.Table(
        "sessions",
        sa.MetaData(),
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("session_id", sa.String(255), unique=True),
        sa.Column("data", sa.LargeBinary),
        sa.Column("expiry", sa.DateTime),
    ).create(engine)
    with store_at(place.address) as store:
        assert store.load(create(store)) is not None
    assert ["expiry"] in indexes(place.address)


def test_an_engine_and_an_extension_will_do(place: Place) -> None:
    engine = sa.create_engine(place.address)

    class Extension:
        @property
        def engine(self) -> sa.Engine:
            return engine

    for given in (engine, Extension()):
        with store_at(given) as store:
            id = create(store)
            with store.lock(id, timeout=5) as held:
                held.store.apply(id, Change("g", {"b": b"2"}))
            record = store.load(id)
            assert record is not None
            assert record.fields == {"a": b"1", "b": b"2"}


def test_what_is_no_database_is_refused() -> None:
    with pytest.raises(TypeError, match="SESSION_SQLALCHEMY is of type int"):
        SQLAlchemyStore(7, MSGPACK)


def test_thousands_of_expired_rows_are_pruned_in_portions(tmp_path: Path) -> None:
    with place_of("sqlite", tmp_path) as place, store_at(place.address) as store:
        alive = create(store)
        for _ in range(1100):
            create(store, lifetime=-1)
        assert store.prune() == 1100
        assert store.load(alive) is not None


@pytest.mark.service("postgresql")
def test_connections_that_the_server_ended_are_replaced_unnoticed(tmp_path: Path) -> None:
    with place_of("postgresql", tmp_path) as place, store_at(place.address) as store:
        id = create(store)
        engine = sa.create_engine(place.address, poolclass=sa.NullPool)
        with engine.connect() as connection:
            connection.exec_driver_sql(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        assert store.load(id) is not None


@pytest.mark.service("mariadb")
def test_a_column_that_is_too_small_is_told_with_its_mend(tmp_path: Path) -> None:
    with place_of("mariadb", tmp_path) as place, store_at(place.address) as store:
        create(store)
        engine = sa.create_engine(place.address, poolclass=sa.NullPool)
        with engine.connect() as connection:
            connection.exec_driver_sql("ALTER TABLE sessions MODIFY data BLOB")
        with pytest.raises(SessionTooLarge, match="ALTER TABLE sessions MODIFY data MEDIUMBLOB"):
            create(store, a=b"x" * 70_000)


# Configuration


def test_the_applications_database_is_the_one_where_none_is_named(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/application.db"
    app = Place("sqlalchemy", "", "session:").app(
        SESSION_SQLALCHEMY=None, SQLALCHEMY_DATABASE_URI=url
    )
    create(store_of(app))
    store_of(app).close()
    assert indexes(url)


def test_no_database_at_all_is_told_with_what_to_set() -> None:
    with pytest.raises(ValueError, match="SESSION_SQLALCHEMY is not set. Give a database URL"):
        Place("sqlalchemy", "", "session:").app(SESSION_SQLALCHEMY=None)


# The table


def test_a_table_that_another_process_makes_at_the_same_time_will_do(place: Place) -> None:
    with store_at(place.address) as store, store_at(place.address) as quicker:

        @sa.event.listens_for(store._table, "before_create")
        def too_early(*args: t.Any, **kwargs: t.Any) -> None:
            create(quicker)

        assert fields(store, create(store)) == {"a": b"1"}


@pytest.mark.service("postgresql")
def test_a_table_that_cannot_be_made_is_a_store_error(tmp_path: Path) -> None:
    with place_of("postgresql", tmp_path) as place:
        store = SQLAlchemyStore(place.address, MSGPACK, timeout=20, schema="nowhere")
        with contextlib.closing(store), pytest.raises(StoreError, match="nowhere"):
            store.load("id")


def test_a_row_without_data_is_no_session(place: Place) -> None:
    with store_at(place.address) as store:
        id = create(store)
        for column in ("data", "expiry"):
            update = sa.text(f"UPDATE sessions SET {column} = NULL")
            store._run(lambda connection: connection.execute(update))
            assert store.load(id) is None


# Transactions


def test_what_fails_in_the_middle_of_a_change_leaves_the_session_as_it_was(place: Place) -> None:
    with store_at(place.address) as store:
        id = create(store, a=b"1")

        def fail(newest: Record | None) -> Record:
            raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            store.update(id, fail)
        assert store.apply(id, Change("g", {"b": b"2"})) is Outcome.APPLIED
        assert fields(store, id) == {"a": b"1", "b": b"2"}


def test_under_the_lock_a_change_and_an_end_go_together(place: Place) -> None:
    with store_at(place.address) as store:
        id = create(store, a=b"1")
        with store.lock(id, timeout=5) as held:
            assert held.store.apply(id, Change("g", {"b": b"2"})) is Outcome.APPLIED
            last = held.store.destroy(id)
        assert last is not None
        assert last.fields == {"a": b"1", "b": b"2"}
        assert store.load(id) is None


def test_under_the_lock_of_one_session_another_begins(place: Place) -> None:
    with store_at(place.address) as store:
        with store.lock(create(store), timeout=5) as held:
            other = create(held.store, a=b"2")
        assert fields(store, other) == {"a": b"2"}


def test_a_database_in_memory_keeps_sessions_as_long_as_its_engine() -> None:
    arguments = {"check_same_thread": False}
    engine = sa.create_engine("sqlite://", poolclass=sa.StaticPool, connect_args=arguments)
    with store_at(engine) as store:
        id = create(store, a=b"1")
        with store.lock(id, timeout=1) as held:
            held.store.apply(id, Change("g", {"b": b"2"}))
        assert fields(store, id) == {"a": b"1", "b": b"2"}


# Failures

DEADLOCK = {
    "postgresql": "DO $$ BEGIN RAISE EXCEPTION SQLSTATE '40P01'; END $$",
    "mariadb": "SIGNAL SQLSTATE '40001' SET MYSQL_ERRNO = 1213",
}


@pytest.mark.parametrize("kind", kinds(*DEADLOCK))
@pytest.mark.parametrize("deadlocks", [3, 4])
def test_a_deadlock_is_tried_again_three_times(kind: str, deadlocks: int, tmp_path: Path) -> None:
    tries = 0

    def work(connection: sa.Connection) -> str:
        nonlocal tries
        tries += 1
        if tries <= deadlocks:
            connection.exec_driver_sql(DEADLOCK[kind])
        return "done"

    with place_of(kind, tmp_path) as place, store_at(place.address) as store:
        if deadlocks == 3:
            assert store._run(work) == "done"
        else:
            with pytest.raises(StoreError):
                store._run(work)
    assert tries == 4


def test_no_free_connection_in_time_is_a_store_error(tmp_path: Path) -> None:
    url, pool = f"sqlite:///{tmp_path}/db", sa.QueuePool
    engine = sa.create_engine(url, poolclass=pool, pool_size=1, max_overflow=0, pool_timeout=0.05)
    with store_at(engine) as store:
        id = create(store)
        with engine.connect(), pytest.raises(StoreError, match="QueuePool limit"):
            store.load(id)
        assert store.load(id) is not None


def test_a_database_that_is_not_there_can_neither_be_read_nor_locked() -> None:
    with store_at(f"mysql+pymysql://root@127.0.0.1:{free_port()}/erlen") as store:
        with pytest.raises(StoreError, match="SQL: OperationalError"):
            store.load("id")
        with pytest.raises(StoreError, match="SQL: OperationalError"), store.lock("id", timeout=1):
            pass
