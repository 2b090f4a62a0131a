"""What a lent connection can do, and what is said when it was given back."""

from __future__ import annotations

import sqlite3

import pytest

from erlen.dbpool import ConnectionReturned
from tests.dbpool.conftest import MakePool, balance, fill, pay


def test_it_has_what_the_drivers_connection_has(make_pool: MakePool) -> None:
    _, pool = make_pool()
    with pool.connection() as connection:
        assert isinstance(connection.dbapi_connection, sqlite3.Connection)
        assert connection.execute("SELECT 1").fetchone() == (1,)
        assert connection.total_changes == 0
        connection.begin()
        connection.rollback()


def test_a_second_close_does_nothing(make_pool: MakePool) -> None:
    _, pool = make_pool()
    connection = pool.connection()
    connection.close()
    connection.close()
    assert pool.stats().in_use == 0
    assert pool.stats().idle == 1


def test_one_that_was_given_back_says_where_it_was_taken(make_pool: MakePool) -> None:
    _, pool = make_pool()
    connection = pool.connection()
    assert repr(connection).startswith(f"<Connection of DBPOOL_*, taken at {__file__}:")
    connection.close()
    assert repr(connection) == "<Connection of DBPOOL_*, given back>"
    for use in (connection.cursor, connection.commit, connection.__enter__):
        with pytest.raises(ConnectionReturned, match=f"given back.*taken at {__file__}:"):
            use()
    with pytest.raises(ConnectionReturned):
        connection.total_changes


def test_one_of_a_closed_pool_says_so(make_pool: MakePool) -> None:
    _, pool = make_pool()
    connection = pool.connection()
    pool.close()
    with pytest.raises(ConnectionReturned, match="belongs to the pool before it was closed"):
        connection.cursor()
    connection.close()


def test_a_cursor_keeps_its_connection(make_pool: MakePool) -> None:
    _, pool = make_pool()
    cursor = pool.connection().cursor()
    cursor.execute("SELECT 1")
    assert pool.stats().in_use == 1
    assert cursor.fetchone() == (1,)
    del cursor
    assert pool.stats().in_use == 0


def test_a_cursor_does_not_outlive_its_connection(make_pool: MakePool) -> None:
    app, pool = make_pool(maxconnections=1)
    fill(pool)
    with app.app_context():
        kept = pool.connection().cursor()
    with pool.connection() as connection:
        connection.cursor().execute("UPDATE account SET balance = 1")
        with pytest.raises(sqlite3.ProgrammingError, match="closed cursor"):
            kept.execute("UPDATE account SET balance = 100")
        connection.commit()
    assert balance(pool) == 1


def test_attributes_are_not_set_for_whoever_comes_next(make_pool: MakePool) -> None:
    _, pool = make_pool()
    with pool.connection() as connection:
        with pytest.raises(AttributeError, match=r"'row_factory' would last.*DBPOOL_CONNECT_ARGS"):
            connection.row_factory = sqlite3.Row


def test_an_exception_that_leaves_its_block_rolls_back_the_requests_work(
    make_pool: MakePool,
) -> None:
    app, pool = make_pool()
    fill(pool)
    with app.app_context():
        with pytest.raises(ZeroDivisionError):
            with pool.connection():
                pay(pool)
                1 / 0
        with pytest.raises(ZeroDivisionError):
            with pool.connection() as connection:
                connection.close()
                1 / 0
        pay(pool)
        pool.connection().commit()
    assert balance(pool) == 1


def test_work_done_past_the_cursor_is_rolled_back_without_reset_too(make_pool: MakePool) -> None:
    _, pool = make_pool(reset=False)
    fill(pool)
    with pool.connection() as connection:
        connection.execute("UPDATE account SET balance = 9")
    assert balance(pool) == 0


def test_a_block_that_fails_on_a_dead_connection_tells_its_own_failure(
    make_pool: MakePool,
) -> None:
    _, pool = make_pool()
    fill(pool)
    with pytest.raises(ZeroDivisionError):
        with pool.transaction():
            next(iter(pool._lenders.values()))._connections_made()[0]._con.close()
            1 / 0
    assert balance(pool) == 0
