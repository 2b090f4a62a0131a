"""Many threads on few connections to real servers, which cut them and come back."""

from __future__ import annotations

import gc
import os
import threading
import typing as t

import pytest
import sqlalchemy as sa

from erlen import stream_with_context
from erlen.dbpool import Connection
from erlen.dbpool.steady import SteadyConnection
from tests.dbpool.conftest import MakePool, balance, fill, pay
from tests.dbpool.load import make_bank, send

CONNECTIONS = {
    "mysql": "SELECT id FROM information_schema.processlist WHERE db = database()"
    " AND id <> connection_id()",
    "postgresql": "SELECT pid FROM pg_stat_activity WHERE datname = current_database()"
    " AND pid <> pg_backend_pid()",
}
CUT = {"mysql": "KILL {}", "postgresql": "SELECT pg_terminate_backend({})"}


def open_connections(url: str, cut: bool = False) -> int:
    """Count the connections to the test's database, and do to them what a restart does."""
    engine = sa.create_engine(url, poolclass=sa.NullPool, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        found = connection.scalars(sa.text(CONNECTIONS[engine.dialect.name])).all()
        for number in found if cut else ():
            connection.execute(sa.text(CUT[engine.dialect.name].format(number)))
    return len(found)


@pytest.fixture
def watch(server_database_url: str) -> t.Iterator[list[int]]:
    """Count the connections that the server sees, while the test runs."""
    counts: list[int] = []
    done = threading.Event()

    def look() -> None:
        while not done.wait(0.05):
            counts.append(open_connections(server_database_url))

    thread = threading.Thread(target=look)
    thread.start()
    yield counts
    done.set()
    thread.join()


def test_fifty_threads_wait_for_six_connections(
    make_pool: MakePool, server_database_url: str, watch: list[int]
) -> None:
    app, pool = make_pool(server_database_url, maxconnections=6, blocking=True)
    fill(pool)
    make_bank(app, pool)
    endings = send(app, 50, 20, ("/pay", "/fail", "/slow", "/pay"))
    assert endings == {"paid": 500, "ValueError": 250, "slow": 250}
    assert balance(pool) == 500
    stats = pool.stats()
    assert (stats.in_use, stats.waiting, stats.opened) == (0, 0, 6)
    assert max(watch) <= 6


def test_fifty_threads_that_do_not_wait_are_told_so(
    make_pool: MakePool, server_database_url: str
) -> None:
    app, pool = make_pool(server_database_url, maxconnections=6)
    fill(pool)
    make_bank(app, pool)
    endings = send(app, 50, 20, ("/pay", "/fail", "/slow", "/pay"))
    assert endings["PoolExhausted"] > 0
    assert endings["paid"] > 0
    assert endings.total() == 1000
    assert balance(pool) == endings["paid"]
    assert pool.stats().in_use == 0


def test_connections_that_the_server_cut_are_replaced(
    make_pool: MakePool, server_database_url: str
) -> None:
    app, pool = make_pool(server_database_url, maxconnections=6, blocking=True)
    fill(pool)
    make_bank(app, pool)
    for round_ in range(1, 4):
        assert send(app, 50, 4, ("/pay", "/slow")) == {"paid": 100, "slow": 100}
        assert open_connections(server_database_url, cut=True) == pool.stats().idle == 6
        assert balance(pool) == round_ * 100


@pytest.mark.parametrize("mode", ["pooled", "persistent"])
def test_a_connection_cut_in_the_middle_costs_only_its_request(
    make_pool: MakePool, server_database_url: str, mode: str
) -> None:
    app, pool = make_pool(server_database_url, mode=mode)
    fill(pool)
    make_bank(app, pool)

    @app.get("/cut")
    def cut() -> str:
        pay(pool)
        assert open_connections(server_database_url, cut=True) >= 1
        pay(pool)  # would be all that is left, were it sent on a new connection
        pool.connection().commit()
        return "never"

    with pytest.raises(Exception, match=r"(?i)lost|gone|terminat|server closed|killed"):
        app.test_client().get("/cut")
    assert balance(pool) == 0
    assert app.test_client().get("/pay").text == "paid"
    assert pool.stats().in_use == 0


def test_a_cut_stream_rolls_back(make_pool: MakePool, server_database_url: str) -> None:
    app, pool = make_pool(server_database_url, maxconnections=2)
    fill(pool)

    @app.get("/")
    def stream() -> t.Any:
        def chunks() -> t.Iterator[str]:
            while True:
                pay(pool)
                yield "x"

        return stream_with_context(chunks())

    response = app.test_client().get("/", buffered=False)
    next(response.response)  # type: ignore[call-overload]
    response.close()
    assert balance(pool) == 0
    assert pool.stats().in_use == 0


def growth() -> tuple[int, int, int]:
    gc.collect()
    kept = [found for found in gc.get_objects() if isinstance(found, Connection | SteadyConnection)]
    return len(kept), len(os.listdir("/proc/self/fd")), len(gc.get_objects())


def test_nothing_is_left_after_twenty_thousand_requests(
    make_pool: MakePool, server_database_url: str
) -> None:
    app, pool = make_pool(server_database_url, maxconnections=6, blocking=True, maxusage=5000)
    fill(pool)
    make_bank(app, pool)
    paths = ("/read",) * 8 + ("/pay", "/fail")
    send(app, 8, 100, paths)
    connections, descriptors, objects = growth()
    endings = send(app, 8, 2500, paths)
    assert endings["ValueError"] == endings["paid"] == 2000
    after = growth()
    assert after[0] <= max(connections, 6)
    assert after[1] <= descriptors
    assert after[2] - objects < 500
    assert pool.stats().in_use == 0
    assert open_connections(server_database_url) == pool.stats().idle <= 6
