"""The examples of the guide's page on connection pools."""

from __future__ import annotations

import collections.abc as cabc
import importlib
import pathlib

import pytest

from erlen.testing import ErlenClient
from examples.plain_sql import pools


@pytest.fixture(autouse=True)
def instance_folder(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("erlen.Erlen.auto_find_instance_path", lambda app: str(tmp_path))


@pytest.fixture
def client() -> cabc.Iterator[ErlenClient]:
    importlib.reload(pools)
    pools.create_tables()
    yield pools.app.test_client()
    pools.pool.close()


def test_books_are_added_and_listed(client: ErlenClient) -> None:
    assert client.post("/books/Emma").status_code == 201
    assert client.get("/books").json == [{"title": "Emma", "author": "n.n."}]


def test_the_log_is_kept_where_the_request_fails(client: ErlenClient) -> None:
    client.post("/books/Emma")
    assert client.delete("/books/Emma").status_code == 500
    assert len(client.get("/books").json) == 1
    assert client.delete("/books/Persuasion").status_code == 200
    with pools.pool.cursor() as cursor:
        cursor.execute("SELECT text FROM log")
        assert [row["text"][-10:] for row in cursor] == ["emove Emma", "Persuasion"]


def test_two_pools() -> None:
    assert pools.create_app().test_client().get("/").json == ["pooled", "persistent"]
