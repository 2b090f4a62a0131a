"""Compare-and-swap, on a store that is a dict."""

from __future__ import annotations

import typing as t

import pytest

from erlen.sessions import StoreError
from erlen.sessions.stores import Record
from erlen.sessions.stores.swapping import SwappingStore


class DictStore(SwappingStore):
    """Before each swap, as often as ``rivals`` says, another request changes the record."""

    def __init__(self, rivals: int) -> None:
        self.record: Record | None = Record("g", 0, {"theirs": b"0"})
        self.rivals = rivals

    def find(self, id: str) -> tuple[Record | None, t.Any]:
        return self.record, self.record

    def swap(self, id: str, version: t.Any, new: Record | None) -> bool:
        if self.rivals:
            self.rivals -= 1
            self.record = Record("g", 0, {"theirs": b"%d" % self.rivals})
        is_same = self.record is version
        if is_same:
            self.record = new
        return is_same


def add(newest: Record | None) -> Record:
    assert newest is not None
    return Record("g", 0, {**newest.fields, "mine": b"1"})


def test_who_comes_too_late_does_it_again_to_what_is_there_now() -> None:
    store = DictStore(rivals=3)
    store.update("id", add)
    assert store.record == Record("g", 0, {"theirs": b"0", "mine": b"1"})


def test_who_is_always_too_late_gives_up_some_day() -> None:
    store = DictStore(rivals=1001)
    with pytest.raises(StoreError, match="changed 1000 times while"):
        store.update("id", add)


def test_what_is_left_as_it_is_needs_no_swap() -> None:
    store = DictStore(rivals=1)
    store.update("id", lambda newest: newest)
    assert store.rivals == 1
