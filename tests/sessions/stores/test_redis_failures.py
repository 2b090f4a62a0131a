"""A Redis that is not there, and sessions in it that others wrote."""

from __future__ import annotations

import collections.abc as cabc
import contextlib
import secrets

import msgspec
import pytest

from erlen.sessions import StoreError
from erlen.sessions.serialization import make_serializer
from erlen.sessions.stores.redis import RedisStore
from tests.processes import free_port
from tests.sessions.places import address_of


def test_each_way_to_a_redis_that_is_not_there_fails_with_a_store_error() -> None:
    store = RedisStore(f"redis://127.0.0.1:{free_port()}", make_serializer("msgpack"))
    uses: list[cabc.Callable[[], object]] = [
        store.ping,
        lambda: store.load("id"),
        lambda: store.destroy("id"),
    ]
    for use in uses:
        with pytest.raises(StoreError, match="Redis: ConnectionError"):
            use()
    with pytest.raises(StoreError, match="Redis: ConnectionError"), store.lock("id", timeout=1):
        pass


@pytest.mark.service("redis")
def test_a_session_of_flask_session_is_loaded_and_destroyed() -> None:
    serializer = make_serializer("msgpack")
    prefix = f"erlen-{secrets.token_hex(6)}:"
    store = RedisStore(f"redis://{address_of('redis')}", serializer, prefix=prefix)
    with contextlib.closing(store):
        for use in (store.load, store.destroy):
            store.client.set(f"{prefix}id", msgspec.msgpack.encode({"a": 1}), ex=60)
            record = use("id")
            assert record is not None
            assert record.fields == {"a": serializer.dumps(1)}
        assert store.load("id") is None
