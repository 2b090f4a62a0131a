"""Bodies of requests, with limits on the time that they may take."""

from __future__ import annotations

import collections.abc as cabc
import io
import sys
import time
import typing as t

from werkzeug.exceptions import RequestTimeout

from .bridge import REQUEST, Future, Receive, wait
from .inbox import AHEAD
from .permits import Permits

if t.TYPE_CHECKING:
    from _typeshed import WriteableBuffer

#: Bytes of a longer body that have to arrive within the timeout.
BLOCK = 16 * 1024
#: Bytes that are looked through for the end of a line at once.
GLIMPSE = 2048
#: Called with a body, or with what became of it instead.
Then = cabc.Callable[[bytes | OSError], None]


class ShortBodies:
    """Bodies that are read before the application is called; no thread waits for them."""

    def __init__(self, timeout: float) -> None:
        self._timeout = timeout
        self._pending: dict[_ShortBody, float] = {}

    def read(self, receive: Receive, length: int, then: Then) -> None:
        """Call *then* with *length* bytes, in the thread that has the last of them.

        It is called with ``ConnectionResetError`` when there are fewer, and with ``TimeoutError``
        when they do not come in time.
        """
        body = _ShortBody(receive, length, self._pending, then)
        self._pending[body] = time.monotonic() + self._timeout
        body.go_on()

    def refuse_overdue(self) -> None:
        now = time.monotonic()

        for body, deadline in list(self._pending.items()):
            if deadline < now:
                body.give_up()


class _ShortBody:
    __slots__ = ("_future", "_left", "_pending", "_pieces", "_receive", "_then")

    def __init__(
        self, receive: Receive, length: int, pending: dict[_ShortBody, float], then: Then
    ) -> None:
        self._receive = receive
        self._left = length
        self._pending = pending
        self._then = then
        self._pieces: list[bytes] = []
        self._future: Future | None = None

    def go_on(self) -> None:
        self._future = future = self._receive()
        future.add_done_callback(self._take)

        if self not in self._pending:  # given up in the meantime
            future.cancel()

    def _take(self, future: Future) -> None:
        self._future = None  # it knows this method: a cycle that nobody would free

        if future.cancelled():
            return

        message = future.result()

        if message["type"] != REQUEST:
            return self._end(ConnectionResetError("The body broke off."))

        self._pieces.append(message["body"])
        self._left -= len(message["body"])

        if self._left and message["more_body"]:
            self.go_on()
        elif self._left:
            self._end(ConnectionResetError("The body broke off."))
        else:
            self._end(b"".join(self._pieces))

    def give_up(self) -> None:
        if self._pending.pop(self, None) is None:
            return

        if (future := self._future) is not None:
            future.cancel()

        self._then(TimeoutError("The body took too long."))

    def _end(self, outcome: bytes | OSError) -> None:
        if self._pending.pop(self, None) is not None:
            self._then(outcome)


