"""What every session store promises. A store of your own passes it, too: add it to ``places``."""

from __future__ import annotations

import collections.abc as cabc
import contextlib
import secrets
import threading
import time

import pytest

from erlen.sessions import SessionLockTimeout, Store
from erlen.sessions.stores import Change, Outcome, Record
from tests.sessions.places import KINDS, Place, kinds, place_of, store_of


@pytest.fixture(scope="module", params=kinds(*KINDS))
def place(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> cabc.Iterator[Place]:
    with place_of(request.param, tmp_path_factory.mktemp(request.param)) as place:
        yield place


@pytest.fixture(scope="module")
def store(place: Place) -> cabc.Iterator[Store]:
    store = store_of(place.app())
    with contextlib.closing(store):
        yield store


@pytest.fixture
def id() -> str:
    return secrets.token_urlsafe(32)


def create(store: Store, id: str, lifetime: float = 60, **fields: bytes) -> Record:
    change = Change("first", fields, expires=time.time() + lifetime, creates=True)
    assert store.apply(id, change) is Outcome.APPLIED
    return Record("first", time.time() + lifetime, fields)


def fields(store: Store, id: str) -> dict[str, bytes] | None:
    record = store.load(id)
    return None if record is None else record.fields


def test_an_id_that_was_not_issued_leads_nowhere(store: Store, id: str) -> None:
    assert store.load(id) is None
    assert store.apply(id, Change("first", {"a": b"1"})) is Outcome.GONE
    assert store.destroy(id) is None
    assert store.load(id) is None


def test_what_was_created_can_be_loaded(store: Store, id: str) -> None:
    create(store, id, a=b"\x01", _permanent=b"\xc3")
    record = store.load(id)
    assert record is not None
    assert record.fields == {"a": b"\x01", "_permanent": b"\xc3"}
    assert record.generation == "first"
    assert record.expires == pytest.approx(time.time() + 60, abs=2)


def test_keys_and_values_can_be_any_text_and_bytes(store: Store, id: str) -> None:
    odd = {"": b"\0", "ключ ✓": bytes(range(256)), "a b\n:{}": b"\r\n", "x" * 300: b"y"}
    store.apply(id, Change("first", odd, expires=time.time() + 60, creates=True))
    assert fields(store, id) == odd


def test_a_session_of_a_mebibyte_is_kept(store: Store, id: str) -> None:
    create(store, id, a=b"x" * 2**20)
    assert fields(store, id) == {"a": b"x" * 2**20}


def test_a_thousand_keys_are_changed_at_once(store: Store, id: str) -> None:
    create(store, id, a=b"1")
    many = {f"key {number}": b"%d" % number for number in range(5000)}
    assert store.apply(id, Change("first", many)) is Outcome.APPLIED
    assert fields(store, id) == {"a": b"1", **many}
    assert store.apply(id, Change("first", deletes=list(many))) is Outcome.APPLIED
    assert fields(store, id) == {"a": b"1"}


def test_changes_of_different_keys_from_one_snapshot_both_stay(store: Store, id: str) -> None:
    create(store, id, a=b"1", b=b"1")
    store.apply(id, Change("first", {"a": b"2"}))
    store.apply(id, Change("first", {"b": b"2"}))
    assert fields(store, id) == {"a": b"2", "b": b"2"}


def test_of_two_that_set_one_key_the_later_one_wins(store: Store, id: str) -> None:
    create(store, id, a=b"1")
    store.apply(id, Change("first", {"a": b"2"}))
    store.apply(id, Change("first", {"a": b"3"}))
    assert fields(store, id) == {"a": b"3"}


def test_keys_are_deleted_and_a_missing_one_does_no_harm(store: Store, id: str) -> None:
    create(store, id, a=b"1", b=b"2")
    assert store.apply(id, Change("first", deletes=["a", "c"])) is Outcome.APPLIED
    assert fields(store, id) == {"b": b"2"}


def test_clearing_also_drops_what_others_put_there_meanwhile(store: Store, id: str) -> None:
    create(store, id, a=b"1")
    store.apply(id, Change("first", {"theirs": b"1"}))
    store.apply(id, Change("first", {"mine": b"1"}, cleared=True))
    assert fields(store, id) == {"mine": b"1"}
    record = store.load(id)
    assert record is not None
    assert record.expires == pytest.approx(time.time() + 60, abs=2)


def test_a_session_that_is_left_empty_is_removed(store: Store, id: str) -> None:
    create(store, id, a=b"1", _permanent=b"\xc3")
    assert store.apply(id, Change("first", deletes=["a"])) is Outcome.EMPTIED
    assert store.load(id) is None


def test_it_is_kept_if_another_request_put_something_there(store: Store, id: str) -> None:
    create(store, id, a=b"1", _permanent=b"\xc3")
    store.apply(id, Change("first", {"theirs": b"1"}))
    assert store.apply(id, Change("first", deletes=["a"])) is Outcome.APPLIED
    assert fields(store, id) == {"theirs": b"1", "_permanent": b"\xc3"}


def test_destroying_gives_the_newest_value_once(store: Store, id: str) -> None:
    create(store, id, a=b"1")
    store.apply(id, Change("first", {"b": b"2"}))
    record = store.destroy(id)
    assert record is not None
    assert (record.generation, record.fields) == ("first", {"a": b"1", "b": b"2"})
    assert store.destroy(id) is None


def test_a_late_writer_does_not_bring_a_destroyed_session_back(store: Store, id: str) -> None:
    create(store, id, a=b"1")
    store.destroy(id)
    late = Change("first", {"b": b"2"}, expires=time.time() + 60)
    assert store.apply(id, late) is Outcome.GONE
    assert store.touch(id, "first", time.time() + 60) is False
    assert store.load(id) is None


def test_a_writer_of_another_generation_changes_nothing(store: Store, id: str) -> None:
    create(store, id, a=b"1")
    assert store.apply(id, Change("another", {"a": b"2"}, cleared=True)) is Outcome.GONE
    assert store.touch(id, "another", time.time() + 500) is False
    assert fields(store, id) == {"a": b"1"}


def test_a_touch_moves_the_expiry_and_nothing_else(store: Store, id: str) -> None:
    create(store, id, a=b"1")
    assert store.touch(id, "first", time.time() + 500) is True
    record = store.load(id)
    assert record is not None
    assert record.expires == pytest.approx(time.time() + 500, abs=2)
    assert record.fields == {"a": b"1"}


def test_a_change_can_move_the_expiry(store: Store, id: str) -> None:
    create(store, id, a=b"1")
    store.apply(id, Change("first", {"b": b"1"}, expires=time.time() + 500))
    record = store.load(id)
    assert record is not None
    assert record.expires == pytest.approx(time.time() + 500, abs=2)


def test_an_expired_session_is_gone(store: Store, id: str) -> None:
    create(store, id, lifetime=-1, a=b"1")
    assert store.load(id) is None
    assert store.apply(id, Change("first", {"b": b"1"})) is Outcome.GONE


def test_a_session_can_live_for_a_year(store: Store, id: str) -> None:
    create(store, id, lifetime=366 * 24 * 3600, a=b"1")
    assert fields(store, id) == {"a": b"1"}


def test_pruning_removes_the_expired_ones_only(store: Store, id: str) -> None:
    create(store, id, a=b"1")
    create(store, secrets.token_urlsafe(32), lifetime=-1, a=b"1")
    store.prune()
    assert store.prune() == 0
    assert fields(store, id) == {"a": b"1"}


def in_threads(count: int, function: cabc.Callable[[int], object]) -> None:
    threads = [threading.Thread(target=function, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_writers_that_run_at_once_lose_nothing(store: Store, id: str) -> None:
    create(store, id, a=b"1")

    def write(number: int) -> None:
        for turn in range(10):
            store.apply(id, Change("first", {f"{number}-{turn}": b"1"}))

    in_threads(8, write)
    assert len(fields(store, id) or ()) == 81


def test_the_lock_makes_reading_and_writing_one_step(store: Store, id: str) -> None:
    create(store, id, n=b"0")

    def count(number: int) -> None:
        for _ in range(10):
            with store.lock(id, timeout=30) as held:
                record = held.store.load(id)
                assert record is not None
                value = {"n": b"%d" % (int(record.fields["n"]) + 1)}
                held.store.apply(id, Change("first", value, token=held.token))

    in_threads(4, count)
    assert fields(store, id) == {"n": b"40"}


def test_who_waits_too_long_for_the_lock_is_told(store: Store, id: str) -> None:
    create(store, id, a=b"1")
    with store.lock(id, timeout=1):
        started = time.monotonic()
        with pytest.raises(SessionLockTimeout), store.lock(id, timeout=0.1):
            pass
        assert 0.09 < time.monotonic() - started < 5
    with store.lock(id, timeout=1):
        pass


def test_the_lock_of_one_session_does_not_stop_another(store: Store, id: str) -> None:
    other = secrets.token_urlsafe(32)
    create(store, id, a=b"1")
    create(store, other, a=b"1")
    with store.lock(id, timeout=1), store.lock(other, timeout=1) as held:
        held.store.apply(other, Change("first", {"b": b"1"}, token=held.token))
    assert fields(store, other) == {"a": b"1", "b": b"1"}


def test_a_locked_session_can_be_read_and_destroyed(store: Store, id: str) -> None:
    create(store, id, a=b"1")
    with store.lock(id, timeout=1) as held:
        assert fields(store, id) == {"a": b"1"}
        store.destroy(id)
        assert held.store.apply(id, Change("first", {"b": b"1"}, token=held.token)) is Outcome.GONE
    assert store.load(id) is None


def test_what_failed_under_the_lock_releases_it(store: Store, id: str) -> None:
    create(store, id, a=b"1")
    with pytest.raises(ZeroDivisionError), store.lock(id, timeout=1):
        1 / 0
    with store.lock(id, timeout=1):
        pass


def test_the_store_says_that_it_is_there(store: Store) -> None:
    store.ping()


def test_a_closed_store_can_be_used_again(store: Store, id: str) -> None:
    store.close()
    create(store, id, a=b"1")
    assert fields(store, id) == {"a": b"1"}
