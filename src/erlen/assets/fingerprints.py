"""What a file's content is, in sixteen characters: computed once, and again when it changed."""

from __future__ import annotations

import hashlib
import os
import stat
import time
import typing as t

#: A file that changed less than this many nanoseconds ago may change again without a new time.
_SETTLED = 2_000_000_000


class Stamp(t.NamedTuple):
    """What a look at a file costs little to tell: equal stamps mean equal contents."""

    mtime: int
    ctime: int  # the one time that copying a file cannot preserve
    size: int
    inode: int

    def is_settled(self) -> bool:
        """Tell whether the next change will show."""
        return time.time_ns() - max(self.mtime, self.ctime) > _SETTLED


def stamp_of(path: str | None) -> Stamp | None:
    """Look at a file; None unless it is a regular file and no link."""
    if path is None:
        return None
    try:
        found = os.lstat(path)
    except (OSError, ValueError):  # ValueError: a NUL byte
        return None
    if not stat.S_ISREG(found.st_mode):
        return None
    return Stamp(found.st_mtime_ns, found.st_ctime_ns, found.st_size, found.st_ino)


def digest_of(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:16]


class Fingerprints:
    """The digests of files, kept as long as the files stay as they are."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[Stamp, str]] = {}

    def of(self, path: str | None, stamp: Stamp | None = None) -> str | None:
        """Return the digest of a file, which had *stamp*; None when there is none to be had."""
        stamp = stamp or stamp_of(path)
        if path is None or stamp is None:
            return None
        known = self._known.get(path)
        if known is not None and known[0] == stamp:
            return known[1]
        return self._compute(path, stamp)

    def _compute(self, path: str, stamp: Stamp) -> str | None:
        try:
            with open(path, "rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()[:16]
        except OSError:
            return None
        if stamp_of(path) != stamp:  # it changed meanwhile
            return None
        if stamp.is_settled():
            self._known[path] = stamp, digest
        return digest
