"""What goes through the pipe between the test and a worker: requests one way, answers the other."""

from __future__ import annotations

import dataclasses
import json
import pickle
import struct
import typing as t

#: The key of a header whose value the worker fills in from what it answered before.
ETAG, LAST_MODIFIED = "{etag}", "{last-modified}"

_LENGTH = struct.Struct(">I")


@dataclasses.dataclass(frozen=True, repr=False)
class Request:
    """A request as a server hands it over. Texts are WSGI's: bytes read as latin-1."""

    path: str = "/"
    method: str = "GET"
    query: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    #: ``CONTENT_LENGTH`` as sent; None sends none.
    length: str | None = None
    #: Whether the server says that the body has an end of its own (``wsgi.input_terminated``).
    chunked: bool = False
    #: Which of the applications answers, see `application.VARIANTS`.
    variant: str = "bare"
    mount: str = ""
    scheme: str = "http"
    #: How many pieces of the body the client takes before it goes away; None takes all.
    takes: int | None = None
    #: Whether the cookies of earlier answers are sent along.
    jar: bool = False
    #: Seconds that have gone by since the request before.
    later: int = 0

    def as_json(self) -> dict[str, t.Any]:
        """Return the fields that are not as usual, as JSON types."""
        shown = {}
        for field in dataclasses.fields(self):
            value = getattr(self, field.name)
            if value != field.default:
                shown[field.name] = value.decode("latin1") if field.name == "body" else value
        return shown

    @classmethod
    def from_json(cls, fields: dict[str, t.Any]) -> Request:
        changed = dict(fields)
        if "body" in changed:
            changed["body"] = changed["body"].encode("latin1")
        if "headers" in changed:
            changed["headers"] = tuple((name, value) for name, value in changed["headers"])
        return cls(**changed)

    def header(self, name: str) -> str:
        return ",".join(value for key, value in self.headers if key.lower() == name.lower())

    def __repr__(self) -> str:
        return json.dumps(self.as_json())


@dataclasses.dataclass(frozen=True)
class Answer:
    """What became of a request."""

    status: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    #: The exception that got out of the application, if any: its type and message.
    error: str = ""
    #: What hooks and signals wrote down, in order.
    events: tuple[str, ...] = ()
    #: Whether a context was left behind.
    leaked: bool = False

    def header(self, name: str) -> str | None:
        found = [value for key, value in self.headers if key.lower() == name.lower()]
        return found[-1] if found else None

    def but(self, **changes: t.Any) -> Answer:
        return dataclasses.replace(self, **changes)


def send(pipe: t.IO[bytes], message: t.Any) -> None:
    data = pickle.dumps(message)
    pipe.write(_LENGTH.pack(len(data)) + data)
    pipe.flush()


def receive(pipe: t.IO[bytes]) -> t.Any:
    """Return the next message; ``EOFError`` when the other side has gone."""
    head = pipe.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        raise EOFError
    return pickle.loads(pipe.read(_LENGTH.unpack(head)[0]))
