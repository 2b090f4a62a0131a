# cython: auto_pickle=False
"""The body as it comes from the server: how long it is, and streams that hold the server to that.

A server either ends ``wsgi.input`` with the body (``wsgi.input_terminated``) or leaves it to the
application not to read on; either way a body is refused that is longer than allowed, and one that
breaks off before its announced length is never taken as whole.
"""

from __future__ import annotations

import io
import json
import re
import typing as t

from werkzeug.exceptions import ClientDisconnected, HTTPException, RequestEntityTooLarge
from werkzeug.http import parse_options_header
from werkzeug.wsgi import LimitedStream, get_content_length

if t.TYPE_CHECKING:
    import collections.abc as cabc

    from _typeshed import WriteableBuffer
    from _typeshed.wsgi import WSGIEnvironment

#: Bytes that are asked for in one read; a server may set memory aside for them beforehand.
LARGEST_READ = 1 << 20
#: Bytes of a longer body that are looked at together.
BLOCK = 1 << 18

_scan = t.cast(t.Any, json.JSONDecoder()).scan_once

#: Characters of a content type that are looked at.
_MOST_OF_TYPE = 8 * 1024
#: How a multipart form says what it is, and its boundary, where a browser wrote that.
_BEFORE_BOUNDARY = "multipart/form-data; boundary="
#: A content type with one plain parameter: a charset or a boundary.
_is_usual_type = re.compile(
    r"([^;\s]+)[ \t]*;[ \t]*([\w-]+)=([\w!#$&'*+\-.^`|~]+)", re.ASCII
).fullmatch


def parse_content_type(value: str) -> tuple[str, dict[str, str]]:
    """Return the mimetype in lower case, and its parameters."""
    if ";" not in value:
        return value.strip(" \t").lower(), {}
    if value.startswith(_BEFORE_BOUNDARY):
        boundary = value[len(_BEFORE_BOUNDARY) :]
        # PERF: 4,100 against 9,500 instructions for the pattern (callgrind).
        if boundary.isascii() and boundary.replace("-", "").isalnum():
            return "multipart/form-data", {"boundary": boundary}
    match = _is_usual_type(value)
    if match is not None:
        mimetype, name, parameter = match.groups()
        return mimetype.lower(), {name.lower(): parameter}
    mimetype, parameters = parse_options_header(value[:_MOST_OF_TYPE])
    return mimetype.lower(), parameters


def announced_length(environ: WSGIEnvironment) -> int | None:
    """Return the bytes that were announced; None when they were not, or come in chunks."""
    length = environ.get("CONTENT_LENGTH")
    if (
        length
        and len(length) < 16
        and length.isdecimal()
        and length.isascii()
        and "HTTP_TRANSFER_ENCODING" not in environ
    ):
        return int(length)
    return get_content_length(environ)


def _read_line(source: t.Any, size: int) -> bytes | None:
    """Return what the server's own ``readline`` does; None where it takes no size, or is missing.

    The standard library's reads a byte at a time: 1.2 s for a MB.
    """
    try:
        line: bytes = source.readline(size)
    except (AttributeError, TypeError):
        return None
    except HTTPException:
        raise
    except Exception as exc:
        raise ClientDisconnected() from exc
    if 0 <= size < len(line):
        raise ClientDisconnected()  # where the body ends, such a server does not tell
    return line


class AnnouncedStream(LimitedStream):
    """A stream of announced length."""

    def readline(self, size: int | None = -1) -> bytes:
        room = self.limit - self._pos
        wanted = room if size is None or not 0 <= size < room else size
        line = _read_line(self._stream, wanted) if wanted else None
        if line is None:
            return super().readline(-1 if size is None else size)
        if not line:
            raise ClientDisconnected()
        self._pos += len(line)
        return line


