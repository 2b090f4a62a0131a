"""Requests without a client in between: what a server hands over, what it gets back."""

from __future__ import annotations

import collections.abc as cabc
import io
import typing as t

Environ = dict[str, t.Any]


class Answer(t.NamedTuple):
    status: str
    headers: list[tuple[str, str]]
    body: bytes

    @property
    def code(self) -> int:
        return int(self.status[:3])

    def header(self, name: str) -> str | None:
        found = [value for key, value in self.headers if key.lower() == name.lower()]
        return found[-1] if found else None


def make_environ(path: str | None = "/", method: str = "GET", **more: t.Any) -> Environ:
    """Return what PEP 3333 demands and no more; None leaves a key out."""
    environ = {
        "REQUEST_METHOD": method,
        "SCRIPT_NAME": "",
        "PATH_INFO": path,
        "QUERY_STRING": "",
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": "localhost",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(),
        "wsgi.errors": io.StringIO(),
        "wsgi.multithread": False,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
        **more,
    }
    return {key: value for key, value in environ.items() if value is not None}


class Call:
    """One call of an application: its answer's head, and the body that is still to be read."""

    def __init__(self, app: cabc.Callable[..., t.Any], environ: Environ) -> None:
        self.starts: list[tuple[str, list[tuple[str, str]]]] = []
        self.body: t.Any = app(environ, self._start)

    def _start(self, status: str, headers: list[tuple[str, str]], exc_info: t.Any = None) -> None:
        self.starts.append((status, headers))

    def close(self) -> None:
        if hasattr(self.body, "close"):
            self.body.close()

    def finish(self) -> Answer:
        """Read the body and close it, as a server does."""
        try:
            body = b"".join(self.body)
        finally:
            self.close()
        [(status, headers)] = self.starts
        return Answer(status, headers, body)


def ask(
    app: cabc.Callable[..., t.Any], path: str | None = "/", method: str = "GET", **more: t.Any
) -> Answer:
    """Make a request, read its answer to the end, and demand that the server was told once."""
    return Call(app, make_environ(path, method, **more)).finish()
