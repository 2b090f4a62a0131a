"""Granian's side of a request, without an event loop.

Granian's WSGI interface loses what an application has to know: which names had underscores, which
values were not ASCII, which body broke off. Its ASGI interface keeps all of that. What ASGI asks
for besides, an event loop that runs coroutines, is not needed: Granian calls a scheduler for each
request in a thread of a pool, and that thread may as well answer the request. And it tells a loop
when what is waited for has come: `Inline` calls back in the thread that says so.
"""

from __future__ import annotations

import collections.abc as cabc
import threading
import typing as t

Message = dict[str, t.Any]

#: ASGI's types of messages.
REQUEST, DISCONNECT = "http.request", "http.disconnect"
START, BODY = "http.response.start", "http.response.body"


class Future(t.Protocol):
    """What Granian has promised; it lives outside Python, and no cycle through it is ever freed."""

    def add_done_callback(self, callback: cabc.Callable[[Future], object], /) -> None: ...

    def done(self) -> bool: ...

    def cancel(self) -> bool: ...

    def cancelled(self) -> bool: ...

    def result(self) -> Message: ...


Receive = cabc.Callable[[], Future]


class Protocol(t.Protocol):
    """Granian's connection, for one request."""

    def receive(self) -> Future: ...

    #: Returns a future when there is no room, and something else when the message was taken.
    def send(self, message: Message, /) -> object: ...


class Exchange(t.Protocol):
    """A request and its answer."""

    @property
    def scope(self) -> Message: ...

    @property
    def proto(self) -> Protocol: ...

    def done(self) -> None:
        """Let go of the body; break off an answer that is not complete."""

    def err(self, exc: BaseException, /) -> None:
        """Log *exc*, answer 500 if there is no answer yet, and do as `done` does."""


class Inline:
    """Stands for an event loop: what is to be called soon is called now."""

    @staticmethod
    def call_soon(
        callback: cabc.Callable[[Future], object], future: Future, context: object = None
    ) -> None:
        callback(future)

    call_soon_threadsafe = call_soon


class _Departure:
    """What is left to receive from a client that has left."""

    @staticmethod
    def add_done_callback(callback: cabc.Callable[[Future], object], /) -> None:
        callback(GONE)

    @staticmethod
    def done() -> bool:
        return True

    @staticmethod
    def cancel() -> bool:
        return False

    @staticmethod
    def cancelled() -> bool:
        return False

    @staticmethod
    def result() -> Message:
        return {"type": DISCONNECT}


GONE: Future = _Departure()


def promised(received: t.Any) -> Future:
    """Return what ``receive`` returned as a future.

    Granian has none for a client that it has already said to have left.
    """
    return received if hasattr(received, "done") else GONE


def wait(future: t.Any, seconds: float = -1) -> bool:
    """Wait until *future* is done; false when it is not after *seconds*."""
    if not hasattr(future, "done") or future.done():
        return True

    arrived = threading.Lock()
    arrived.acquire()
    future.add_done_callback(lambda _: arrived.release())
    return arrived.acquire(timeout=seconds)
