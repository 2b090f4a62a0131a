"""One after the other, in the order of arrival."""

from __future__ import annotations

import collections
import threading


class Turns:
    """A lock that goes to whoever has waited longest.

    Python's locks and conditions go to whoever is quickest, and that is a thread which is
    running: one that gives a connection back and takes the next would leave none to those
    that wait.
    """

    def __init__(self) -> None:
        self._mutex = threading.Lock()
        self._waiters: collections.deque[threading.Lock] = collections.deque()
        self._is_taken = False

    def __len__(self) -> int:
        """Return how many wait."""
        return len(self._waiters)

    def take(self, seconds: float | None) -> bool:
        """Wait for a turn, for ever if *seconds* is None; tell whether it came."""
        with self._mutex:
            if not self._is_taken:
                self._is_taken = True
                return True
            waiter = threading.Lock()
            waiter.acquire()
            self._waiters.append(waiter)
        came = False
        try:
            came = waiter.acquire(timeout=-1 if seconds is None else seconds)
        finally:
            if not came:
                self._withdraw(waiter)
        return came

    def _withdraw(self, waiter: threading.Lock) -> None:
        with self._mutex:
            if waiter in self._waiters:
                self._waiters.remove(waiter)
                return
        self.pass_on()  # the turn came in the moment in which the time was over

    def pass_on(self) -> None:
        """End one's turn."""
        with self._mutex:
            if self._waiters:
                self._waiters.popleft().release()
            else:
                self._is_taken = False
