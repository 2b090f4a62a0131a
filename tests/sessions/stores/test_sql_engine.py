"""Engines: whose they are, and how long they wait."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
import sqlalchemy as sa

from erlen.sessions.stores.sql_engine import make_engine, source_of_engine, sqlite_file
from tests.sessions.places import place_of


def test_a_forked_process_has_an_engine_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = source_of_engine(f"sqlite:///{tmp_path}/db", 1, None)
    engine = source()
    assert source() is engine
    with engine.connect() as connection:
        monkeypatch.setattr(os, "getpid", lambda: 1)
        assert source() is not engine
        assert source().pool is not engine.pool
        assert connection.scalar(sa.text("SELECT 1")) == 1  # the parent's is not closed
    engine.dispose()
    source().dispose()


def test_an_extension_gives_the_engine_of_a_bind() -> None:
    class Extension:
        engines = {None: sa.create_engine("sqlite://"), "sessions": sa.create_engine("sqlite://")}
        engine = engines[None]

    for key, engine in Extension.engines.items():
        assert source_of_engine(Extension(), 1, key)().pool is engine.pool


@pytest.mark.parametrize(
    "url, seconds",
    [
        ("mysql+pymysql://host/db", "connect_timeout read_timeout write_timeout"),
        ("postgresql+psycopg://host/db", "connect_timeout tcp_user_timeout options"),
        ("postgresql+asyncpg://host/db", ""),  # a driver with ways that are not known here
    ],
)
def test_the_timeout_is_handed_to_drivers_that_are_known(url: str, seconds: str) -> None:
    engine = make_engine(sa.make_url(url), 3)
    given: dict[str, object] = {}

    @sa.event.listens_for(engine, "do_connect")
    def stop(dialect: object, record: object, args: object, kwargs: dict[str, object]) -> None:
        given.update(kwargs)
        raise ConnectionAbortedError

    with pytest.raises(ConnectionAbortedError):
        engine.connect()
    ours = {name for name in given if name.endswith("timeout") or name == "options"}
    assert ours == set(seconds.split())


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:", "mysql+pymysql://host/db"])
def test_what_is_no_file_has_no_path(url: str) -> None:
    assert sqlite_file(sa.make_url(url)) is None


@pytest.mark.service("mariadb")
def test_a_connection_that_is_given_back_costs_no_round_trip(tmp_path: Path) -> None:
    with place_of("mariadb", tmp_path) as place:
        engine = make_engine(sa.make_url(place.address), 20)
        for _ in range(3):
            with engine.connect() as connection:
                connection.execute(sa.text("SELECT 1"))
        with engine.connect() as connection:
            status = connection.execute(sa.text("SHOW SESSION STATUS LIKE 'Com_rollback'")).one()
        assert status == ("Com_rollback", "0")
        engine.dispose()
