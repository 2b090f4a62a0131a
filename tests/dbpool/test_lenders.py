"""The two modes, waiting and not waiting, and forks."""

from __future__ import annotations

import os
import signal
import threading
import time
import warnings
from typing import Any

import pytest

from erlen.dbpool import ConnectionReturned, Pool, PoolExhausted, PoolStats
from erlen.dbpool.extension import _after_fork
from erlen.dbpool.lenders import Lender
from erlen.dbpool.steady import _inherited
from tests.dbpool.conftest import MakePool, balance, fill


def test_without_blocking_the_error_comes_at_once(make_pool: MakePool) -> None:
    _, pool = make_pool(maxconnections=1)
    with pool.connection():
        before = time.monotonic()
        with pytest.raises(PoolExhausted, match="All 1 connections .* none is free"):
            pool.connection()
        assert time.monotonic() - before < 1
    pool.connection().close()


def test_with_blocking_the_error_comes_after_the_wait(make_pool: MakePool) -> None:
    _, pool = make_pool(maxconnections=1, blocking=True, maxwait=0.2)
    with pool.connection():
        before = time.monotonic()
        with pytest.raises(PoolExhausted, match="none came back in 0.2 seconds") as caught:
            pool.connection()
        assert 0.15 < time.monotonic() - before < 5
    assert "DBPOOL_MAXWAIT" in str(caught.value)
    assert pool.stats().waiting == 0


@pytest.mark.parametrize("maxwait", [None, 20])
def test_who_waits_gets_the_connection_that_comes_back(
    make_pool: MakePool, maxwait: float | None
) -> None:
    _, pool = make_pool(maxconnections=1, blocking=True, maxwait=maxwait)
    got: list[float] = []

    def wait() -> None:
        with pool.connection():
            got.append(time.monotonic())

    thread = threading.Thread(target=wait)
    with pool.connection():
        thread.start()
        while pool.stats().waiting == 0:
            time.sleep(0.001)
        released = time.monotonic()
    thread.join(10)
    assert got
    assert got[0] >= released


def test_nobody_is_passed_over_by_a_thread_that_comes_back_at_once(make_pool: MakePool) -> None:
    _, pool = make_pool(maxconnections=2, blocking=True, maxwait=None)
    taken = [0] * 8
    done = threading.Event()

    def work(number: int) -> None:
        while not done.is_set():
            with pool.connection():
                taken[number] += 1
                time.sleep(0.001)

    threads = [threading.Thread(target=work, args=[number]) for number in range(8)]
    for thread in threads:
        thread.start()
    time.sleep(0.5)
    done.set()
    for thread in threads:
        thread.join()
    assert max(taken) <= 2 * min(taken)


def test_the_queue_is_left_when_the_time_is_over(make_pool: MakePool) -> None:
    _, pool = make_pool(maxconnections=1, blocking=True, maxwait=0.2)
    failed: list[PoolExhausted] = []

    def wait() -> None:
        try:
            pool.connection()
        except PoolExhausted as exc:
            failed.append(exc)

    threads = [threading.Thread(target=wait) for _ in range(3)]
    with pool.connection():
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(10)
    assert len(failed) == 3
    assert pool.stats().waiting == 0
    pool.connection().close()


def test_who_does_not_come_to_a_turn_in_time_is_told(make_pool: MakePool) -> None:
    _, pool = make_pool(maxconnections=1, blocking=True, maxwait=0.05)
    lender: Any = pool._lender()
    turns = lender._turns
    turns.take(None)
    with pytest.raises(PoolExhausted, match="none came back in 0.05 seconds"):
        pool.connection()
    turns.pass_on()
    pool.connection().close()


def test_the_error_is_one_that_dbutils_raises() -> None:
    assert [cls.__name__ for cls in PoolExhausted.__mro__][1] == "TooManyConnectionsError"


def test_connections_are_opened_ahead_at_the_first_use(make_pool: MakePool) -> None:
    _, pool = make_pool(mincached=3, maxcached=3, maxconnections=5)
    assert not pool._lenders
    assert pool.stats() == PoolStats("pooled", 0, 3, 0, 5, 3)


def test_no_more_than_maxcached_stay_open(make_pool: MakePool) -> None:
    _, pool = make_pool(maxcached=2)
    taken = [pool.connection() for _ in range(4)]
    assert pool.stats() == PoolStats("pooled", 4, 0, 0, None, 4)
    for connection in taken:
        connection.close()
    assert pool.stats().idle == 2


