"""Bodies as servers hand them over: whole, in dribs and drabs, cut off, or with an error inside."""

from __future__ import annotations

import http.client
import io
import random
import typing as t

#: What servers raise when the client is gone or its body is malformed.
ERRORS: tuple[type[Exception], ...] = (OSError, ConnectionResetError, TimeoutError, ValueError)
#: What no server raises that keeps to PEP 3333.
ODD_ERRORS: tuple[type[Exception], ...] = (EOFError, http.client.HTTPException, RuntimeError)


class Whole(io.BytesIO):
    """All there at once."""


class Dribbling:
    """Returns a few bytes at a time, and raises *error*, if there is one, behind the last."""

    def __init__(self, data: bytes, step: int, error: type[Exception] | None = None) -> None:
        self._data = io.BytesIO(data)
        self._step = step
        self._error = error

    def read(self, size: int = -1) -> bytes:
        data = self._data.read(self._step if size < 0 else min(size, self._step))
        if size < 0 and data:
            return data + self.read()
        if not data and size and self._error is not None:
            raise self._error("the client is gone")
        return data

    def readline(self, size: int = -1) -> bytes:
        line = self._data.readline(size)
        if not line and size and self._error is not None:
            raise self._error("the client is gone")
        return line

    def readlines(self, hint: int = -1) -> list[bytes]:
        return self._data.readlines(hint)

    def __iter__(self) -> t.Iterator[bytes]:
        return iter(self.readline, b"")


class Wrong:
    """Returns what no body is made of: None, text, or more than was asked for."""

    def __init__(self, answer: t.Any) -> None:
        self._answer = answer
        self._left = 3

    def read(self, size: int = -1) -> t.Any:
        self._left -= 1
        return self._answer if self._left >= 0 else b""


def draw_input(random: random.Random, data: bytes, odd: bool) -> tuple[t.Any, bool]:
    """Return a stream of *data*, and whether it comes to its end without an error."""
    if odd:
        return random.choice(
            [
                None,
                Wrong(None),
                Wrong("text"),
                Wrong(b"too much" * 1000),
                Dribbling(data, 5, random.choice(ODD_ERRORS)),
            ]
        ), False
    kind = random.randrange(10)
    if kind < 6:
        return Whole(data), True
    step = random.choice([1, 2, 7, 100, 4096]) if len(data) < 5000 else 4096
    if kind < 9:
        return Dribbling(data, step), True
    return Dribbling(data, step, random.choice(ERRORS)), False
