"""Bodies of requests as Granian hands them over, made fit for an application.

Granian's ``wsgi.input`` waits for ever, gives what came of a body that broke off as if it were
all, and has a `readline` that drops bytes. Only its ``read(size)`` is used here.
"""

from __future__ import annotations

import collections.abc as cabc
import io
import queue
import sys
import threading
import time
import typing as t

from werkzeug.exceptions import RequestTimeout

if t.TYPE_CHECKING:
    from _typeshed import WriteableBuffer

#: Bytes of a longer body that have to arrive within the timeout.
BLOCK = 16 * 1024


class Source(t.Protocol):
    """Granian's body, or what stands for it in a test."""

    def read(self, size: int, /) -> bytes: ...


class Permits:
    """How many requests are worked on at once; one that waits for its client gives its permit back.

    A thread costs little, so every connection may have one. What is scarce is what applications
    hold while they work, such as connections to a database.
    """

    def __init__(self, number: int) -> None:
        # PERF: 0.06 µs to take and give back; threading.Semaphore, written in Python, 2.2 µs.
        free: queue.SimpleQueue[None] = queue.SimpleQueue()
        self.take = free.get
        self.give_back = free.put

        for _ in range(number):
            free.put(None)


class LongBody(io.RawIOBase):
    """A body that is read while the application runs, with a limit on the time of each block.

    Granian's read cannot be interrupted. It runs in a thread of its own, which stays with a
    client that stalls, while the application goes on.

    :param length: as announced; None for a body in chunks, which ends where Granian ends it.
    """

    def __init__(
        self, source: Source, length: int | None, timeout: float, permits: Permits
    ) -> None:
        self._source = source
        self._left = length
        self._timeout = timeout
        self._permits = permits
        self._orders: queue.SimpleQueue[int] = queue.SimpleQueue()
        self._blocks: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        self._ahead = b""
        self._stalled = False
        self._reader: threading.Thread | None = None

    @property
    def is_finished(self) -> bool:
        """Whether nothing is left that the client may still be sending."""
        return self._left == 0 and not self._stalled

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
        """Return what the next read would begin with; without it `readline` reads byte by byte."""
        if not self._ahead:
            self._ahead = self._block(BLOCK)

        return self._ahead

    def _some(self, size: int) -> bytes:
        if self._ahead:
            data, self._ahead = self._ahead[:size], self._ahead[size:]
            return data

        return self._block(size)

    def _block(self, size: int) -> bytes:
        size = min(size, BLOCK if self._left is None else min(BLOCK, self._left))
        data = self._order(size) if size else b""

        if self._left is None:
            self._left = 0 if size and not data else None
        elif size and not data:
            raise ConnectionResetError(f"{self._left} bytes of the body are missing")
        else:
            self._left -= len(data)

        return data

    def _order(self, size: int) -> bytes:
        if self._stalled:  # the reader still waits; what it gets belongs to an earlier read
            raise RequestTimeout()

        if self._reader is None:
            self._reader = threading.Thread(
                target=_read_on_order, args=(self._source, self._orders, self._blocks), daemon=True
            )
            self._reader.start()

        self._orders.put(size)
        self._permits.give_back(None)

        try:
            return self._blocks.get(timeout=self._timeout)
        except queue.Empty:
            self._stalled = True
            raise RequestTimeout() from None
        finally:
            self._permits.take()

    def close(self) -> None:
        self._orders.put(0)
        super().close()


def _read_on_order(
    source: Source, orders: queue.SimpleQueue[int], blocks: queue.SimpleQueue[bytes]
) -> None:
    # Knows nothing of the body it works for, so that the body can be collected and closed.
    while size := orders.get():
        blocks.put(source.read(size))


class ShortBodies:
    """Reads bodies before the application is called, so that it never waits for them.

    :param refuse: called with what was passed to `read` for a body that takes too long, from
        another thread; the read itself ends when the client does something.
    """

    def __init__(self, timeout: float, refuse: cabc.Callable[[t.Any], None]) -> None:
        self._timeout = timeout
        self._refuse = refuse
        self._pending: dict[int, tuple[float, t.Any]] = {}

    def read(self, source: Source, length: int, client: t.Any) -> bytes:
        """Return *length* bytes.

        Raises ``ConnectionResetError`` when there are fewer, and ``TimeoutError`` when they came
        after `refuse` was called.
        """
        ticket = id(source)
        self._pending[ticket] = time.monotonic() + self._timeout, client
        data = source.read(length)

        if self._pending.pop(ticket, None) is None:
            raise TimeoutError("The body took too long.")

        if len(data) < length:
            raise ConnectionResetError("The body broke off.")

        return data

    def refuse_overdue(self) -> None:
        now = time.monotonic()

        for ticket, (deadline, client) in list(self._pending.items()):
            if deadline < now and self._pending.pop(ticket, None) is not None:
                self._refuse(client)
