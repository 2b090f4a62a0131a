"""Sessions as files, for the processes of one machine."""

from __future__ import annotations

import collections.abc as cabc
import contextlib
import hashlib
import os
import pathlib
import tempfile
import time
import typing as t

from ..failures import StoreError
from .base import Held, Record, UpdatingStore
from .flock import LockFolder
from .records import RecordReader, pack_record

if t.TYPE_CHECKING:
    from ..serialization import Serializer
    from .settings import Settings

_SUFFIX = ".session"


class FileSystemStore(UpdatingStore):
    """``SESSION_TYPE = "filesystem"``: a file a session, named by the SHA-256 of its key.

    The file's time of modification is the session's expiry. A file is replaced as a whole, under
    a lock; readers take none and see the old one or the new one.

    :param folder: made when it is missing.
    :param threshold: a new session sweeps expired ones out once there are this many; 0 never.
    :param mode: of the files.
    """

    def __init__(
        self,
        folder: str | os.PathLike[str],
        serializer: Serializer,
        *,
        prefix: str = "session:",
        threshold: int = 500,
        mode: int = 0o600,
    ) -> None:
        self._folder = pathlib.Path(folder)
        self._reader = RecordReader(serializer)
        self._prefix = prefix
        self._threshold = threshold
        self._mode = mode
        self._locks = LockFolder(self._folder / "locks", mode)
        self._created = 0

    @classmethod
    def from_settings(cls, settings: Settings) -> FileSystemStore:
        config = settings.app.config
        folder = config.get("SESSION_FILE_DIR") or pathlib.Path.cwd() / "flask_session"
        return cls(
            folder,
            settings.serializer,
            prefix=settings.prefix,
            threshold=config.get("SESSION_FILE_THRESHOLD", 500),
            mode=config.get("SESSION_FILE_MODE", 0o600),
        )

    def _name(self, id: str) -> str:
        return hashlib.sha256((self._prefix + id).encode()).hexdigest()

    def _path(self, id: str) -> pathlib.Path:
        return self._folder / (self._name(id) + _SUFFIX)

    def load(self, id: str) -> Record | None:
        try:
            with open(self._path(id), "rb") as file:
                expires = os.fstat(file.fileno()).st_mtime
                return self._reader.read(file.read(), expires) if expires > time.time() else None
        except FileNotFoundError:
            return None
        except OSError as exc:
            raise self._failure(exc) from exc

    def update(self, id: str, function: cabc.Callable[[Record | None], Record | None]) -> None:
        with self._translated(), self._locks.brief(self._name(id)):
            old = self.load(id)
            new = function(old)
            if new is None:
                self._path(id).unlink(missing_ok=True)
            elif new is not old:
                self._write(self._path(id), new)

    def create(self, id: str, record: Record) -> None:
        super().create(id, record)
        self._created += 1
        if self._threshold and self._created % self._threshold == 0:
            self.prune()

    def _write(self, path: pathlib.Path, record: Record) -> None:
        handle, name = tempfile.mkstemp(dir=self._folder, suffix=".tmp")
        try:
            with open(handle, "wb") as file:
                file.write(pack_record(record))
            os.chmod(name, self._mode)
            os.utime(name, (record.expires, record.expires))
            os.replace(name, path)
        except BaseException:
            pathlib.Path(name).unlink(missing_ok=True)
            raise

    def touch(self, id: str, generation: str, expires: float) -> bool:
        with self._translated(), self._locks.brief(self._name(id)):
            record = self.load(id)
            if record is None or record.generation != generation:
                return False
            os.utime(self._path(id), (expires, expires))
            return True

    @contextlib.contextmanager
    def lock(self, id: str, timeout: float) -> cabc.Iterator[Held]:
        with self._locks.long(self._name(id), timeout):
            yield Held(self, None)

    @contextlib.contextmanager
    def _translated(self) -> cabc.Iterator[None]:
        try:
            yield
        except OSError as exc:
            raise self._failure(exc) from exc

    def _failure(self, exc: OSError) -> StoreError:
        return StoreError(f"{self._folder}: {exc}")

    def prune(self) -> int:
        now = time.time()
        with self._translated():
            names = os.listdir(self._folder) if self._folder.exists() else []
            for name in names:
                if name.endswith(".tmp"):  # of a process that died
                    self._remove(name, now - 3600)
            return sum(self._remove(name, now) for name in names if name.endswith(_SUFFIX))

    def _remove(self, name: str, deadline: float) -> bool:
        """Remove the file if it is older; asked again under the lock, for it may live on."""
        path = self._folder / name
        if not _is_older(path, deadline):
            return False
        with self._locks.brief(path.stem):
            is_older = _is_older(path, deadline)
            if is_older:
                path.unlink(missing_ok=True)
            return is_older

    def ping(self) -> None:
        if self._folder.exists() and not os.access(self._folder, os.W_OK | os.X_OK):
            raise StoreError(f"{self._folder} cannot be written to")


def _is_older(path: pathlib.Path, deadline: float) -> bool:
    try:
        return path.stat().st_mtime <= deadline
    except FileNotFoundError:
        return False
