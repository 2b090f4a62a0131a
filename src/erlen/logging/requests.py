"""What is said about every request: its id, and a line in the access log."""

from __future__ import annotations

import collections.abc as cabc
import functools
import logging
import time
import typing as t

from .ids import ENVIRON_KEY, _cv_request_id, put_into_records, take_or_make

if t.TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

    from ..app import Erlen

    WSGIApplication = cabc.Callable[[WSGIEnvironment, StartResponse], cabc.Iterable[bytes]]


class RequestLog:
    """Give requests ids, and write an access log.

    The id is the ``X-Request-ID`` of the request or a new one. It is sent with the response and
    is the ``request_id`` of every log record that is made meanwhile. The access log is the
    logger ``<application's name>.access``, at level INFO; ``ACCESS_LOG = False`` leaves it out.

    Middleware that is put around the application later, such as Werkzeug's ``ProxyFix``, is
    outside: what it corrects is what is logged.
    """

    def __init__(self, app: Erlen | None = None) -> None:
        if app is not None:
            self.init_app(app)

    def init_app(self, app: Erlen) -> None:
        config = app.config
        config.setdefault("ACCESS_LOG", True)
        config.setdefault("ACCESS_LOG_QUERY", True)
        config.setdefault("REQUEST_ID_HEADER", "X-Request-ID")
        put_into_records()
        app.wsgi_app = _Middleware(app, app.wsgi_app)  # type: ignore[method-assign]


class _Middleware:
    """The WSGI application with ids and access log around it."""

    def __init__(self, app: Erlen, wsgi_app: WSGIApplication) -> None:
        self._app = app
        self._wsgi_app = wsgi_app

    def __call__(
        self, environ: WSGIEnvironment, start_response: StartResponse
    ) -> cabc.Iterable[bytes]:
        header: str = self._app.config["REQUEST_ID_HEADER"]
        key = f"HTTP_{header.upper().replace('-', '_')}"
        request_id = environ[ENVIRON_KEY] = take_or_make(environ.get(key))
        answer = _Answer(self._log, environ, request_id, header, start_response)
        token = _cv_request_id.set(request_id)
        try:
            body = self._wsgi_app(environ, answer.start)
        except BaseException:
            answer.status = "500"
            answer.finish()
            raise
        finally:
            _cv_request_id.reset(token)
        return answer.watch(body)

    @functools.cached_property
    def _logger(self) -> logging.Logger:
        logger = self._app.logger.getChild("access")
        if not logger.level:
            logger.setLevel(logging.INFO)
        return logger

    def _log(self, answer: _Answer) -> None:
        if not self._app.config["ACCESS_LOG"] or not self._logger.isEnabledFor(logging.INFO):
            return
        environ = answer.environ
        target = _text(environ.get("SCRIPT_NAME")) + _text(environ.get("PATH_INFO"))
        if environ.get("QUERY_STRING") and self._app.config["ACCESS_LOG_QUERY"]:
            target += f"?{_text(environ['QUERY_STRING'])}"
        fields = {
            "remote_addr": _text(environ.get("REMOTE_ADDR") or "-"),
            "method": _text(environ.get("REQUEST_METHOD")),
            "target": target.replace('"', "%22"),  # it stands between quotes
            "status": int(answer.status[:3]) if answer.status else None,
            "bytes": answer.length,
            "duration_ms": round((time.perf_counter() - answer.started) * 1000, 3),
            "user_agent": _text(environ.get("HTTP_USER_AGENT")),
        }
        self._logger.info(
            '%(remote_addr)s "%(method)s %(target)s" %(status)s %(bytes)d %(duration_ms).1fms',
            fields,
            extra=fields,
        )


class _Answer:
    """What is known of the answer to one request, up to its end."""

    def __init__(
        self,
        log: cabc.Callable[[_Answer], None],
        environ: WSGIEnvironment,
        request_id: str,
        header: str,
        start_response: StartResponse,
    ) -> None:
        self.environ = environ
        self.status = ""
        self.length = 0
        self.started = time.perf_counter()
        self._log = log
        self._id = request_id
        self._header = header
        self._start_response = start_response

    def start(
        self, status: str, headers: list[tuple[str, str]], *exc_info: t.Any
    ) -> cabc.Callable[[bytes], object]:
        self.status = status
        wanted = self._header.lower()
        if all(name.lower() != wanted for name, _ in headers):
            headers = [*headers, (self._header, self._id)]
        return self._start_response(status, headers, *exc_info)

    def watch(self, body: cabc.Iterable[bytes]) -> cabc.Iterable[bytes]:
        """Return the body, and see to it that its end is noticed."""
        if type(body) is list or type(body) is tuple:
            self.length = sum(map(len, body))
            self.finish()
            return body
        wrapper = self.environ.get("wsgi.file_wrapper")
        if isinstance(wrapper, type) and isinstance(body, wrapper):
            # The server sends the file itself, unless something is put around it.
            self.finish()
            return body
        return _Body(self, body)

    def finish(self) -> None:
        token = _cv_request_id.set(self._id)
        try:
            self._log(self)
        finally:
            _cv_request_id.reset(token)

    def step(self, chunks: cabc.Iterator[bytes]) -> bytes:
        """Return the next piece of a body, which is made within the request's id."""
        token = _cv_request_id.set(self._id)
        try:
            chunk = next(chunks)
        finally:
            _cv_request_id.reset(token)
        self.length += len(chunk)
        return chunk


class _Body:
    """A body that is made piece by piece; the request ends when it is closed."""

    def __init__(self, answer: _Answer, body: cabc.Iterable[bytes]) -> None:
        self._answer = answer
        self._body = body
        self._chunks = iter(body)
        self._is_closed = False

    def __iter__(self) -> _Body:
        return self

    def __next__(self) -> bytes:
        return self._answer.step(self._chunks)

    def close(self) -> None:
        if self._is_closed:
            return
        self._is_closed = True
        try:
            close = getattr(self._body, "close", None)
            if close is not None:
                close()
        finally:
            self._answer.finish()


def _text(value: object) -> str:
    """Return a WSGI string as text in which nothing ends the line or moves the cursor."""
    value = "" if value is None else str(value)
    text = value if value.isascii() else value.encode("latin-1", "replace").decode(errors="replace")
    if text.isprintable():
        return text
    return "".join(
        each if each.isprintable() else each.encode("unicode_escape").decode("ascii")
        for each in text
    )
