"""Sessions in whatever cachelib can keep, for the processes of one machine."""

from __future__ import annotations

import collections.abc as cabc
import contextlib
import hashlib
import pathlib
import tempfile
import time
import typing as t

from cachelib.base import BaseCache
from cachelib.file import FileSystemCache

from ..failures import StoreError
from .base import Held, Record, UpdatingStore
from .flock import LockFolder
from .records import RecordReader, pack_record

if t.TYPE_CHECKING:
    from ..serialization import Serializer
    from .settings import Settings


class CacheLibStore(UpdatingStore):
    """``SESSION_TYPE = "cachelib"``: a cache of cachelib, with locks in files around it.

    A cache has no atomic step of its own, so one machine's processes keep each other out by
    locked files. For several machines use a store that can do better.

    :param cache: an object of cachelib; None is a FileSystemCache in ``flask_session``.
    :param locks: the folder of the locked files, the same for all processes.
    """

    def __init__(
        self,
        cache: BaseCache | None,
        serializer: Serializer,
        *,
        prefix: str = "session:",
        locks: pathlib.Path | None = None,
    ) -> None:
        self._cache = FileSystemCache("flask_session", threshold=500) if cache is None else cache
        if not isinstance(self._cache, BaseCache):
            raise TypeError(
                f"SESSION_CACHELIB is of type {type(cache).__name__}; give an object of cachelib,"
                " for example FileSystemCache(folder)."
            )
        self._reader = RecordReader(serializer)
        self._prefix = prefix
        self._locks = LockFolder(locks or _default_folder(prefix))

    @classmethod
    def from_settings(cls, settings: Settings) -> CacheLibStore:
        cache = settings.app.config.get("SESSION_CACHELIB")
        return cls(cache, settings.serializer, prefix=settings.prefix)

    def _name(self, id: str) -> str:
        return hashlib.sha256((self._prefix + id).encode()).hexdigest()

    def load(self, id: str) -> Record | None:
        with _translated():
            data = self._cache.get(self._prefix + id)
        if isinstance(data, dict):  # Flask-Session left the encoding to the cache
            return self._reader.adopt(data, 0)
        record = self._reader.read(data) if isinstance(data, bytes) else None
        if record is None or 0 < record.expires <= time.time():
            return None
        return record

    def update(self, id: str, function: cabc.Callable[[Record | None], Record | None]) -> None:
        with self._locks.brief(self._name(id)):
            old = self.load(id)
            new = function(old)
            if new is not old:
                self._write(self._prefix + id, new)

    def _write(self, key: str, record: Record | None) -> None:
        with _translated():
            is_done = self._delete(key) if record is None else self._set(key, record)
        if not is_done:
            what = "delete" if record is None else "store"
            raise StoreError(f"cachelib: the cache did not {what} the session")

    def _set(self, key: str, record: Record) -> bool:
        left = max(int(record.expires - time.time() + 0.999), 1) if record.expires else 86400
        return bool(self._cache.set(key, pack_record(record), timeout=left))

    def _delete(self, key: str) -> bool:
        # Caches also say that they deleted nothing where the session has just expired.
        return self._cache.delete(key) or self._cache.get(key) is None

    @contextlib.contextmanager
    def lock(self, id: str, timeout: float) -> cabc.Iterator[Held]:
        with self._locks.long(self._name(id), timeout):
            yield Held(self, None)


@contextlib.contextmanager
def _translated() -> cabc.Iterator[None]:
    try:
        yield
    except Exception as exc:  # a cache raises whatever its library does
        raise StoreError(f"cachelib: {type(exc).__name__}: {exc}") from exc


def _default_folder(prefix: str) -> pathlib.Path:
    place = hashlib.sha256(prefix.encode()).hexdigest()[:16]
    return pathlib.Path(tempfile.gettempdir()) / f"erlen-sessions-{place}"
