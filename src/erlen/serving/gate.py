"""What stands between Granian and the application: one call for each request.

Granian parses HTTP strictly, but what it makes of a request is not always what PEP 3333 asks
for. This is the one place where that is put right, and where requests are refused that no
application should have to see.
"""

from __future__ import annotations

import collections.abc as cabc
import http
import io
import sys
import threading
import time
import typing as t

from .bodies import LongBody, Permits, ShortBodies, Source
from .phase import PHASE, Phase
from .settings import ServerSettings

if t.TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

Environ = dict[str, t.Any]
Pairs = list[tuple[str, str]]
Log = cabc.Callable[[float, float, Environ, int], None]

#: Bytes of a body that is read before the application is called.
SHORT = 64 * 1024


class Protocol(t.Protocol):
    """Granian's side of one request."""

    def response_bytes(self, status: int, headers: Pairs, body: bytes, /) -> None: ...

    def response_iter(self, status: int, headers: Pairs, body: t.Any, /) -> None: ...


class Refused(Exception):
    """The request is answered here."""

    def __init__(self, status: http.HTTPStatus, reason: str) -> None:
        super().__init__(reason)
        self.status = status


class Gate:
    """Calls the application for each request of a worker."""

    def __init__(
        self,
        app: WSGIApplication,
        settings: ServerSettings,
        log: Log | None = None,
        phase: Phase = PHASE,
    ) -> None:
        self._app = app
        self._log = log
        self._phase = phase
        self._chunked = settings.chunked
        self._timeout = settings.body_timeout
        self._permits = Permits(settings.threads)
        self._short = ShortBodies(settings.body_timeout, _refuse_late)
        self._constant: Environ = {
            "GATEWAY_INTERFACE": "CGI/1.1",
            "SCRIPT_NAME": "",
            "SERVER_SOFTWARE": "Granian",
            "wsgi.errors": sys.stderr,
            "wsgi.input_terminated": True,
            "wsgi.multiprocess": settings.workers > 1,
            "wsgi.multithread": settings.threads > 1,
            "wsgi.run_once": False,
            "wsgi.version": (1, 0),
        }

    def watch(self) -> None:
        """Refuse overdue bodies from now on, in a thread of its own."""
        threading.Thread(target=self._refuse_for_ever, daemon=True).start()

    def _refuse_for_ever(self) -> None:
        while True:
            time.sleep(min(1, self._timeout / 4))
            self._short.refuse_overdue()

    def __call__(self, protocol: Protocol, environ: Environ) -> None:
        if self._log is None:
            self._serve(protocol, environ)
            return

        began, status = (time.time(), time.perf_counter()), 500

        try:
            status = self._serve(protocol, environ)
        finally:
            self._log(*began, environ, status)

    def _serve(self, protocol: Protocol, environ: Environ) -> int:
        try:
            return self._answer(protocol, environ, self._admit(protocol, environ))
        except Refused as refused:
            _refuse(protocol, refused.status, str(refused))
            return refused.status

    def _admit(self, protocol: Protocol, environ: Environ) -> LongBody | None:
        """Make the environ what PEP 3333 says; return the body that is still to come."""
        # Granian spells `X_Y` and `X-Y` alike; these two are no headers of their own.
        environ.pop("HTTP_CONTENT_LENGTH", None)
        environ.pop("HTTP_CONTENT_TYPE", None)
        environ.update(self._constant)

        if environ["SERVER_PROTOCOL"] == "HTTP/1":
            environ["SERVER_PROTOCOL"] = "HTTP/1.0"

        host = environ["HTTP_HOST"]

        if not host or "," in host:
            _check_host(environ)

        if "CONTENT_LENGTH" in environ or "HTTP_TRANSFER_ENCODING" in environ:
            return self._take_body(protocol, environ)

        environ["wsgi.input"] = io.BytesIO()
        return None

    def _take_body(self, protocol: Protocol, environ: Environ) -> LongBody | None:
        source = environ["wsgi.input"]

        if "HTTP_TRANSFER_ENCODING" in environ:
            self._check_coding(environ["HTTP_TRANSFER_ENCODING"])
            length = None
        else:
            length = int(environ["CONTENT_LENGTH"])

        if length is None or length > SHORT:
            body = LongBody(source, length, self._timeout, self._permits)
            environ["wsgi.input"] = body
            return body

        environ["wsgi.input"] = io.BytesIO(self._read_short(source, length, protocol))
        return None

    def _read_short(self, source: Source, length: int, protocol: Protocol) -> bytes:
        try:
            return self._short.read(source, length, protocol)
        except TimeoutError as exc:
            raise Refused(http.HTTPStatus.REQUEST_TIMEOUT, str(exc)) from None
        except ConnectionResetError as exc:
            raise Refused(http.HTTPStatus.BAD_REQUEST, str(exc)) from None

    def _check_coding(self, coding: str) -> None:
        if coding.strip().lower() != "chunked":
            raise Refused(
                http.HTTPStatus.NOT_IMPLEMENTED, "Transfer-Encoding: only 'chunked' is known here."
            )

        if not self._chunked:
            raise Refused(
                http.HTTPStatus.LENGTH_REQUIRED,
                "A body needs a Content-Length here: 'erlen serve --chunked' takes others.",
            )

    def _answer(self, protocol: Protocol, environ: Environ, unread: LongBody | None) -> int:
        start = _Start()
        self._permits.take()

        try:
            body = self._app(environ, start)

            if not isinstance(body, list):
                body = _begun(body, start)
        finally:
            self._permits.give_back(None)

        status, headers = start.status, start.headers

        if self._phase.closing or (unread is not None and not unread.is_finished):
            headers = [*headers, ("Connection", "close")]

        if isinstance(body, list):
            protocol.response_bytes(status, headers, start.first + b"".join(body))
        else:
            protocol.response_iter(status, headers, _Stream(body, start.first, self._permits))

        return status


def _check_host(environ: Environ) -> None:
    """Refuse what RFC 9112, 3.2, has refused: no host, and two."""
    if environ["HTTP_HOST"] or environ["SERVER_PROTOCOL"] != "HTTP/1.0":
        raise Refused(http.HTTPStatus.BAD_REQUEST, "A request names one Host.")

    del environ["HTTP_HOST"]


class _Start:
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


def _begun(body: cabc.Iterable[bytes], start: _Start) -> cabc.Iterable[bytes]:
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


class _Stream:
    """A body for Granian, which holds a permit only while the application makes a chunk."""

    def __init__(self, body: cabc.Iterable[bytes], first: bytes, permits: Permits) -> None:
        self._body = body
        self._chunks = iter(body)
        self._first = first
        self._permits = permits

    def __next__(self) -> bytes:
        if self._first:
            first, self._first = self._first, b""
            return first

        self._permits.take()

        try:
            # An empty chunk would tell the client that the body is over.
            while not (chunk := bytes(next(self._chunks))):
                pass

            return chunk
        finally:
            self._permits.give_back(None)

    def close(self) -> None:
        self._permits.take()

        try:
            if hasattr(self._body, "close"):
                self._body.close()
        finally:
            self._permits.give_back(None)


def _refuse(protocol: Protocol, status: http.HTTPStatus, reason: str) -> None:
    headers = [("Content-Type", "text/plain; charset=utf-8"), ("Connection", "close")]
    protocol.response_bytes(status, headers, f"{reason}\n".encode())


def _refuse_late(protocol: Protocol) -> None:
    _refuse(protocol, http.HTTPStatus.REQUEST_TIMEOUT, "The body took too long.")