class TerminatedStream(io.RawIOBase):
    """A stream that the server ends, held to what was announced and to what is allowed."""

    def __init__(self, source: t.IO[bytes], least: int, most: int | None, spent: int = 0) -> None:
        self._source = source
        self._least = least
        self._most = most
        self._position = spent

    def readinto(self, buffer: WriteableBuffer) -> int:
        """Fill *buffer*; raise for a body that is too long, or that is over too early."""
        view = memoryview(buffer)
        size = len(view)
        if self._most is not None:  # one byte more shows that there is more
            size = min(size, max(self._most - self._position, 0) + 1)
        try:
            data = self._source.read(size) if size else b""
        except HTTPException:
            raise
        except Exception as exc:  # gunicorn has exceptions of its own for chunks that are none
            raise ClientDisconnected() from exc
        if size:
            self._count(data)
        view[: len(data)] = data
        return len(data)

    def readline(self, size: int | None = -1) -> bytes:
        wanted = -1 if size is None or size < 0 else size
        if self._most is not None:
            room = max(self._most - self._position, 0) + 1
            wanted = room if wanted < 0 else min(wanted, room)
        line = _read_line(self._source, wanted) if wanted else b""
        if line is None:
            return super().readline(-1 if size is None else size)
        if wanted:
            self._count(line)
        return line

    def _count(self, data: bytes) -> None:
        self._position += len(data)
        if self._most is not None and self._position > self._most:
            raise RequestEntityTooLarge()
        if not data and self._position < self._least:
            raise ClientDisconnected()

    def tell(self) -> int:
        return self._position

    def readable(self) -> bool:
        return True


def open_stream(environ: WSGIEnvironment, most: int | None, spent: int = 0) -> t.IO[bytes]:
    """Return the body as a stream; *spent* bytes of it were read before.

    Raises ``RequestEntityTooLarge`` when more than *most* bytes are announced.
    """
    length = announced_length(environ)
    if most is not None and length is not None and length > most:
        raise RequestEntityTooLarge()
    source: t.Any = environ["wsgi.input"]
    stream: t.Any
    if "wsgi.input_terminated" not in environ:
        # Without a length there is no telling where the body ends: it counts as empty.
        stream = io.BytesIO() if length is None else AnnouncedStream(source, length - spent)
    else:
        stream = TerminatedStream(source, length or 0, most, spent)
    return t.cast("t.IO[bytes]", stream)


def read_once(environ: WSGIEnvironment, length: int) -> bytes:
    """Read *length* announced bytes, or what comes of them in one read.

    It is more than *length* when the server ends the body later than announced.
    """
    size = length + 1 if "wsgi.input_terminated" in environ else length
    try:
        return environ["wsgi.input"].read(size)  # type: ignore[no-any-return]
    except HTTPException:
        raise
    except Exception as exc:
        raise ClientDisconnected() from exc


def read_all(stream: t.IO[bytes], most: int | None) -> bytes:
    """Read what is left; ``RequestEntityTooLarge`` when that is more than *most* bytes."""
    if most is None:
        return stream.read()
    pieces = []
    for block in blocks(stream.read):
        most -= len(block)
        if most < 0:
            raise RequestEntityTooLarge()
        pieces.append(block)
    return b"".join(pieces)


def blocks(read: cabc.Callable[[int], bytes]) -> cabc.Iterator[bytes]:
    """Yield what *read* gives in blocks of one size, however little it gives at a time."""
    while True:
        block = read(BLOCK)
        if 0 < len(block) < BLOCK:
            pieces = [block]
            missing = BLOCK - len(block)
            while missing > 0 and (block := read(missing)):
                pieces.append(block)
                missing -= len(block)
            block = b"".join(pieces)
        if not block:
            return
        yield block


def parse_json(data: bytes, deepest: int | None) -> t.Any:
    """Return what a plain JSON text says: UTF-8, no space around it, nothing that may be too deep.

    Raises ``ValueError`` for any other text, which may be JSON all the same.
    """
    # PERF: 0.6 against 2.2 µs for the provider's loads() of a small object (timeit).
    if (
        deepest is not None
        and len(data) > deepest
        and data.count(b"[") + data.count(b"{") > deepest
    ):
        raise ValueError("This may be nested too deep.")
    text = data.decode()
    try:
        value, end = _scan(text, 0)
    except (StopIteration, RecursionError):
        end = -1
    if end != len(text):
        raise ValueError("This is no plain JSON.")
    return value
