"""Locks by files."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from erlen.sessions import SessionLockTimeout, StoreError
from erlen.sessions.stores.flock import LockFolder


def test_a_place_where_no_folder_can_be_is_a_store_error(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    locks = LockFolder(tmp_path / "file" / "locks")
    with pytest.raises(StoreError, match="file/locks"), locks.brief("name"):
        pass


def test_one_that_is_held_keeps_others_out_and_leaves_no_file(tmp_path: Path) -> None:
    locks = LockFolder(tmp_path)
    with locks.long("name", timeout=1):
        with pytest.raises(SessionLockTimeout), locks.long("name", timeout=0):
            pass
        assert os.listdir(tmp_path) == ["name.lock"]
    assert os.listdir(tmp_path) == []


class Leaving(LockFolder):
    """Its holder leaves, and takes the file along, after another has opened it."""

    opened = 0

    def _open(self, name: str) -> int:
        file = super()._open(name)
        self.opened += 1
        if self.opened == 1:
            (self._folder / name).unlink()
        return file


def test_a_lock_of_a_file_that_its_holder_took_along_is_worth_nothing(tmp_path: Path) -> None:
    locks = Leaving(tmp_path)
    with locks.long("name", timeout=30):
        assert locks.opened == 2
        with pytest.raises(SessionLockTimeout), LockFolder(tmp_path).long("name", timeout=0):
            pass
