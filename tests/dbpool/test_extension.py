"""One connection for each request, taken at first use, given back however the request ends."""

from __future__ import annotations

import gc
import sqlite3
import threading
import typing as t

import pytest

from erlen import Erlen, stream_with_context
from erlen.dbpool import Connection, Pool, PoolExhausted
from tests.dbpool.conftest import MakePool, balance, fill, pay


def test_a_request_shares_one_connection(make_pool: MakePool) -> None:
    app, pool = make_pool()
    seen: list[Connection] = []

    @app.get("/")
    def view() -> str:
        with pool.connection() as first:
            seen.append(first)
        with pool.cursor() as cursor:
            cursor.execute("SELECT 1 AS one")
            assert cursor.fetchall() == [{"one": 1}]
        assert pool.connection() is first
        assert not first.closed
        return str(pool.stats().in_use)

    assert app.test_client().get("/").text == "1"
    assert app.test_client().get("/").text == "1"
    assert pool.stats().in_use == 0
    assert pool.stats().opened == 1
    assert seen[0].closed
    assert seen[0] is not seen[1]


def test_a_request_that_asks_for_none_takes_none(make_pool: MakePool) -> None:
    app, pool = make_pool()
    app.add_url_rule("/", view_func=lambda: "hello")
    assert app.test_client().get("/").text == "hello"
    assert pool.stats().opened == 0


def test_what_is_committed_stays_and_the_rest_is_rolled_back(make_pool: MakePool) -> None:
    app, pool = make_pool()
    fill(pool)

    @app.get("/")
    def view() -> str:
        pay(pool)
        pool.connection().commit()
        pay(pool)
        return ""

    app.test_client().get("/")
    assert balance(pool) == 1


def test_an_exception_rolls_back(make_pool: MakePool) -> None:
    app, pool = make_pool(maxconnections=2)
    fill(pool)

    @app.get("/")
    def view() -> str:
        pay(pool)
        raise ValueError("no")

    for _ in range(5):
        with pytest.raises(ValueError):
            app.test_client().get("/")
    assert balance(pool) == 0
    assert pool.stats().in_use == 0


def make_stream(app: Erlen, pool: Pool) -> None:
    @app.get("/stream")
    def stream() -> t.Any:
        def chunks() -> t.Iterator[str]:
            while True:
                pay(pool)
                yield "x"

        return stream_with_context(chunks())


def test_a_stream_that_is_cut_gives_its_connection_back(make_pool: MakePool) -> None:
    app, pool = make_pool(maxconnections=2)
    fill(pool)
    make_stream(app, pool)
    for _ in range(5):
        response = app.test_client().get("/stream", buffered=False)
        assert next(response.response) == b"x"  # type: ignore[call-overload]
        assert pool.stats().in_use == 1
        response.close()
        assert pool.stats().in_use == 0
    assert balance(pool) == 0


@pytest.mark.parametrize("mode", ["pooled", "persistent"])
def test_two_streams_in_one_thread_do_not_undo_each_others_work(
    make_pool: MakePool, mode: str
) -> None:
    app, pool = make_pool(mode=mode)
    fill(pool)
    make_stream(app, pool)

    @app.get("/pay")
    def view() -> str:
        pool.connection().begin()
        return ""

    first = app.test_client().get("/stream", buffered=False)
    next(first.response)  # type: ignore[call-overload]
    app.test_client().get("/pay")  # its end rolls back, but not what the stream did
    (holder,) = pool.holders()
    assert str(holder).partition(": ")[2].startswith("GET /stream, ")
    with app.test_request_context():
        assert pool.connection().closed is False
        assert pool.stats().in_use == 2
    first.close()
    assert pool.stats().in_use == 0


def test_an_application_context_has_a_connection_of_its_own(make_pool: MakePool) -> None:
    app, pool = make_pool()
    with app.app_context():
        outer = pool.connection()
        with app.app_context():
            assert pool.connection() is not outer
        assert pool.connection() is outer
    assert outer.closed


def test_outside_of_a_context_each_call_takes_another(make_pool: MakePool) -> None:
    _, pool = make_pool()
    with pool.connection() as first, pool.connection() as second:
        assert first is not second
        assert pool.stats().in_use == 2
    assert first.closed
    assert pool.stats().in_use == 0


def test_a_connection_that_nobody_keeps_goes_back(make_pool: MakePool) -> None:
    _, pool = make_pool(maxconnections=1)
    for _ in range(3):
        pool.connection()
    assert pool.stats().in_use == 0


def test_dedicated_work_is_not_part_of_the_request(make_pool: MakePool) -> None:
    app, pool = make_pool()
    fill(pool)

    @app.get("/")
    def view() -> str:
        with pool.dedicated_connection() as connection:
            connection.cursor().execute("UPDATE account SET balance = 7")
            connection.commit()
        pay(pool)
        raise ValueError

    with pytest.raises(ValueError):
        app.test_client().get("/")
    assert balance(pool) == 7


@pytest.mark.parametrize("inside", [True, False])
def test_a_transaction_commits_or_rolls_back(make_pool: MakePool, inside: bool) -> None:
    app, pool = make_pool()
    fill(pool)

    def work() -> None:
        with pool.transaction() as cursor:
            cursor.execute("UPDATE account SET balance = 5")
        with pytest.raises(ZeroDivisionError):
            with pool.transaction() as cursor:
                cursor.execute("UPDATE account SET balance = 6")
                1 / 0

    if inside:
        with app.app_context():
            work()
            assert balance(pool) == 5
    else:
        work()
    assert balance(pool) == 5


