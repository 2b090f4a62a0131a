"""Locks between the threads of one process, by name."""

from __future__ import annotations

import collections.abc as cabc
import contextlib
import threading

from .waiting import waited_too_long


class _Entry:
    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.users = 0


class ThreadLocks:
    """A lock for each name that somebody holds or wants, and none for the others."""

    def __init__(self) -> None:
        self._mutex = threading.Lock()
        self._entries: dict[str, _Entry] = {}

    @contextlib.contextmanager
    def hold(self, name: str, timeout: float) -> cabc.Iterator[None]:
        """Hold the lock of that name.

        :raises SessionLockTimeout: others held it for *timeout* seconds.
        """
        with self._entry(name) as entry:
            if not entry.lock.acquire(timeout=timeout):
                raise waited_too_long(timeout)
            try:
                yield
            finally:
                entry.lock.release()

    @contextlib.contextmanager
    def _entry(self, name: str) -> cabc.Iterator[_Entry]:
        with self._mutex:
            entry = self._entries.setdefault(name, _Entry())
            entry.users += 1
        try:
            yield entry
        finally:
            with self._mutex:
                entry.users -= 1
                if not entry.users:
                    del self._entries[name]
