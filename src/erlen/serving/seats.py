"""How many threads of Granian's pool may answer requests."""

from __future__ import annotations

import collections
import collections.abc as cabc
import threading
import traceback

Job = tuple[cabc.Callable[..., object], tuple[object, ...]]


class Seats:
    """Keeps some threads of the pool free; what requests wait for is brought by those.

    A request outlives the connection of a client that leaves, so that there can be more requests
    than connections. One for which there is no seat stands in line, without a thread.
    """

    def __init__(self, number: int) -> None:
        self._number = self._free = number
        self._line: collections.deque[Job] = collections.deque()
        self._lock = threading.Lock()

    @property
    def are_empty(self) -> bool:
        return self._free == self._number

    def take(
        self, waits: cabc.Callable[[], object], function: cabc.Callable[..., object], *args: object
    ) -> None:
        """Call *function* here and now, or later in a thread that gets up from its seat.

        :param waits: called before *function* stands in line.
        """
        job: Job | None = function, args

        with self._lock:
            is_seated = self._free > 0
            self._free -= is_seated

        if not is_seated:
            waits()
            job = self._line_up((function, args))

        while job is not None:
            _run(*job)
            job = self._next()

    def _line_up(self, job: Job) -> Job | None:
        """Return *job* if there is a seat for it by now."""
        with self._lock:
            if not self._free:
                self._line.append(job)
                return None

            self._free -= 1
            return job

    def _next(self) -> Job | None:
        with self._lock:
            if self._line:
                return self._line.popleft()

            self._free += 1
            return None


def _run(function: cabc.Callable[..., object], args: tuple[object, ...]) -> None:
    try:
        function(*args)
    except BaseException:
        traceback.print_exc()  # nobody else is there to see it
