"""What only files have: a folder, a disk that can be full, a sweep."""

from __future__ import annotations

import collections.abc as cabc
import contextlib
import os
import resource
import time
from pathlib import Path

import pytest

from erlen.sessions import StoreError
from erlen.sessions.stores import Change
from erlen.sessions.stores.filesystem import FileSystemStore
from erlen.sessions.stores.flock import LockFolder
from tests.sessions.stores.making import MSGPACK, create, fields


@pytest.fixture
def store(tmp_path: Path) -> FileSystemStore:
    return FileSystemStore(tmp_path / "sessions", MSGPACK)


def files(store: FileSystemStore) -> list[str]:
    return [name for name in os.listdir(store._folder) if name != "locks"]


def test_a_folder_in_a_files_place_is_a_store_error(store: FileSystemStore) -> None:
    store._path("id").mkdir(parents=True)
    with pytest.raises(StoreError, match="Is a directory"):
        store.load("id")


@contextlib.contextmanager
def full_disk() -> cabc.Iterator[None]:
    """No file can grow beyond ten bytes, which is what a full disk looks like to a writer."""
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10, limits[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)


def test_a_full_disk_leaves_the_old_session_and_no_half_of_the_new(store: FileSystemStore) -> None:
    id = create(store, a=b"1")
    with full_disk(), pytest.raises(StoreError, match="File too large"):
        store.apply(id, Change("g", {"b": b"2"}))
    assert fields(store, id) == {"a": b"1"}
    assert files(store) == [store._path(id).name]


class Meanwhile(LockFolder):
    """Another request does something just before a lock is taken."""

    do: cabc.Callable[[], object] = staticmethod(lambda: None)

    @contextlib.contextmanager
    def brief(self, name: str) -> cabc.Iterator[None]:
        self.do()
        with super().brief(name):
            yield


def test_a_session_that_is_extended_while_it_is_swept_stays(store: FileSystemStore) -> None:
    id = create(store, lifetime=-1)
    store._locks = locks = Meanwhile(store._folder / "locks")
    later = time.time() + 60
    locks.do = lambda: os.utime(store._path(id), (later, later))
    assert store.prune() == 0
    assert fields(store, id) == {"a": b"1"}


def test_sessions_that_another_sweep_removes_do_no_harm(store: FileSystemStore) -> None:
    for _ in range(3):
        create(store, lifetime=-1)
    store._locks = locks = Meanwhile(store._folder / "locks")
    locks.do = FileSystemStore(store._folder, MSGPACK).prune
    assert store.prune() == 0
    assert files(store) == []


def test_every_so_many_new_sessions_sweep_the_expired_ones_out(tmp_path: Path) -> None:
    store = FileSystemStore(tmp_path, MSGPACK, threshold=2)
    create(store, lifetime=-1)
    assert len(files(store)) == 1
    id = create(store)
    assert files(store) == [store._path(id).name]


def test_a_threshold_of_0_sweeps_never(tmp_path: Path) -> None:
    store = FileSystemStore(tmp_path, MSGPACK, threshold=0)
    create(store, lifetime=-1)
    create(store, lifetime=-1)
    assert len(files(store)) == 2


def test_what_a_process_that_died_left_is_swept_after_an_hour(store: FileSystemStore) -> None:
    create(store)
    for name, age in (("old.tmp", 3700), ("new.tmp", 3500)):
        path = store._folder / name
        path.touch()
        os.utime(path, (time.time() - age,) * 2)
    assert store.prune() == 0
    assert "new.tmp" in files(store)
    assert "old.tmp" not in files(store)


def test_a_folder_that_was_not_made_yet_is_healthy_and_empty(store: FileSystemStore) -> None:
    store.ping()
    assert store.prune() == 0


def test_a_folder_that_cannot_be_used_is_told_before_it_is_needed(tmp_path: Path) -> None:
    (tmp_path / "file").touch(mode=0o400)
    with pytest.raises(StoreError, match="file cannot be written to"):
        FileSystemStore(tmp_path / "file", MSGPACK).ping()
