"""Where a client for Redis comes from; ``test_redis`` uses the real ones."""

from __future__ import annotations

import typing as t

import pytest
import redis
import valkey

from erlen.sessions.stores.redis_client import library_of, make_client


def test_without_one_it_is_the_usual_address_of_this_machine() -> None:
    settings = make_client(None, 0.5).connection_pool.connection_kwargs
    assert (settings["host"], settings["port"]) == ("localhost", 6379)


def test_an_unknown_scheme_is_refused() -> None:
    with pytest.raises(ValueError, match=r"SESSION_REDIS has an unknown scheme: redis\+tape://"):
        make_client("redis+tape://localhost", 0.5)


def test_sentinels_without_the_name_of_a_master_are_refused() -> None:
    with pytest.raises(ValueError, match="SESSION_REDIS names no master for Sentinel"):
        make_client("redis+sentinel://localhost:26379", 0.5)


class Recording(redis.Redis):
    """A client that an application made its own."""


class Wrapper:
    """A client that forwards to another, as tracing libraries have them."""

    def evalsha(self, *args: t.Any) -> None: ...


def test_a_client_of_another_class_is_used_as_it_is() -> None:
    sentinel: t.Any = redis.sentinel.Sentinel
    for client in (Recording(), Wrapper(), sentinel([]).master_for("erlen")):
        assert make_client(client, 0.5) is client


def test_the_library_of_a_client_is_that_of_its_class() -> None:
    assert library_of(valkey.Valkey()) is valkey
    assert library_of(Recording()) is redis
    assert library_of(Wrapper()) is redis
