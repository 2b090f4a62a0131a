"""A connection is replaced when it is worn out or dead, and never inside a transaction."""

from __future__ import annotations

import sqlite3
import typing as t

import pytest

from erlen import Erlen
from erlen.dbpool import ConnectionLost, Pool
from tests.dbpool.conftest import MakePool, balance, fill

File = t.Any


class Server:
    """Opens connections to a file, which it can cut; counts what it opened."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.opened: list[sqlite3.Connection] = []
        self.is_down = False

    def __call__(self) -> sqlite3.Connection:
        if self.is_down:
            raise sqlite3.OperationalError("the server is down")
        self.opened.append(sqlite3.connect(self.path, check_same_thread=False))
        return self.opened[-1]

    def cut(self) -> None:
        for connection in self.opened:
            connection.close()


@pytest.fixture
def server(tmp_path: t.Any) -> t.Iterator[Server]:
    server = Server(str(tmp_path / "steady.db"))
    yield server
    server.cut()


def make(server: Server, **settings: t.Any) -> Pool:
    pool = Pool(ping=settings.pop("ping", "SELECT 1"), creator=server, **settings)
    app = Erlen(__name__)
    pool.init_app(app)
    server.app = app  # type: ignore[attr-defined]  # the pool holds it weakly
    return pool


UPDATE = "UPDATE account SET balance = balance + 1"


def test_one_that_died_in_the_pool_is_replaced(server: Server) -> None:
    pool = make(server)
    fill(pool)
    server.cut()
    assert balance(pool) == 0
    assert len(server.opened) == 2


def test_without_a_ping_the_driver_fails(server: Server) -> None:
    pool = make(server, ping=0)
    fill(pool)
    server.cut()
    with pytest.raises(sqlite3.ProgrammingError):
        balance(pool)
    assert balance(pool) == 0  # it could not be rolled back, and was dropped for that


def test_a_function_may_say_that_it_is_dead(server: Server) -> None:
    answers = iter([False, True, None])
    pool = make(server, ping=lambda connection: next(answers))
    for _ in range(4):
        pool.connection().close()
    assert len(server.opened) == 2


def test_a_server_that_is_down_is_the_drivers_error(server: Server) -> None:
    pool = make(server, maxconnections=1)
    fill(pool)
    server.cut()
    server.is_down = True
    kept = []
    for _ in range(3):
        with pytest.raises(sqlite3.OperationalError, match="the server is down") as caught:
            pool.connection()
        kept.append(caught)  # with all that its frames hold
        assert pool.stats().in_use == pool.stats().idle == 0
    server.is_down = False
    assert balance(pool) == 0


def test_used_up_it_is_replaced_between_borrowers(server: Server) -> None:
    pool = make(server, maxusage=3)
    fill(pool)
    assert [balance(pool) for _ in range(6)] == [0] * 6
    assert len(server.opened) == 3


def test_used_up_in_a_transaction_it_stays_to_its_end(server: Server) -> None:
    pool = make(server, maxusage=3)
    fill(pool)
    with pool.connection() as connection:
        cursor = connection.cursor()
        for _ in range(5):
            cursor.execute(UPDATE)
        connection.commit()
        assert len(server.opened) == 1
        cursor.execute(UPDATE)  # the next transaction is on a new one
        cursor.execute(UPDATE)
        connection.commit()
        assert len(server.opened) == 2
        cursor.execute(UPDATE)
        cursor.execute(UPDATE)
        connection.commit()
        assert len(server.opened) == 2
    assert balance(pool) == 9


@pytest.mark.parametrize("ping", [2, 4, 6])
def test_a_ping_for_each_cursor_replaces_between_transactions(server: Server, ping: int) -> None:
    pool = make(server, ping=(ping, "SELECT 1"))
    fill(pool)
    with pool.connection() as connection:
        server.cut()
        connection.cursor().execute(UPDATE)
        connection.commit()
        server.cut()
        connection.cursor().execute(UPDATE)
        connection.commit()
    assert balance(pool) == 2


def test_a_ping_never_replaces_inside_a_transaction(server: Server) -> None:
    pool = make(server, ping=(7, "SELECT 1"))
    fill(pool)
    with pool.connection() as connection:
        connection.cursor().execute(UPDATE)
        server.cut()
        with pytest.raises(sqlite3.ProgrammingError):
            connection.cursor().execute(UPDATE)
    assert balance(pool) == 0


def test_a_replacement_that_cannot_be_opened_says_so(server: Server) -> None:
    pool = make(server, ping=(2, "SELECT 1"))
    with pool.connection() as connection:
        server.cut()
        server.is_down = True
        with pytest.raises(ConnectionLost, match="whether the database server is running"):
            connection.cursor()


def test_a_statement_that_failed_is_not_repeated(server: Server) -> None:
    pool = make(server)
    with pool.connection() as connection:
        with pytest.raises(sqlite3.OperationalError, match="no such table"):
            connection.cursor().execute(UPDATE)
    assert len(server.opened) == 1


def test_with_failures_the_first_statement_is_repeated_and_no_other(server: Server) -> None:
    pool = make(server, ping=0, failures=sqlite3.ProgrammingError)
    fill(pool)
    with pool.connection() as connection:
        server.cut()
        cursor = connection.cursor()
        cursor.execute(UPDATE)
        server.cut()
        with pytest.raises(sqlite3.ProgrammingError):
            cursor.execute(UPDATE)
    assert balance(pool) == 0
    assert len(server.opened) >= 2


def test_statements_prepare_each_new_connection(server: Server) -> None:
    pool = make(server, setsession=["PRAGMA busy_timeout = 77"])
    for _ in range(2):
        with pool.cursor() as cursor:
            cursor.execute("PRAGMA busy_timeout")
            assert cursor.fetchone() == {"timeout": 77}
        server.cut()


def test_dbutils_rolls_back_what_nobody_else_did(make_pool: MakePool) -> None:
    _, pool = make_pool(maxshared=1)
    fill(pool)
    first, second = pool.connection(), pool.connection()
    assert first.dbapi_connection is second.dbapi_connection
    first.rollback()
    first.cursor().execute(UPDATE)
    second.close()
    first.commit()
    first.close()
    assert balance(pool) == 1
