"""Answers of an application, handed to Granian."""

from __future__ import annotations

import collections.abc as cabc
import typing as t

from .bodies import Departure, LongBody
from .bridge import BODY, START, Exchange, Protocol, Receive, wait
from .permits import Permits

Pairs = list[tuple[str, str]]


class Start:
    """PEP 3333's ``start_response``."""

    __slots__ = ("first", "headers", "is_sent", "status")

    def __init__(self) -> None:
        self.status = 0
        self.headers: Pairs = []
        self.first = b""
        self.is_sent = False

    def __call__(
        self, status: str, headers: Pairs, exc_info: t.Any = None, /
    ) -> cabc.Callable[[bytes], object]:
        if self.status:
            self._start_again(exc_info)

        self.status = _number(status)
        self.headers = headers
        return self.write

    def _start_again(self, exc_info: t.Any) -> None:
        if exc_info is None:
            raise AssertionError("start_response is called again only for an error.")

        if self.is_sent:
            raise exc_info[1].with_traceback(exc_info[2])

    def require(self) -> None:
        """Raise for an application that returned without having started."""
        if not self.status:
            raise AssertionError("The application did not call start_response.")

    def write(self, data: bytes) -> None:
        self.first += data


def _number(status: str) -> int:
    number = int(status[:3])

    if number < 100:  # Granian would abort the worker
        raise ValueError(f"{status!r} is no HTTP status.")

    return number


def send_head(protocol: Protocol, status: int, headers: Pairs) -> None:
    """Hand over what Granian sends with the first bytes of the body."""
    pairs = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers]
    protocol.send({"type": START, "status": status, "headers": pairs})


def send_whole(protocol: Protocol, status: int, headers: Pairs, body: bytes) -> None:
    send_head(protocol, status, headers)

    if _has_another_length(headers, len(body)):
        # What is in one piece is sent without a look at its length, and what is too long would
        # be read as the next answer. In two pieces it is cut, or the connection closed.
        wait(protocol.send({"type": BODY, "body": body, "more_body": True}))
        body = b""

    protocol.send({"type": BODY, "body": body})


def _has_another_length(headers: Pairs, length: int) -> bool:
    for name, value in headers:
        if len(name) == 14 and name.lower() == "content-length":
            return value != str(length)

    return False


class Stream:
    """A body that is made while it is sent; a permit is held only while a chunk is made."""

    def __init__(
        self, body: cabc.Iterable[bytes], start: Start, permits: Permits, unread: LongBody | None
    ) -> None:
        self._body = body
        self._start = start
        self._permits = permits
        self._unread = unread

    def send(self, exchange: Exchange, receive: Receive, headers: Pairs) -> int:
        """Send all of it, or until the client leaves; return the status that was sent.

        One that fails is broken off, so that the client does not take a part for the whole.
        """
        departure = Departure(receive, self._unread)

        try:
            self._send_all(exchange.proto, headers, departure)
        except BaseException as exc:
            exchange.err(exc)
            return self._start.status if self._start.is_sent else 500
        finally:
            departure.forget()

        return self._start.status

    def _send_all(self, protocol: Protocol, headers: Pairs, departure: Departure) -> None:
        is_whole = False

        try:
            send_head(protocol, self._start.status, headers)
            is_whole = self._send_chunks(protocol, departure)
        finally:
            try:
                self._close()
            finally:
                if is_whole:
                    protocol.send({"type": BODY, "body": b""})

    def _send_chunks(self, protocol: Protocol, departure: Departure) -> bool:
        for chunk in self._chunks():
            # A stream that only waits, and says so with empty chunks, may do it for nobody.
            if chunk:
                self._start.is_sent = True
                wait(protocol.send({"type": BODY, "body": chunk, "more_body": True}))

            if departure.is_seen():
                return False

        return True

    def _chunks(self) -> cabc.Iterator[bytes]:
        if self._start.first:
            yield self._start.first

        chunks = iter(self._body)

        while True:
            self._permits.take()

            try:
                chunk = next(chunks)
            except StopIteration:
                return
            finally:
                self._permits.give_back()

            yield chunk if type(chunk) is bytes else bytes(memoryview(chunk))

    def _close(self) -> None:
        close = getattr(self._body, "close", None)

        if close is None:
            return

        self._permits.take()

        try:
            close()
        finally:
            self._permits.give_back()


def begun(body: cabc.Iterable[bytes], start: Start) -> cabc.Iterable[bytes]:
    """Make a middleware that is a generator call ``start_response``."""
    if start.status:
        return body

    chunks = iter(body)
    rest = _Rest(chunks, body)

    try:
        start.write(next(chunks, b""))
        start.require()
    except BaseException:
        rest.close()
        raise

    return rest


class _Rest:
    """What is left of a body that was begun; closing closes the body itself."""

    def __init__(self, chunks: cabc.Iterator[bytes], body: t.Any) -> None:
        self._chunks = chunks
        self.close = getattr(body, "close", lambda: None)

    def __iter__(self) -> cabc.Iterator[bytes]:
        return self._chunks
