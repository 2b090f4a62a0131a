"""How many threads of Granian's pool may answer requests."""

from __future__ import annotations

import collections
import collections.abc as cabc
import threading
import traceback
import typing as t


class Visitor(t.Protocol):
    """Who asks for a seat."""

    def stand_in_line(self) -> None:
        """Called before there is none."""


V = t.TypeVar("V", bound=Visitor)


class Seats(t.Generic[V]):
    """Keeps some threads of the pool free; what requests wait for is brought by those.

    A request outlives the connection of a client that leaves, so that there can be more requests
    than connections. One for which there is no seat stands in line, without a thread.

    :param serve: called with each visitor that has a seat.
    """

    def __init__(self, number: int, serve: cabc.Callable[[V], object]) -> None:
        self._number = self._free = number
        self._serve = serve
        self._line: collections.deque[V] = collections.deque()
        self._lock = threading.Lock()

    @property
    def are_empty(self) -> bool:
        return self._free == self._number

    def take(self, visitor: V) -> None:
        """Have *visitor* served, here and now or in a thread that gets up from its seat."""
        seated: V | None = visitor

        if not self._sit_down():
            visitor.stand_in_line()
            seated = self._line_up(visitor)

        while seated is not None:
            try:
                self._serve(seated)
            except BaseException:
                traceback.print_exc()  # nobody else is there to see it

            seated = self._next()

    def _sit_down(self) -> bool:
        with self._lock:
            if not self._free:
                return False

            self._free -= 1
            return True

    def _line_up(self, visitor: V) -> V | None:
        """Return *visitor* if there is a seat by now."""
        with self._lock:
            if not self._free:
                self._line.append(visitor)
                return None

            self._free -= 1
            return visitor

    def _next(self) -> V | None:
        with self._lock:
            if self._line:
                return self._line.popleft()

            self._free += 1
            return None
