"""What several starting processes want to do at the same time."""

from __future__ import annotations

import collections.abc as cabc
import contextlib
import os
import sqlite3
from pathlib import Path


def create_once(path: Path, write: cabc.Callable[[Path], None]) -> bool:
    """Let *write* make *path* unless it is there already; say whether this call made it.

    The work is done on a file beside it that is then linked into place. So nobody ever sees half
    a file, and of several workers that start together exactly one wins.
    """
    if path.exists():
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.unlink(missing_ok=True)
    try:
        write(draft)
        os.link(draft, path)
    except FileExistsError:
        return False
    finally:
        draft.unlink(missing_ok=True)
    return True


@contextlib.contextmanager
def alone(path: Path) -> cabc.Iterator[None]:
    """Let one process in at a time, the others wait.

    A lock that SQLite holds on an empty file works on every system and ends with its process.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    lock = sqlite3.connect(path, timeout=60, isolation_level=None)
    try:
        lock.execute("BEGIN EXCLUSIVE")
        yield
    finally:
        lock.close()
