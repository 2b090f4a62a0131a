"""The ledger, on each database."""

from __future__ import annotations

import collections.abc as cabc
import threading
import typing as t

import pytest

from erlen import Erlen
from examples.plain_sql.ledger import create_app
from examples.plain_sql.ledger.database import pool
from tests.databases import database_url as database_url


@pytest.fixture
def app(database_url: str) -> cabc.Iterator[Erlen]:
    app = create_app(DBPOOL_URL=database_url, TESTING=True)
    with app.app_context():
        result = app.test_cli_runner().invoke(args=["init-db"])
        assert result.output == "The ledger is ready.\n"
    client = app.test_client()
    client.put("/accounts/ada", data={"cents": 1000})
    client.put("/accounts/bob")
    yield app
    with app.app_context():
        pool.close()


def cents(app: Erlen, name: str) -> int:
    return int(app.test_client().get(f"/accounts/{name}").json["cents"])


def pay(app: Erlen, payee: str, amount: t.Any) -> int:
    form = {"payer": "ada", "payee": payee, "cents": amount}
    return app.test_client().post("/transfers", data=form).status_code


def test_money_moves(app: Erlen) -> None:
    assert pay(app, "bob", 250) == 200
    assert (cents(app, "ada"), cents(app, "bob")) == (750, 250)


@pytest.mark.parametrize(
    "payee,amount,status", [("nobody", 5, 409), ("bob", 5000, 409), ("bob", "much", 400)]
)
def test_a_transfer_that_is_refused_moves_nothing(
    app: Erlen, payee: str, amount: t.Any, status: int
) -> None:
    assert pay(app, payee, amount) == status
    assert (cents(app, "ada"), cents(app, "bob")) == (1000, 0)


def test_many_at_once_create_no_money(app: Erlen) -> None:
    statuses: list[int] = []
    threads = [
        threading.Thread(target=lambda: statuses.append(pay(app, "bob", 100))) for _ in range(15)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(statuses) == [200] * 10 + [409] * 5
    assert (cents(app, "ada"), cents(app, "bob")) == (0, 1000)


def test_an_account_is_opened_once(app: Erlen) -> None:
    client = app.test_client()
    assert client.put("/accounts/ada").status_code == 409
    assert client.get("/accounts/carol").status_code == 404


def test_transfers_are_exported_as_a_stream(app: Erlen) -> None:
    pay(app, "bob", 7)
    lines = app.test_client().get("/transfers.csv").text.splitlines()
    assert [line.split(",", 1)[1] for line in lines] == ["payer,payee,cents", "ada,bob,7"]


def test_health_tells_about_the_pool(app: Erlen) -> None:
    found = app.test_client().get("/health").json
    assert found["maximum"] == 6
    assert found["in_use"] == 1


def test_an_exhausted_pool_is_a_503(app: Erlen, database_url: str) -> None:
    small = create_app(DBPOOL_URL=database_url, DBPOOL_MAXCONNECTIONS=1, DBPOOL_BLOCKING=False)
    with small.app_context():
        with pool.dedicated_connection():
            with small.test_client() as client:
                assert client.get("/health").status_code == 503
        pool.close()
