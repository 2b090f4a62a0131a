"""Sessions in memcached, by compare-and-swap."""

from __future__ import annotations

import time
import typing as t

from pymemcache.client.base import Client, PooledClient, normalize_server_spec
from pymemcache.client.hash import HashClient
from pymemcache.client.rendezvous import RendezvousHash
from pymemcache.exceptions import MemcacheError

from ..failures import SessionTooLarge, StoreError
from .base import Record
from .records import RecordReader, pack_record
from .swapping import SwappingStore

if t.TYPE_CHECKING:
    from ..serialization import Serializer
    from .settings import Settings

#: What a destroyed session leaves behind for a second: a swap that finds it comes too late.
_TOMBSTONE = b"\xc0"
#: Memcached takes numbers above this, 30 days, for a date.
_LONGEST = 30 * 24 * 3600


class MemcachedStore(SwappingStore):
    """``SESSION_TYPE = "memcached"``, through pymemcache.

    Memcached drops what it has no more room for, and everything when it is restarted: sessions
    end early then.

    :param client: ``"host:port"``, a list of these, or a client of pymemcache. Of a ``Client`` or
        ``PooledClient`` the address is taken; other kinds are used as they are.
    """

    def __init__(
        self,
        client: t.Any,
        serializer: Serializer,
        *,
        prefix: str = "session:",
        timeout: float = 0.5,
    ) -> None:
        self.client = _make_client(client, timeout)
        self._reader = RecordReader(serializer)
        self._prefix = prefix

    @classmethod
    def from_settings(cls, settings: Settings) -> MemcachedStore:
        return cls(
            settings.app.config.get("SESSION_MEMCACHED"),
            settings.serializer,
            prefix=settings.prefix,
            timeout=settings.timeout,
        )

    def _ask(self, command: str, *args: t.Any, **kwargs: t.Any) -> t.Any:
        try:
            return getattr(self.client, command)(*args, **kwargs)
        except (MemcacheError, OSError) as exc:
            if "too large" in str(exc):
                raise SessionTooLarge(
                    "The session is larger than the items that memcached takes: see its option -I."
                ) from exc
            raise StoreError(f"memcached: {type(exc).__name__}: {exc}") from exc

    def _read(self, data: bytes | None) -> Record | None:
        record = None if data is None or data == _TOMBSTONE else self._reader.read(data)
        return None if record is None or 0 < record.expires <= time.time() else record

    def close(self) -> None:
        self.client.close()

    def create(self, id: str, record: Record) -> None:
        data, expire = pack_record(record), _expiry(record)
        if not self._ask("set", self._prefix + id, data, expire, noreply=False):
            raise StoreError("memcached did not store the session")

    def find(self, id: str) -> tuple[Record | None, t.Any]:
        found = self._ask("gets", self._prefix + id)
        if found is None:  # a HashClient does not ask a server again that has just failed
            raise StoreError("memcached: the server of this session is not asked for a while")
        data, version = found
        return self._read(data), version

    def swap(self, id: str, version: t.Any, new: Record | None) -> bool:
        if new is None:
            data, expire = _TOMBSTONE, 1
        else:
            data, expire = pack_record(new), _expiry(new)
        return bool(self._ask("cas", self._prefix + id, data, version, expire, noreply=False))


def _expiry(record: Record) -> int:
    if not record.expires:  # Flask-Session's, whose end is not known; it is about to be moved
        return _LONGEST
    left = max(int(record.expires - time.time() + 0.999), 1)
    return left if left <= _LONGEST else int(record.expires) + 1


def _make_client(given: t.Any, timeout: float) -> t.Any:
    if isinstance(given, (PooledClient, Client)):
        given = given.server
    if isinstance(given, HashClient):
        return given
    if isinstance(given, list):
        return _Servers(given, timeout)
    if given is None or isinstance(given, (str, tuple)):
        return _pool("127.0.0.1:11211" if given is None else given, timeout)
    raise TypeError(
        f"SESSION_MEMCACHED is a client of {type(given).__module__}. Changes are made by"
        ' compare-and-swap as pymemcache has it: give "host:port" or a client of pymemcache.'
    )


def _pool(server: t.Any, timeout: float) -> PooledClient:
    return PooledClient(server, connect_timeout=timeout, timeout=timeout, no_delay=True)


class _Servers:
    """Several servers, each with its share of the keys, as pymemcache's HashClient has it.

    That one gives the share of a server that fails to the others, where the sessions in it would
    seem to have ended. Here they are unavailable until the server is back.
    """

    def __init__(self, addresses: list[t.Any], timeout: float) -> None:
        servers = [normalize_server_spec(address) for address in addresses]
        self._clients = {_name_of(server): _pool(server, timeout) for server in servers}
        self._hasher = RendezvousHash(list(self._clients))

    def _client_of(self, key: str) -> t.Any:
        return self._clients[self._hasher.get_node(key)]

    def gets(self, key: str) -> t.Any:
        return self._client_of(key).gets(key)

    def set(self, key: str, *args: t.Any, **kwargs: t.Any) -> t.Any:
        return self._client_of(key).set(key, *args, **kwargs)

    def cas(self, key: str, *args: t.Any, **kwargs: t.Any) -> t.Any:
        return self._client_of(key).cas(key, *args, **kwargs)

    def close(self) -> None:
        for client in self._clients.values():
            client.close()


def _name_of(server: t.Any) -> str:
    return "{}:{}".format(*server) if isinstance(server, tuple) else server
