"""What only memcached has: items of limited size, and servers that share the keys."""

from __future__ import annotations

import collections.abc as cabc
import contextlib
import secrets
import typing as t

import msgspec
import pytest
from pymemcache.client.base import Client, PooledClient
from pymemcache.client.hash import HashClient

from erlen.sessions import SessionTooLarge, StoreError
from erlen.sessions.stores import Change, Outcome
from erlen.sessions.stores.memcached import MemcachedStore
from tests.processes import free_port
from tests.sessions.places import place_of
from tests.sessions.stores.making import MSGPACK, create, fields

pytestmark = pytest.mark.service("memcached")


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> cabc.Iterator[str]:
    with place_of("memcached", tmp_path_factory.mktemp("memcached")) as place:
        yield place.address


@contextlib.contextmanager
def store_at(client: t.Any) -> cabc.Iterator[MemcachedStore]:
    store = MemcachedStore(client, MSGPACK, prefix=f"{secrets.token_hex(6)}:", timeout=20)
    with contextlib.closing(store):
        yield store


def works(store: MemcachedStore) -> None:
    id = create(store, a=b"1")
    assert store.apply(id, Change("g", {"b": b"2"})) is Outcome.APPLIED
    assert fields(store, id) == {"a": b"1", "b": b"2"}
    assert store.destroy(id) is not None
    assert store.load(id) is None


def test_an_address_a_client_and_a_list_will_do(address: str) -> None:
    host, _, port = address.partition(":")
    pair = (host, int(port))
    clients = [address, pair, Client(address), PooledClient(pair), HashClient([pair])]
    for given in (*clients, [address], [pair]):
        with store_at(given) as store:
            works(store)


def test_without_one_it_is_the_usual_address_of_this_machine() -> None:
    assert MemcachedStore(None, MSGPACK).client.server == ("127.0.0.1", 11211)


def test_a_client_of_another_library_is_refused() -> None:
    with pytest.raises(TypeError, match="SESSION_MEMCACHED is a client of builtins"):
        MemcachedStore(7, MSGPACK)


def test_a_session_larger_than_an_item_is_told_with_the_option_that_mends_it(address: str) -> None:
    with store_at(address) as store:
        with pytest.raises(SessionTooLarge, match="see its option -I"):
            create(store, a=b"x" * 9 * 2**20)


def test_a_server_that_is_not_there_is_a_store_error() -> None:
    with store_at(f"127.0.0.1:{free_port()}") as store:
        with pytest.raises(StoreError, match="memcached: ConnectionRefusedError"):
            store.load("id")


def test_a_client_that_hides_its_failures_does_not_make_sessions_end() -> None:
    with store_at(HashClient([("127.0.0.1", free_port())], ignore_exc=True)) as store:
        with pytest.raises(StoreError, match="is not asked for a while"):
            store.load("id")
        with pytest.raises(StoreError, match="did not store"):
            create(store)


def test_one_of_several_servers_that_is_gone_takes_its_own_sessions_only(address: str) -> None:
    with store_at([address, f"127.0.0.1:{free_port()}"]) as store:
        ids = [secrets.token_urlsafe(32) for _ in range(20)]
        for _ in range(3):  # a HashClient gives the server up after two failures
            failed = []
            for id in ids:
                try:
                    assert store.load(id) is None
                except StoreError:
                    failed.append(id)
            assert 0 < len(failed) < 20


def test_several_servers_share_the_keys_as_pymemcache_has_it() -> None:
    addresses = [("127.0.0.1", free_port()), ("::1", 11211), "/run/memcached"]
    theirs = HashClient(addresses)
    with store_at(addresses) as store:
        for number in range(50):
            key = f"session:{number}"
            server = theirs._get_client(key).server
            assert store.client._client_of(key).server == server


def test_a_session_of_flask_session_is_taken_over(address: str) -> None:
    with store_at(address) as store:
        store.client.set(f"{store._prefix}id", msgspec.msgpack.encode({"a": 1}), expire=60)
        assert fields(store, "id") == {"a": MSGPACK.dumps(1)}
        assert store.apply("id", Change("flask-session", {"b": b"2"})) is Outcome.APPLIED
        assert fields(store, "id") == {"a": MSGPACK.dumps(1), "b": b"2"}


def test_what_is_no_session_is_none(address: str) -> None:
    with store_at(address) as store:
        store.client.set(f"{store._prefix}id", b"\xff what is this", expire=60)
        assert store.load("id") is None
