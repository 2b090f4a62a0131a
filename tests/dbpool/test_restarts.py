"""Servers that really stop, stay away for a while, and come back."""

from __future__ import annotations

import collections.abc as cabc
import shutil
import tempfile
from pathlib import Path

import psycopg
import pymysql
import pytest

from tests.databases import SERVERS
from tests.dbpool.conftest import MakePool, balance, fill, pay
from tests.dbpool.load import make_bank, send
from tests.dbpool.own_servers import OwnServer, own_server

GONE = (pymysql.err.OperationalError, pymysql.err.InterfaceError, psycopg.OperationalError)


@pytest.fixture(params=SERVERS)
def server(request: pytest.FixtureRequest) -> cabc.Iterator[OwnServer]:
    # A folder that the servers' accounts can reach, and short enough for a socket.
    folder = Path(tempfile.mkdtemp(prefix="erlen-"))
    folder.chmod(0o755)
    try:
        with own_server(request.param, folder / "server") as server:
            yield server
    finally:
        shutil.rmtree(folder)


def test_a_pool_outlives_restarts_of_its_server(make_pool: MakePool, server: OwnServer) -> None:
    app, pool = make_pool(server.url(), maxconnections=6, blocking=True)
    fill(pool)
    make_bank(app, pool)
    assert send(app, 50, 4, ("/pay", "/slow"))["paid"] == 100

    server.stop()
    for _ in range(10):  # more than there are connections: none is lost to the pool
        with pytest.raises(GONE, match=r"(?i)refused"):
            app.test_client().get("/pay")
    assert pool.stats().in_use == 0

    server.start()
    assert send(app, 50, 4, ("/pay", "/slow")) == {"paid": 100, "slow": 100}
    assert balance(pool) == 200
    assert pool.stats().in_use == 0

    with app.test_request_context():
        pay(pool)
        server.stop()
        with pytest.raises(GONE):
            pool.connection().commit()
        server.start()
    assert balance(pool) == 200
    assert app.test_client().get("/pay").text == "paid"
    assert balance(pool) == 201
