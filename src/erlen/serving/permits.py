"""How many requests of a worker are worked on at once."""

from __future__ import annotations

import collections
import threading


class Turn:
    """A place in the line for a permit."""

    __slots__ = ("_settled", "has_come")

    def __init__(self) -> None:
        self.has_come = False
        self._settled = threading.Lock()
        self._settled.acquire()

    def settle(self, has_come: bool) -> None:
        self.has_come = has_come
        self._settled.release()

    def wait(self) -> None:
        """Wait until a permit is handed over, or the place in line given up."""
        self._settled.acquire()


class Permits:
    """One for each request that is worked on; one that waits for its client gives its permit back.

    A thread costs little, so every connection may have one. What is scarce is what applications
    hold while they work, such as connections to a database.

    Who comes first is served first. A permit that is given back while somebody waits is that
    one's at once, so that a quick stream, which gives back and takes with each chunk, does not
    overtake those that stand in line.
    """

    def __init__(self, number: int) -> None:
        # PERF: 0.12 µs to take and give back; the lock is only for those that meet a line.
        self._free: collections.deque[None] = collections.deque([None] * number)
        self._line: collections.deque[Turn] = collections.deque()
        self._lock = threading.Lock()

    def ask(self) -> Turn | None:
        """Take a permit, or return a place in line, which has to be waited for or forsaken."""
        if not self._line:
            try:
                return self._free.pop()
            except IndexError:
                pass  # all are taken

        turn = Turn()

        with self._lock:
            self._line.append(turn)
            self._hand_over()

        return turn

    def take(self) -> None:
        turn = self.ask()

        if turn is not None:
            turn.wait()

    def give_back(self) -> None:
        self._free.append(None)

        # Looked at after the permit is free, as `ask` looks for one after it stands in line: one
        # of the two sees the other.
        if self._line:
            with self._lock:
                self._hand_over()

    def _hand_over(self) -> None:
        while self._line:
            try:
                self._free.pop()
            except IndexError:
                return

            self._line.popleft().settle(True)

    def leave(self, turn: Turn) -> None:
        """Give up the place in line, in whatever thread; nothing happens if the turn has come."""
        with self._lock:
            try:
                self._line.remove(turn)
            except ValueError:
                return

        turn.settle(False)

    def forsake(self, turn: Turn) -> None:
        """Give up the place in line, or the permit itself if the turn has come."""
        self.leave(turn)

        if turn.has_come:
            self.give_back()
