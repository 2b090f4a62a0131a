"""Waiting for a lock that another request holds."""

from __future__ import annotations

import collections.abc as cabc
import random
import time

from ..failures import SessionLockTimeout


def wait_for(attempt: cabc.Callable[[], bool], timeout: float) -> None:
    """Call *attempt* in ever longer, random intervals until it succeeds.

    :raises SessionLockTimeout: *timeout* seconds are over.
    """
    deadline = time.monotonic() + timeout
    pause = 0.001
    while not attempt():
        left = deadline - time.monotonic()
        if left <= 0:
            raise waited_too_long(timeout)
        time.sleep(min(left, pause * random.uniform(0.5, 1)))
        pause = min(pause * 1.5, 0.02)


def waited_too_long(timeout: float) -> SessionLockTimeout:
    """Return the exception for who waited *timeout* seconds in vain."""
    return SessionLockTimeout(
        f"The session is locked by another request, for longer than {timeout:g} seconds. Keep"
        " blocks under session.lock() short, or wait longer: session.lock(timeout=…)."
    )
