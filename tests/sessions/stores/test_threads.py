"""Locks between threads."""

from __future__ import annotations

import threading

import pytest

from erlen.sessions import SessionLockTimeout
from erlen.sessions.stores.threads import ThreadLocks


def test_who_waited_for_a_lock_keeps_out_who_comes_later() -> None:
    locks = ThreadLocks()
    is_held, may_leave = threading.Event(), threading.Event()

    def wait_for_it() -> None:
        with locks.hold("name", timeout=30):
            is_held.set()
            may_leave.wait(30)

    with locks.hold("name", timeout=30):
        waiter = threading.Thread(target=wait_for_it)
        waiter.start()
    assert is_held.wait(30)
    with pytest.raises(SessionLockTimeout), locks.hold("name", timeout=0.01):
        pass
    may_leave.set()
    waiter.join()


def test_a_lock_that_nobody_wants_any_more_is_forgotten() -> None:
    locks = ThreadLocks()
    with locks.hold("name", timeout=1), locks.hold("other", timeout=1):
        with pytest.raises(SessionLockTimeout), locks.hold("name", timeout=0):
            pass
        assert set(locks._entries) == {"name", "other"}
    assert locks._entries == {}
