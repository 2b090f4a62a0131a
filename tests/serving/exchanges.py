"""Granian's side of a request, played in one process."""

from __future__ import annotations

import threading
import typing as t
from collections.abc import Callable, Iterable

from erlen.serving.bridge import BODY, DISCONNECT, REQUEST, START, Message

PATIENCE = 10.0


def piece(data: bytes, more: bool = True) -> Message:
    return {"type": REQUEST, "body": data, "more_body": more}


END, GONE = piece(b"", more=False), {"type": DISCONNECT}


class Promise:
    """A future whose result comes when the test says so."""

    def __init__(self, message: Message | None = None) -> None:
        self._message = message
        self._cancelled = False
        self._callback: Callable[[t.Any], object] | None = None

    def add_done_callback(self, callback: Callable[[t.Any], object]) -> None:
        self._callback = callback
        if self.done():
            callback(self)

    def keep(self, message: Message) -> None:
        if self._cancelled:
            return
        self._message = message
        if self._callback is not None:
            self._callback(self)

    def done(self) -> bool:
        return self._cancelled or self._message is not None

    def cancel(self) -> bool:
        if self.done():
            return False
        self._cancelled = True
        if self._callback is not None:
            self._callback(self)
        return True

    def cancelled(self) -> bool:
        return self._cancelled

    def result(self) -> Message:
        assert self._message is not None
        return self._message


class Connection:
    """What the client sends, and what it is sent; after `messages` it stalls."""

    def __init__(self, messages: Iterable[Message] = ()) -> None:
        self._messages = list(messages)
        self.promises: list[Promise] = []
        self.head: Message = {}
        self.chunks: list[bytes] = []
        self.complete = threading.Event()

    def receive(self) -> Promise:
        self.promises.append(Promise(self._messages.pop(0) if self._messages else None))
        return self.promises[-1]

    def send(self, message: Message) -> object:
        if message["type"] == START:
            self.head = message
        else:
            assert message["type"] == BODY
            self.chunks.append(message["body"])
            if not message.get("more_body"):
                self.complete.set()
        return None

    @property
    def is_let_go(self) -> bool:
        """Whether nobody waits for the client any more."""
        return all(each.done() for each in self.promises)


class Exchange:
    def __init__(self, scope: Message, connection: Connection) -> None:
        self.scope = scope
        self.proto = connection
        self.errors: list[BaseException] = []
        self.is_done = False

    def done(self) -> None:
        self.is_done = True

    def err(self, exc: BaseException) -> None:
        self.errors.append(exc)
        self.is_done = True

    @property
    def status(self) -> int:
        return int(self.proto.head["status"])

    @property
    def headers(self) -> list[tuple[bytes, bytes]]:
        return list(self.proto.head["headers"])

    @property
    def body(self) -> bytes:
        return b"".join(self.proto.chunks)


def make_scope(*headers: tuple[bytes, bytes], **more: t.Any) -> Message:
    return {
        "http_version": "1.1",
        "server": ("127.0.0.1", "8000"),
        "client": ("10.0.0.1", "5000"),
        "scheme": "http",
        "method": "POST",
        "raw_path": b"/",
        "query_string": b"",
        "headers": [(b"host", b"localhost"), *headers],
        **more,
    }
