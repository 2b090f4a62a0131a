"""The lock that is kept within the record."""

from __future__ import annotations

import collections.abc as cabc
import contextlib
import time

from erlen.sessions.stores import Change, Outcome, Record
from erlen.sessions.stores.base import UpdatingStore


class DictStore(UpdatingStore):
    """The least that a store can be."""

    def __init__(self) -> None:
        self.records: dict[str, Record | None] = {}

    def load(self, id: str) -> Record | None:
        return self.records.get(id)

    def update(self, id: str, function: cabc.Callable[[Record | None], Record | None]) -> None:
        self.records[id] = function(self.load(id))


def test_who_lost_the_lock_to_another_writes_nothing() -> None:
    store = DictStore()
    store.lock_lifetime = -1
    store.apply("id", Change("g", {"a": b"1"}, expires=time.time() + 60, creates=True))
    with store.lock("id", timeout=1) as late, store.lock("id", timeout=1):
        change = Change("g", {"a": b"2"}, token=late.token)
        assert store.apply("id", change) is Outcome.LOCK_LOST
    record = store.load("id")
    assert record is not None
    assert record.fields == {"a": b"1"}


def test_locking_a_session_that_is_gone_does_not_bring_it_back() -> None:
    store = DictStore()
    with store.lock("id", timeout=1) as held:
        assert store.apply("id", Change("g", {"a": b"1"}, token=held.token)) is Outcome.GONE
    assert store.load("id") is None


def test_what_creates_needs_no_record_and_replaces_one() -> None:
    change = Change("new", {"a": b"1"}, expires=7, creates=True)
    for newest in (None, Record("old", 5, {"b": b"2"})):
        assert change.merge(newest) == (Outcome.APPLIED, Record("new", 7, {"a": b"1"}))


def test_who_lost_the_lock_to_another_does_not_give_it_back() -> None:
    store = DictStore()
    store.lock_lifetime = -1
    store.apply("id", Change("g", {"a": b"1"}, expires=time.time() + 60, creates=True))
    with contextlib.ExitStack() as first:
        first.enter_context(store.lock("id", timeout=1))
        store.lock_lifetime = 30
        with store.lock("id", timeout=1) as second:
            first.close()
            record = store.load("id")
            assert record is not None
            assert record.lease is not None
            assert record.lease.token == second.token
