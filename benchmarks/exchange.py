"""A request, the answer it must get, and how both look to a WSGI application."""

from __future__ import annotations

import collections.abc as cabc
import dataclasses
import io
import json
import sys
import typing as t

Environ = dict[str, t.Any]
Application = cabc.Callable[[Environ, cabc.Callable[..., t.Any]], cabc.Iterable[bytes]]


@dataclasses.dataclass(frozen=True)
class Request:
    """One request. *headers* are WSGI's: ``HTTP_ACCEPT``, ``CONTENT_TYPE``."""

    path: str
    query: str = ""
    method: str = "GET"
    body: bytes = b""
    headers: cabc.Mapping[str, str] = dataclasses.field(default_factory=dict)

    def environ(self, number: int) -> Environ:
        """Return what a server hands over; *number* makes it one of its kind."""
        environ: Environ = {
            "REQUEST_METHOD": self.method,
            "SCRIPT_NAME": "",
            "PATH_INFO": self.path,
            "QUERY_STRING": self.query,
            "SERVER_NAME": "localhost",
            "SERVER_PORT": "8000",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": f"192.0.2.{number % 250}",
            "HTTP_HOST": "localhost:8000",
            "HTTP_USER_AGENT": "benchmark/1.0",
            "HTTP_ACCEPT": "*/*",
            "HTTP_X_REQUEST_ID": f"request-{number}",
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(),
            "wsgi.errors": sys.stderr,
            "wsgi.multithread": False,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
            **self.headers,
        }
        if self.body:
            environ["CONTENT_LENGTH"] = str(len(self.body))
        return environ


@dataclasses.dataclass(frozen=True)
class Reply:
    """An application's answer, read to the end."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes

    def header(self, name: str) -> str | None:
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)

    def count(self, name: str) -> int:
        return sum(key.lower() == name.lower() for key, _ in self.headers)


@dataclasses.dataclass(frozen=True)
class Expected:
    """What an answer must be; a body of None may be anything.

    *headers* must be contained in the answer's headers of that name; *cookies* is how many
    cookies it sets.
    """

    status: int = 200
    body: str | bytes | cabc.Mapping[str, t.Any] | None = None
    headers: cabc.Mapping[str, str] = dataclasses.field(default_factory=dict)
    cookies: int = 0

    def faults(self, reply: Reply) -> list[str]:
        """Return what is wrong with *reply*, in words."""
        faults = [] if reply.status == self.status else [f"status {reply.status}"]
        for name, value in self.headers.items():
            if value not in (reply.header(name) or ""):
                faults.append(f"{name} is {reply.header(name)!r}, not {value!r}")
        if reply.count("Set-Cookie") != self.cookies:
            faults.append(f"{reply.count('Set-Cookie')} cookies set, not {self.cookies}")
        if not self._has_body(reply.body):
            faults.append(f"body {reply.body[:200]!r}, not {self.body!r:.200}")
        length = reply.header("Content-Length")
        if length is not None and reply.body and int(length) != len(reply.body):
            faults.append(f"Content-Length {length} for {len(reply.body)} bytes")
        return faults

    def _has_body(self, body: bytes) -> bool:
        if self.body is None:
            return True
        if isinstance(self.body, cabc.Mapping):
            return bool(json.loads(body) == self.body)
        if isinstance(self.body, str):
            # Template engines differ over the last newline.
            return body.decode().rstrip("\n") == self.body
        return body == self.body


@dataclasses.dataclass(frozen=True)
class Exchange:
    """A request with the answer it must get.

    Where *first* is given, it is sent beforehand; its answer's cookies and validators go along
    with *request*, as a browser would send them.
    """

    request: Request
    expected: Expected
    first: Request | None = None


def ask(app: Application, environ: Environ) -> Reply:
    """Call *app* as a server does and read the whole answer."""
    started: list[tuple[str, list[tuple[str, str]]]] = []

    def start(status: str, headers: list[tuple[str, str]], exc_info: t.Any = None) -> None:
        started.append((status, headers))

    answer = app(environ, start)
    try:
        body = b"".join(answer)
    finally:
        if hasattr(answer, "close"):
            answer.close()
    status, headers = started[-1]
    return Reply(int(status[:3]), list(headers), body)


def follow(reply: Reply, request: Request) -> Request:
    """Return *request* with the cookies and validators of an earlier *reply*."""
    headers = dict(request.headers)
    cookies = [
        value.partition(";")[0] for key, value in reply.headers if key.lower() == "set-cookie"
    ]
    if cookies:
        headers["HTTP_COOKIE"] = "; ".join(cookies)
    for name, key in (("ETag", "HTTP_IF_NONE_MATCH"), ("Last-Modified", "HTTP_IF_MODIFIED_SINCE")):
        value = reply.header(name)
        if value is not None:
            headers[key] = value
    return dataclasses.replace(request, headers=headers)
