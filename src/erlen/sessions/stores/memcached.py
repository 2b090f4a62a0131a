"""Sessions in memcached, by compare-and-swap."""

from __future__ import annotations

import collections.abc as cabc
import time
import typing as t

from pymemcache.client.base import Client, PooledClient
from pymemcache.client.hash import HashClient
from pymemcache.exceptions import MemcacheError

from ..failures import SessionTooLarge, StoreError
from .base import Change, Outcome, Record, UpdatingStore
from .records import RecordReader, pack_record

if t.TYPE_CHECKING:
    from ..serialization import Serializer
    from .settings import Settings

#: What a destroyed session leaves behind for a second: a swap that finds it comes too late.
_TOMBSTONE = b"\xc0"
#: Memcached takes numbers above this, 30 days, for a date.
_LONGEST = 30 * 24 * 3600
_SWAPS = 1000


class MemcachedStore(UpdatingStore):
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

    def load(self, id: str) -> Record | None:
        return self._read(self._ask("get", self._prefix + id))

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

    def apply(self, id: str, change: Change) -> Outcome:
        if not change.creates:
            return super().apply(id, change)
        outcome, record = change.merge(None)
        assert record is not None
        expire = _expiry(record)
        if not self._ask("set", self._prefix + id, pack_record(record), expire, noreply=False):
            raise StoreError("memcached did not store the session")
        return outcome

    def update(self, id: str, function: cabc.Callable[[Record | None], Record | None]) -> None:
        key = self._prefix + id
        for _ in range(_SWAPS):
            data, version = self._ask("gets", key)
            old = self._read(data)
            new = function(old)
            if new is old or (old is None and new is None):
                return
            swapped = self._swap(key, new, version)
            if swapped:
                return
        raise StoreError(f"memcached: the session changed {_SWAPS} times in a row")

    def _swap(self, key: str, new: Record | None, version: t.Any) -> bool:
        if new is None:
            data, expire = _TOMBSTONE, 1
        else:
            data, expire = pack_record(new), _expiry(new)
        return bool(self._ask("cas", key, data, version, expire, noreply=False))


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
        settings: dict[str, t.Any] = {"connect_timeout": timeout, "timeout": timeout}
        return HashClient(given, use_pooling=True, no_delay=True, **settings)
    if given is None or isinstance(given, (str, tuple)):
        server = "127.0.0.1:11211" if given is None else given
        return PooledClient(server, connect_timeout=timeout, timeout=timeout, no_delay=True)
    raise TypeError(
        f"SESSION_MEMCACHED is a client of {type(given).__module__}. Changes are made by"
        ' compare-and-swap as pymemcache has it: give "host:port" or a client of pymemcache.'
    )
