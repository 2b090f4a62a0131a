"""Databases for tests: each test has one of its own, on each server, gone when it ends."""

from __future__ import annotations

import collections.abc as cabc
import contextlib
import pathlib
import typing as t
import uuid

import pytest
import sqlalchemy as sa
from sqlalchemy.pool import NullPool

from tests.services import SERVICES, Server

USERS = {"mariadb": "mysql+pymysql://root", "postgresql": "postgresql+psycopg://postgres"}
CREATE = {
    "mariadb": "CREATE DATABASE {} CHARACTER SET utf8mb4",
    "postgresql": "CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8'",
}
DROP = {"mariadb": "DROP DATABASE {}", "postgresql": "DROP DATABASE {} WITH (FORCE)"}

SERVERS = [
    pytest.param(name, marks=pytest.mark.service(name)) for name in ("mariadb", "postgresql")
]
ALL = [pytest.param("sqlite"), *SERVERS]


def server_url(name: str, database: str) -> str:
    host, port = t.cast(Server, SERVICES[name]).address
    return f"{USERS[name]}@{host}:{port}/{database}"


def run(name: str, statement: str) -> None:
    """Run a statement on a server, outside of the databases that are under test."""
    home = "postgres" if name == "postgresql" else "information_schema"
    url = server_url(name, home)
    engine = sa.create_engine(url, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with engine.connect() as connection:
        connection.execute(sa.text(statement))


@contextlib.contextmanager
def database(name: str, folder: pathlib.Path) -> cabc.Iterator[str]:
    """Make a database, yield its URL, and drop it."""
    database = f"erlen_{uuid.uuid4().hex[:16]}"
    if name == "sqlite":
        yield f"sqlite:///{folder / database}.db"
        return
    run(name, CREATE[name].format(database))
    try:
        yield server_url(name, database)
    finally:
        run(name, DROP[name].format(database))


@pytest.fixture(params=ALL)
def database_url(request: pytest.FixtureRequest, tmp_path: pathlib.Path) -> cabc.Iterator[str]:
    """A fresh database on SQLite, MariaDB and PostgreSQL in turn."""
    with database(request.param, tmp_path) as url:
        yield url


@pytest.fixture(params=SERVERS)
def server_database_url(
    request: pytest.FixtureRequest, tmp_path: pathlib.Path
) -> cabc.Iterator[str]:
    """A fresh database on MariaDB and PostgreSQL in turn."""
    with database(request.param, tmp_path) as url:
        yield url
