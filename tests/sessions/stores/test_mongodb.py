"""What only MongoDB has: documents of limited size, and clients that belong to others."""

from __future__ import annotations

import collections.abc as cabc
import contextlib
import secrets
import typing as t

import pytest
from pymongo import MongoClient

from erlen.sessions import SessionTooLarge, StoreError
from erlen.sessions.stores import Change, Outcome
from erlen.sessions.stores.mongodb import MongoDBStore
from tests.processes import free_port
from tests.sessions.mongod import Mongod
from tests.sessions.stores.making import MSGPACK, create, fields


@pytest.fixture(scope="module")
def url() -> cabc.Iterator[str]:
    server = Mongod().start()
    yield server.url
    server.shutdown()
    server.server_close()


@contextlib.contextmanager
def store_at(client: t.Any, timeout: float = 20) -> cabc.Iterator[MongoDBStore]:
    prefix = f"{secrets.token_hex(6)}:"
    with contextlib.closing(MongoDBStore(client, MSGPACK, prefix=prefix, timeout=timeout)) as store:
        yield store


def test_the_applications_own_client_stays_open(url: str) -> None:
    client: MongoClient[t.Any] = MongoClient(url)
    with contextlib.closing(client):
        with store_at(client) as store:
            id = create(store)
        assert client.admin.command("ping")["ok"]
        assert fields(store, id) == {"a": b"1"}


def test_closing_what_was_never_used_does_nothing(url: str) -> None:
    with store_at(url) as store:
        pass
    assert fields(store, create(store)) == {"a": b"1"}
    store.close()


def test_a_session_larger_than_a_document_is_told(url: str) -> None:
    with store_at(url) as store:
        with pytest.raises(SessionTooLarge, match="larger than MongoDB's 16 MB"):
            create(store, a=b"x" * 17 * 2**20)


def test_a_server_that_is_not_there_is_a_store_error() -> None:
    with store_at(f"mongodb://127.0.0.1:{free_port()}", timeout=0.1) as store:
        with pytest.raises(StoreError, match="MongoDB: ServerSelectionTimeoutError"):
            store.load("id")


def test_a_change_comes_to_what_another_request_left(url: str) -> None:
    with store_at(url) as store:
        id = create(store, a=b"1")
        find, rivals = store.find, [b"2", b"3"]

        def too_early(id: str) -> t.Any:
            found = find(id)
            if rivals:
                value = rivals.pop()
                store.apply(id, Change("g", {f"theirs {value!r}": value}))
            return found

        store.find = too_early  # type: ignore[method-assign]
        assert store.apply(id, Change("g", {"mine": b"4"})) is Outcome.APPLIED
        assert len(fields(store, id) or ()) == 4
