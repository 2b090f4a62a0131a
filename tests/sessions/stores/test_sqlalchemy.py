"""What only SQL databases have: a table, an index, connections that break."""

from __future__ import annotations

import collections.abc as cabc
import contextlib
import secrets
import time
from pathlib import Path

import pytest
import sqlalchemy as sa

from erlen.sessions import SessionTooLarge
from erlen.sessions.serialization import make_serializer
from erlen.sessions.stores import Change
from erlen.sessions.stores.sqlalchemy import SQLAlchemyStore
from tests.sessions.places import SQL, Place, kinds, place_of


@pytest.fixture(params=kinds(*SQL))
def place(request: pytest.FixtureRequest, tmp_path: Path) -> cabc.Iterator[Place]:
    with place_of(request.param, tmp_path) as place:
        yield place


@contextlib.contextmanager
def store_at(database: object) -> cabc.Iterator[SQLAlchemyStore]:
    store = SQLAlchemyStore(database, make_serializer("msgpack"), timeout=20)
    with contextlib.closing(store):
        yield store


def create(store: SQLAlchemyStore, lifetime: float = 60, value: bytes = b"1") -> str:
    id = secrets.token_urlsafe(32)
    expires = time.time() + lifetime
    store.apply(id, Change("g", {"a": value}, expires=expires, creates=True))
    return id


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
        SQLAlchemyStore(7, make_serializer("msgpack"))


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
            create(store, value=b"x" * 70_000)