def test_a_lender_has_to_say_how() -> None:
    for method in (Lender._take, Lender._return, Lender.stats):
        with pytest.raises(NotImplementedError):
            method(*[None] * method.__code__.co_argcount)  # type: ignore[arg-type]


# Persistent mode


def test_a_thread_keeps_its_connection(make_pool: MakePool) -> None:
    app, pool = make_pool(mode="persistent")
    seen: dict[str, list[int]] = {"a": [], "b": []}

    def work(name: str) -> None:
        for _ in range(3):
            with app.app_context():
                seen[name].append(id(pool.connection().dbapi_connection))
        counted.wait()
        looked.wait()

    counted, looked = threading.Barrier(3), threading.Barrier(3)
    threads = [threading.Thread(target=work, args=[name]) for name in seen]
    for thread in threads:
        thread.start()
    counted.wait()
    assert pool.stats() == PoolStats("persistent", 0, 2, 0, None, 2)
    looked.wait()
    for thread in threads:
        thread.join()
    assert [len(set(found)) for found in seen.values()] == [1, 1]
    assert seen["a"][0] != seen["b"][0]
    assert pool.stats().idle == 0  # closed with their threads


def test_a_context_inside_of_another_gets_a_further_one(make_pool: MakePool) -> None:
    app, pool = make_pool(mode="persistent")
    fill(pool)
    with app.app_context():
        outer = pool.connection()
        outer.cursor().execute("UPDATE account SET balance = 3")
        with app.app_context():
            assert pool.connection().dbapi_connection is not outer.dbapi_connection
            assert pool.stats().in_use == 2
        outer.commit()
        assert pool.stats() == PoolStats("persistent", 1, 0, 0, None, 2)
    assert balance(pool) == 3


# Forks


def in_child(work: object) -> int:
    """Run *work* in a fork, and return its exit status: 0 when it raised nothing."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # there are threads, and that is meant
        pid = os.fork()
    if pid == 0:
        signal.alarm(20)  # rather than hang
        status = 1
        try:
            work()  # type: ignore[operator]
            status = 0
        finally:
            os._exit(status)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


@pytest.mark.parametrize("mode", ["pooled", "persistent"])
def test_a_fork_opens_connections_of_its_own(
    make_pool: MakePool, server_database_url: str, mode: str
) -> None:
    app, pool = make_pool(server_database_url, mode=mode)
    fill(pool)
    with app.app_context():
        parent = pool.connection()
        parent.cursor().execute("UPDATE account SET balance = 3")

        def child() -> None:
            with pytest.raises(ConnectionReturned, match="the process before a fork"):
                parent.cursor()
            parent.close()
            with pool.connection() as own:
                assert own is not parent
            assert pool.stats().opened == 1
            with app.app_context():
                assert balance(pool) == 0

        assert in_child(child) == 0
        parent.commit()
    assert balance(pool) == 3


def test_a_fork_does_not_wait_for_locks_of_threads_it_does_not_have(make_pool: MakePool) -> None:
    _, pool = make_pool(maxconnections=1)
    taken = [pool.connection()]
    lender: Any = next(iter(pool._lenders.values()))
    locks = (lender._mutex, lender._lock, pool._mutex)
    del lender

    def child() -> None:
        taken.pop().close()
        with pool.connection():
            pass

    held, done = threading.Event(), threading.Event()

    def hold() -> None:
        with locks[0], locks[1], locks[2]:
            held.set()
            done.wait(30)

    thread = threading.Thread(target=hold)
    thread.start()
    held.wait()
    try:
        assert in_child(child) == 0
    finally:
        done.set()
        thread.join()
    taken.pop().close()


def test_a_pool_is_made_in_the_process_that_uses_it(make_pool: MakePool) -> None:
    _, pool = make_pool()

    def child() -> None:
        fill(pool)

    assert in_child(child) == 0
    assert not pool._lenders
    assert balance(pool) == 0


def test_pools_that_are_gone_are_forgotten() -> None:
    pool = Pool()
    del pool
    assert in_child(lambda: None) == 0


@pytest.mark.parametrize("mode", ["pooled", "persistent"])
def test_what_a_fork_inherits_is_kept_and_not_spoken_to(make_pool: MakePool, mode: str) -> None:
    _, pool = make_pool(mode=mode)
    with pool.connection() as before:
        inherited = before.dbapi_connection
        _after_fork()
        assert before.closed
        assert not pool._lenders
    assert inherited in _inherited
    inherited.execute("SELECT 1")
    inherited.close()
    _inherited.remove(inherited)
