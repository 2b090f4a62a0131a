"""Applications with a pool, on SQLite and on databases of their own on real servers."""

from __future__ import annotations

import collections.abc as cabc
import pathlib
import typing as t

import pytest

from erlen import Erlen
from erlen.dbpool import Pool
from tests.databases import database_url as database_url
from tests.databases import server_database_url as server_database_url

MakePool = cabc.Callable[..., tuple[Erlen, Pool]]


@pytest.fixture
def make_pool(tmp_path: pathlib.Path) -> cabc.Iterator[MakePool]:
    """Return a function that makes an application with a pool: ``make_pool(url, maxusage=3)``."""
    made: list[tuple[Erlen, Pool]] = []

    def make(url: str | None = None, **settings: t.Any) -> tuple[Erlen, Pool]:
        app = Erlen(__name__, instance_path=str(tmp_path / "instance"))
        app.testing = True
        if url is None and "creator" not in settings:
            url = f"sqlite:///{tmp_path}/pool.db"
        if url is not None:
            app.config["DBPOOL_URL"] = url
        made.append((app, Pool(app, **settings)))
        return made[-1]

    yield make
    for app, pool in made:
        with app.app_context():
            pool.close()


def fill(pool: Pool) -> None:
    """Make a table with one row."""
    with pool.transaction() as cursor:
        cursor.execute("CREATE TABLE account (name VARCHAR(20) PRIMARY KEY, balance INTEGER)")
        cursor.execute("INSERT INTO account VALUES ('ada', 0)")


def balance(pool: Pool) -> int:
    """Read the row on a connection that is not the request's."""
    with pool.dedicated_connection() as connection:
        cursor = connection.cursor()
        cursor.execute("SELECT balance FROM account WHERE name = 'ada'")
        return int(cursor.fetchone()[0])


def pay(pool: Pool) -> None:
    """Add one to the balance, uncommitted."""
    with pool.cursor() as cursor:
        cursor.execute("UPDATE account SET balance = balance + 1 WHERE name = 'ada'")
