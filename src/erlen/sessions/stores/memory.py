"""Sessions in the memory of the process: for tests, and for trying things out."""

from __future__ import annotations

import collections.abc as cabc
import contextlib
import threading
import time
import typing as t

from .base import Held, Record, UpdatingStore
from .threads import ThreadLocks

if t.TYPE_CHECKING:
    from .settings import Settings


class MemoryStore(UpdatingStore):
    """``SESSION_TYPE = "memory"``. Nothing outlives the process, and no other process sees it."""

    def __init__(self) -> None:
        self._records: dict[str, Record] = {}
        self._mutex = threading.Lock()
        self._locks = ThreadLocks()

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
        with self._locks.hold(id, timeout):
            yield Held(self, None)

    def prune(self) -> int:
        now = time.time()
        with self._mutex:
            old = [id for id, record in self._records.items() if record.expires <= now]
            for id in old:
                del self._records[id]
        return len(old)
