"""Sessions in the memory of the process: for tests, and for trying things out."""

from __future__ import annotations

import collections.abc as cabc
import contextlib
import threading
import time
import typing as t

from ..failures import SessionLockTimeout
from .base import Held, Record, UpdatingStore

if t.TYPE_CHECKING:
    from .settings import Settings


class MemoryStore(UpdatingStore):
    """``SESSION_TYPE = "memory"``. Nothing outlives the process, and no other process sees it."""

    def __init__(self) -> None:
        self._records: dict[str, Record] = {}
        self._mutex = threading.Lock()
        self._locks: dict[str, list[t.Any]] = {}  # id -> [lock, how many hold or want it]

    @classmethod
    def from_settings(cls, settings: Settings) -> MemoryStore:
        return cls()

    def load(self, id: str) -> Record | None:
        record = self._records.get(id)
        if record is None or record.expires <= time.time():
            return None
        return Record(record.generation, record.expires, dict(record.fields))

    def update(self, id: str, function: cabc.Callable[[Record | None], Record | None]) -> None:
        with self._mutex:
            record = function(self.load(id))
            if record is None:
                self._records.pop(id, None)
            else:
                self._records[id] = record

    @contextlib.contextmanager
    def lock(self, id: str, timeout: float) -> cabc.Iterator[Held]:
        with self._mutex:
            entry = self._locks.setdefault(id, [threading.Lock(), 0])
            entry[1] += 1
        try:
            if not entry[0].acquire(timeout=timeout):
                raise SessionLockTimeout(f"The session is locked for longer than {timeout:g} s.")
            try:
                yield Held(self, None)
            finally:
                entry[0].release()
        finally:
            with self._mutex:
                entry[1] -= 1
                if not entry[1]:
                    del self._locks[id]

    def prune(self) -> int:
        now = time.time()
        with self._mutex:
            old = [id for id, record in self._records.items() if record.expires <= now]
            for id in old:
                del self._records[id]
        return len(old)