class LongBody(io.RawIOBase):
    """A body that is read while the application runs, with a limit on the time of each block.

    :param length: as announced; None for a body in chunks.
    """

    def __init__(
        self, receive: Receive, length: int | None, timeout: float, permits: Permits
    ) -> None:
        self._receive = receive
        self._left = length
        self._timeout = timeout
        self._permits = permits
        #: What has arrived, and how much of it was read.
        self._ahead, self._at = b"", 0
        self._future: Future | None = None
        self._over = False
        self._stalled = False
        self._broken = ""
        #: Seconds and bytes that are left of the block that is being waited for.
        self._seconds, self._bytes = timeout, BLOCK
        #: When the application read last, or was first seen not to.
        self._last_read: float | None = None

    @property
    def is_finished(self) -> bool:
        """Whether nothing is left that the client may still be sending."""
        return self._over and not self._broken

    def readable(self) -> bool:
        return True

    def read(self, size: int | None = -1, /) -> bytes:
        """Return *size* bytes, or fewer at the end.

        Raises :exc:`~werkzeug.exceptions.RequestTimeout` when the client is too slow, and
        ``ConnectionResetError`` when it is gone before the end.
        """
        pieces = []
        left = sys.maxsize if size is None or size < 0 else size

        while left and (data := self._some(left)):
            pieces.append(data)
            left -= len(data)

        return b"".join(pieces)

    def readinto(self, buffer: WriteableBuffer) -> int:
        view = memoryview(buffer).cast("B")
        data = self._some(len(view))
        view[: len(data)] = data
        return len(data)

    def peek(self, size: int = 0, /) -> bytes:
        """Return what the next read would begin with; without it `readline` reads byte by byte.

        It is not all there is: `readline` looks again for each line.
        """
        self._arrive()
        return self._ahead[self._at : self._at + GLIMPSE]

    def _some(self, size: int) -> bytes:
        self._arrive()
        data = self._ahead[self._at : self._at + size]
        self._at += len(data)
        self._last_read = time.monotonic()
        return data

    def _arrive(self) -> None:
        """Wait until something is there, or the end."""
        self._raise_failure()

        while not self._unread and not self._over:
            self._wait()
            self._raise_failure()

    @property
    def _unread(self) -> int:
        return len(self._ahead) - self._at

    def _raise_failure(self) -> None:
        if self._broken:
            raise ConnectionResetError(self._broken)

        if self._stalled:
            raise RequestTimeout()

    def _wait(self) -> None:
        future = self._expect()
        began = time.monotonic()
        self._permits.give_back()

        try:
            in_time = wait(future, max(self._seconds, 0))
            # Before it stands in line again, for that is not the client's time.
            self._seconds -= time.monotonic() - began
        finally:
            self._permits.take()

        if in_time:
            self._accept(future)
        else:
            self._stalled = True
            self._let_go()

    def _expect(self) -> Future:
        if self._future is None:
            self._future = self._receive()

        return self._future

    def _accept(self, future: Future) -> None:
        self._future = None
        message = future.result()

        if message["type"] != REQUEST:
            self._broken = "The body broke off."
            return

        data = message["body"]
        self._ahead, self._at = self._ahead[self._at :] + data, 0
        self._bytes -= len(data)

        if self._bytes <= 0:
            self._seconds, self._bytes = self._timeout, BLOCK

        if self._left is not None:
            self._left -= len(data)

        self._over = self._left == 0 or not message["more_body"]

        if self._over and self._left:
            self._broken = f"{self._left} bytes of the body are missing"

    def is_cut_off(self) -> bool:
        """Whether the client is gone, as far as can be seen without waiting.

        It is read ahead for that. What the application does not take hides what is behind it; if
        that lasts for the timeout, the body is thrown away.
        """
        if self._last_read is None:
            self._last_read = time.monotonic()

        if self._unread >= AHEAD and time.monotonic() - self._last_read > self._timeout:
            self._stalled = True

        if self._stalled:
            self._ahead, self._at = b"", 0

        if self._unread < AHEAD and not self._over and self._expect().done():
            self._accept(self._expect())

        return bool(self._broken)

    def _let_go(self) -> None:
        if self._future is not None:
            self._future.cancel()
            self._future = None

    def close(self) -> None:
        self._let_go()
        super().close()


class Departure:
    """Tells whether the client of a stream has left; Granian takes what is sent to nobody.

    PERF: nobody looks at first; a stream of two chunks takes 32 µs in place of 38.
    """

    #: Chunks and seconds of a stream after which somebody looks, again and again.
    CHUNKS, SECONDS = 8, 0.5

    def __init__(self, receive: Receive, body: LongBody | None) -> None:
        self._receive = receive
        self._body = body
        self._chunks = 0
        self._began = time.monotonic()
        self._future: Future | None = None

    def is_seen(self) -> bool:
        """Whether the client had left; to be asked after each chunk."""
        self._chunks += 1

        if self._chunks < self.CHUNKS and time.monotonic() - self._began < self.SECONDS:
            return False

        self._chunks, self._began = 0, time.monotonic()
        # What is sent to nobody never waits; another thread brings the news, if it may run.
        time.sleep(0)

        if self._body is not None and not self._body.is_finished:
            return self._body.is_cut_off()

        if self._future is None:
            self._future = self._receive()

        while self._future.done():
            if self._future.result()["type"] != REQUEST:
                return True

            self._future = self._receive()  # that was the end of the body

        return False

    def forget(self) -> None:
        if self._future is not None:
            self._future.cancel()