def test_a_transaction_inside_of_another_is_refused(make_pool: MakePool) -> None:
    app, pool = make_pool()
    fill(pool)
    with app.app_context():
        with pytest.raises(RuntimeError, match="Hand the outer cursor on"):
            with pool.transaction() as cursor:
                cursor.execute("UPDATE account SET balance = 5")
                with pool.transaction():
                    pass
        with pool.transaction() as cursor:
            cursor.execute("UPDATE account SET balance = balance + 1")
    assert balance(pool) == 1


def test_a_failure_inside_of_a_transaction_can_be_caught(make_pool: MakePool) -> None:
    app, pool = make_pool()
    fill(pool)
    with app.app_context(), pool.transaction() as cursor:
        cursor.execute("UPDATE account SET balance = balance + 1")
        for block in (pool.cursor, pool.connection):
            with pytest.raises(ZeroDivisionError), block():
                1 / 0
        cursor.execute("UPDATE account SET balance = balance + 1")
    assert balance(pool) == 2


def test_several_applications_have_pools_of_their_own(tmp_path: t.Any) -> None:
    pool = Pool(maxconnections=3)
    apps = {name: Erlen(name) for name in "ab"}
    for name, app in apps.items():
        app.config["DBPOOL_URL"] = f"sqlite:///{tmp_path}/{name}.db"
        assert pool.init_app(app) is pool
        with app.app_context(), pool.transaction() as cursor:
            cursor.execute(f"CREATE TABLE {name} (x INTEGER)")
    for name, app in apps.items():
        with app.app_context(), pool.cursor() as cursor:
            cursor.execute("SELECT name FROM sqlite_master")
            assert cursor.fetchall() == [{"name": name}]
            pool.close()
    with pytest.raises(RuntimeError, match=r"2 applications.*app.app_context\(\)"):
        pool.connection()


def test_several_pools_of_an_application(tmp_path: t.Any) -> None:
    app = Erlen(__name__)
    app.config["DBPOOL_URL"] = f"sqlite:///{tmp_path}/a.db"
    app.config["REPORTS_URL"] = f"sqlite:///{tmp_path}/b.db"
    main, reports = Pool(app), Pool(app, prefix="REPORTS_")
    with app.app_context():
        files = []
        for pool in (main, reports):
            with pool.cursor() as cursor:
                cursor.execute("PRAGMA database_list")
                files.append(cursor.fetchone()["file"][-4:])
        assert files == ["a.db", "b.db"]
        assert app.extensions["dbpool"] == {"DBPOOL_": main, "REPORTS_": reports}
        main.close()
        reports.close()


@pytest.mark.parametrize("prefix", ["DBPOOL_", "DBPOOL_REPORTS_", "DB"])
def test_prefixes_must_tell_pools_apart(make_pool: MakePool, prefix: str) -> None:
    app, _ = make_pool()
    with pytest.raises(RuntimeError, match="prefix that begins otherwise"):
        Pool(app, prefix=prefix, url="sqlite:///x.db")


def test_a_pool_without_an_application_says_so() -> None:
    with pytest.raises(RuntimeError, match=r"Call 'pool.init_app\(app\)' first"):
        Pool().connection()


def test_another_application_is_named(make_pool: MakePool) -> None:
    _, pool = make_pool()
    with Erlen("stranger").app_context():
        with pytest.raises(RuntimeError, match=r"'stranger' is not registered.*DBPOOL_"):
            pool.connection()


def test_a_closed_pool_opens_again(make_pool: MakePool) -> None:
    app, pool = make_pool()
    with app.app_context():
        before = pool.connection()
        pool.close()
        assert before.closed
        pool.close()
        assert pool.connection() is not before
        assert pool.stats().opened == 1


def test_closing_in_a_request_takes_another_connection_next(make_pool: MakePool) -> None:
    app, pool = make_pool(maxconnections=1)
    fill(pool)
    with app.app_context():
        pay(pool)
        pool.connection().close()
        pool.connection().commit()
        assert pool.stats().in_use == 1
    assert balance(pool) == 0


def test_threads_that_race_for_the_first_use_get_one_pool(make_pool: MakePool) -> None:
    _, pool = make_pool(maxconnections=8, blocking=True)
    barrier = threading.Barrier(8)

    def use() -> None:
        barrier.wait()
        with pool.connection():
            barrier.wait()

    threads = [threading.Thread(target=use) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert pool.stats().opened == 8
    with pool.connection():
        assert len(pool._lenders) == 1


def test_a_request_leaves_no_cycles(make_pool: MakePool) -> None:
    app, pool = make_pool()

    @app.get("/")
    def view() -> str:
        with pool.cursor() as cursor:
            cursor.execute("SELECT 1")
        return ""

    client = app.test_client()
    client.get("/")
    gc.collect()
    gc.set_debug(gc.DEBUG_SAVEALL)
    try:
        client.get("/")
        gc.collect()
        left = [found for found in gc.garbage if isinstance(found, Connection | sqlite3.Cursor)]
    finally:
        gc.set_debug(0)
        gc.garbage.clear()
    assert left == []


def test_the_request_that_finds_none_is_told_who_has_them(make_pool: MakePool) -> None:
    app, pool = make_pool(maxconnections=1)

    @app.get("/report")
    def report() -> str:
        pool.connection()
        with pool.dedicated_connection():
            return "never"

    with pytest.raises(PoolExhausted) as caught:
        app.test_client().get("/report")
    text = str(caught.value)
    assert f"GET /report, {__file__}:" in text
    assert f"in report ({threading.current_thread().name})" in text
    assert "DBPOOL_MAXCONNECTIONS" in text
    assert "DBPOOL_BLOCKING = True" in text
    assert pool.stats().in_use == 0


def test_the_pool_tells_its_prefix() -> None:
    assert repr(Pool(prefix="SHOP_")) == "<Pool SHOP_*>"
