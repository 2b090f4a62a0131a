"""Answers of an application, handed to Granian."""

from __future__ import annotations

import collections.abc as cabc
import typing as t

from .bodies import Departure, LongBody, Permits
from .bridge import BODY, START, Exchange, Protocol, wait

Pairs = list[tuple[str, str]]


class Start:
    """PEP 3333's ``start_response``."""

    __slots__ = ("first", "headers", "status")

    def __init__(self) -> None:
        self.status = 0
        self.headers: Pairs = []
        self.first = b""

    def __call__(
        self, status: str, headers: Pairs, exc_info: t.Any = None, /
    ) -> cabc.Callable[[bytes], object]:
        self.status = int(status[:3])
        self.headers = headers
        return self.write

    def write(self, data: bytes) -> None:
        self.first += data


def send_head(protocol: Protocol, status: int, headers: Pairs) -> None:
    """Hand over what Granian sends with the first bytes of the body."""
    pairs = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers]
    protocol.send({"type": START, "status": status, "headers": pairs})


def send_whole(protocol: Protocol, status: int, headers: Pairs, body: bytes) -> None:
    send_head(protocol, status, headers)
    protocol.send({"type": BODY, "body": body})


class Stream:
    """A body that is made while it is sent; a permit is held only while a chunk is made."""

    def __init__(
        self, body: cabc.Iterable[bytes], start: Start, permits: Permits, unread: LongBody | None
    ) -> None:
        self._body = body
        self._start = start
        self._permits = permits
        self._unread = unread
        self._begun = False

    def send(self, exchange: Exchange, headers: Pairs) -> int:
        """Send all of it, or until the client leaves; return the status that was sent.

        One that fails is broken off, so that the client does not take a part for the whole.
        """
        departure = Departure(exchange.proto.receive, self._unread)

        try:
            send_head(exchange.proto, self._start.status, headers)
            self._send_chunks(exchange.proto, departure)
        except BaseException as exc:
            exchange.err(exc)
            return self._start.status if self._begun else 500
        finally:
            departure.forget()

        return self._start.status

    def _send_chunks(self, protocol: Protocol, departure: Departure) -> None:
        try:
            for chunk in self._chunks():
                self._begun = True
                wait(protocol.send({"type": BODY, "body": chunk, "more_body": True}))

                if departure.is_seen():
                    return
        finally:
            self._close()

        protocol.send({"type": BODY, "body": b""})

    def _chunks(self) -> cabc.Iterator[bytes]:
        if self._start.first:
            yield self._start.first

        chunks = iter(self._body)

        while True:
            self._permits.take()

            try:
                chunk = bytes(next(chunks))
            except StopIteration:
                return
            finally:
                self._permits.give_back(None)

            if chunk:
                yield chunk

    def _close(self) -> None:
        close = getattr(self._body, "close", None)

        if close is None:
            return

        self._permits.take()

        try:
            close()
        finally:
            self._permits.give_back(None)


def begun(body: cabc.Iterable[bytes], start: Start) -> cabc.Iterable[bytes]:
    """Make a middleware that is a generator call ``start_response``."""
    if not start.status:
        chunks = iter(body)
        start.write(next(chunks, b""))
        return _Rest(chunks, body)

    return body


class _Rest:
    """What is left of a body that was begun; closing closes the body itself."""

    def __init__(self, chunks: cabc.Iterator[bytes], body: t.Any) -> None:
        self._chunks = chunks
        self.close = getattr(body, "close", lambda: None)

    def __iter__(self) -> cabc.Iterator[bytes]:
        return self._chunks
