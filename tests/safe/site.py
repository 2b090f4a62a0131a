"""An application to be put in danger, its log, and what a server may hand it."""

from __future__ import annotations

import io
import logging
import typing as t

from erlen import Erlen
from tests.wsgi import Answer, ask

KEY = "a key of thirty-two characters.."
URLENCODED = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data; boundary=b"


class Log(logging.Handler):
    """Keeps what an application logs."""

    def __init__(self, app: Erlen) -> None:
        super().__init__()
        self.records: list[logging.LogRecord] = []
        app.logger.handlers, app.logger.propagate = [self], False

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record)

    @property
    def failures(self) -> list[BaseException | None]:
        return [record.exc_info[1] if record.exc_info else None for record in self.records]


class Dripping:
    """A body that comes in pieces of *size* bytes at most, however much is asked for."""

    def __init__(self, data: bytes, size: int) -> None:
        self._data = io.BytesIO(data)
        self._size = size

    def read(self, size: int = -1) -> bytes:
        return self._data.read(self._size if size < 0 else min(size, self._size))


def make_site(**settings: t.Any) -> Erlen:
    app = Erlen("site", static_folder=None, root_path="/")
    app.config.update({"SECRET_KEY": KEY, **settings})
    return app


def post(
    app: Erlen,
    path: str,
    body: bytes,
    content_type: str | None = None,
    *,
    size: int | None = None,
    chunked: bool = False,
    **environ: t.Any,
) -> Answer:
    """Send *body*, in pieces of *size* bytes or as it is, with its length or *chunked*."""
    if chunked:
        environ.setdefault("HTTP_TRANSFER_ENCODING", "chunked")
        environ["wsgi.input_terminated"] = True
    else:
        environ.setdefault("CONTENT_LENGTH", str(len(body)))
    if content_type is not None:
        environ["CONTENT_TYPE"] = content_type
    source = io.BytesIO(body) if size is None else Dripping(body, size)
    return ask(app, path, "POST", **{"wsgi.input": source, **environ})


def part(headers: str, content: bytes = b"x") -> bytes:
    return b"--b\r\n" + headers.encode() + b"\r\n\r\n" + content + b"\r\n"


def field(name: str = "a", content: bytes = b"x", more: str = "") -> bytes:
    return part(f'Content-Disposition: form-data; name="{name}"{more}', content)


def form(*parts: bytes) -> bytes:
    return b"".join(parts) + b"--b--\r\n"
