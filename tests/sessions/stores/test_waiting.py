"""Waiting for a lock."""

from __future__ import annotations

import pytest

from erlen.sessions import SessionLockTimeout
from erlen.sessions.stores.waiting import wait_for


class Attempts:
    """The last of so many succeeds; 0: none does."""

    def __init__(self, needed: int) -> None:
        self.needed = needed
        self.made = 0

    def __call__(self) -> bool:
        self.made += 1
        return self.made == self.needed


def test_what_succeeds_at_once_is_tried_once() -> None:
    attempts = Attempts(1)
    wait_for(attempts, timeout=0)
    assert attempts.made == 1


def test_what_fails_is_tried_again_until_it_succeeds() -> None:
    attempts = Attempts(5)
    wait_for(attempts, timeout=30)
    assert attempts.made == 5


def test_who_waits_in_vain_is_told_for_how_long_and_what_to_do() -> None:
    attempts = Attempts(0)
    with pytest.raises(SessionLockTimeout, match=r"longer than 0.1 seconds.*lock\(timeout=…\)"):
        wait_for(attempts, timeout=0.1)
    assert attempts.made > 1
