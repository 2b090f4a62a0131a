"""What the application under fuzz tells the fuzzer about the request that it has just answered."""

from __future__ import annotations

import dataclasses
import typing as t


class AskedFor(Exception):
    """Raised by a view, hook or handler that fails because the request asked it to."""


@dataclasses.dataclass
class Notes:
    """One request's; the fuzzer makes one request at a time, so there is one of these."""

    #: The query of the request, in which failures are asked for.
    query: str = ""
    #: True once something fails on purpose: a 500 and a log record are right.
    asked: bool = False
    #: The body, when a view has read the whole of it.
    body: bytes | None = None
    #: The uploaded files that a view has seen.
    files: list[t.IO[bytes]] = dataclasses.field(default_factory=list)
    #: Exceptions that the application logged.
    logged: list[str] = dataclasses.field(default_factory=list)

    def start(self, query: object) -> None:
        self.query = str(query)
        self.asked = False
        self.body = None
        self.files = []
        self.logged = []

    def fail(self, what: str) -> t.NoReturn:
        self.asked = True
        raise AskedFor(what)


notes = Notes()
