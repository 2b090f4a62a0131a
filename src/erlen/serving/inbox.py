"""What the client of one request sends, and the news that it has left."""

from __future__ import annotations

import collections
import collections.abc as cabc
import threading

from .bridge import REQUEST, Future, Receive, promised

#: Bytes, and pieces, that are received ahead of the application while a request stands in line.
AHEAD, PIECES = 64 * 1024, 64


class Inbox:
    """Granian's ``receive`` for one request, with an eye on the client while nobody reads.

    A client is seen to leave only by whoever receives, so what it sent before comes first; it is
    kept for the application.
    """

    __slots__ = ("_ahead", "_receive", "_watch")

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self._ahead: collections.deque[Future] = collections.deque()
        self._watch: _Watch | None = None

    def __call__(self) -> Future:
        return self._ahead.popleft() if self._ahead else promised(self._receive())

    def watch(self, then: cabc.Callable[[], object] | None = None) -> None:
        """Look for the client, and call *then* when it leaves, until `has_left` is asked.

        *then* may be called in any thread. Nobody may receive in the meantime.
        """
        self._watch = _Watch(self._receive, self._ahead, then)
        self._watch.look()

    def has_left(self) -> bool:
        """Whether the client left while it was watched; the watch is over."""
        watch, self._watch = self._watch, None

        if watch is None:
            return False

        self._ahead, has_left = watch.end()
        return has_left

    def close(self) -> None:
        """Let go of the client: Granian closes no connection that somebody waits for."""
        self.has_left()

        while self._ahead:
            self._ahead.pop().cancel()


class _Watch:
    """Receives, in the threads that bring what comes.

    Nothing is called off in the end, for a piece that arrives meanwhile would be lost; but a future
    that knows its watch must not be known to it any more: a cycle that nobody would free.
    """

    def __init__(
        self,
        receive: Receive,
        ahead: collections.deque[Future],
        then: cabc.Callable[[], object] | None,
    ) -> None:
        self._receive = receive
        self._ahead = ahead
        self._then = then
        self._lock = threading.RLock()
        self._pieces = self._bytes = 0
        self._has_left = self._is_over = False

    def look(self) -> None:
        """Look at the next message, if it is not too much for keeping."""
        # Calling back is arranged for within the lock: once the watch is over, somebody else may
        # do so, and a future remembers one of them. It may call back at once.
        with self._lock:
            if self._is_over or self._pieces >= PIECES or self._bytes >= AHEAD:
                return

            if self._pieces == len(self._ahead):
                self._ahead.append(promised(self._receive()))

            self._pieces += 1
            self._ahead[self._pieces - 1].add_done_callback(self._take)

    def _take(self, future: Future) -> None:
        with self._lock:
            if self._is_over:
                return

            message = future.result()

            if message["type"] == REQUEST:
                self._bytes += len(message["body"])
                return self.look()

            self._has_left = True

        if self._then is not None:
            self._then()

    def end(self) -> tuple[collections.deque[Future], bool]:
        with self._lock:
            self._is_over = True
            ahead, self._ahead = self._ahead, collections.deque()
            return ahead, self._has_left
