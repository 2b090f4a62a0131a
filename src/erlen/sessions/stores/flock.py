"""Locks between the threads and processes of one machine, by ``flock``.

The system releases them when their holder ends, however it ends.
"""

from __future__ import annotations

import collections.abc as cabc
import contextlib
import os
import pathlib
import zlib

from ..failures import StoreError
from .waiting import wait_for

#: Short locks are shared by the sessions whose names fall into the same of so many.
_STRIPES = 256


class LockFolder:
    """A folder of files that are locked."""

    def __init__(self, folder: pathlib.Path, mode: int = 0o600) -> None:
        import fcntl  # missing on Windows, where nothing else needs it either

        self._flock = fcntl.flock
        self._exclusive = fcntl.LOCK_EX
        self._at_once = fcntl.LOCK_EX | fcntl.LOCK_NB
        self._folder = folder
        self._mode = mode

    def _open(self, name: str) -> int:
        path = self._folder / name
        flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC
        try:
            try:
                return os.open(path, flags, self._mode)
            except FileNotFoundError:
                self._folder.mkdir(mode=self._mode | 0o100, parents=True, exist_ok=True)
                return os.open(path, flags, self._mode)
        except OSError as exc:
            raise StoreError(f"{path}: {exc}") from exc

    @contextlib.contextmanager
    def brief(self, name: str) -> cabc.Iterator[None]:
        """Wait for a lock that is held for no longer than it takes to replace a record."""
        file = self._open(f"stripe-{zlib.crc32(name.encode()) % _STRIPES:02x}.lock")
        try:
            self._flock(file, self._exclusive)
            yield
        finally:
            os.close(file)

    @contextlib.contextmanager
    def long(self, name: str, timeout: float) -> cabc.Iterator[None]:
        """Hold a lock of this one session; its file goes when nobody waits for it any more."""
        name += ".lock"
        with contextlib.ExitStack() as held:
            wait_for(lambda: self._take(name, held), timeout)
            try:
                yield
            finally:
                # Whoever opened the file meanwhile finds that its name is gone, and tries again.
                (self._folder / name).unlink(missing_ok=True)

    def _take(self, name: str, held: contextlib.ExitStack) -> bool:
        """Lock the file if it is free; *held* closes it, which unlocks it."""
        with contextlib.ExitStack() as stack:
            file = self._open(name)
            stack.callback(os.close, file)
            try:
                self._flock(file, self._at_once)
            except BlockingIOError:
                return False
            is_ours = self._is_still(name, file)
            if is_ours:
                held.enter_context(stack.pop_all())
            return is_ours

    def _is_still(self, name: str, file: int) -> bool:
        try:
            named = os.stat(self._folder / name)
        except FileNotFoundError:
            return False
        return os.path.samestat(named, os.fstat(file))
