"""One of the two processes: ``python -m tests.differential.worker flask FOLDER``.

It reads batches of requests from its standard input, answers them with the application made on
the framework named, and writes the answers to its standard output. A batch starts with an empty
jar of cookies and the same hour of the same day.
"""

from __future__ import annotations

import contextvars
import io
import os
import sys
import time
import typing as t

START = 1_750_000_000


class Clock:
    """Stands in for ``time.time``, so that both workers sign and date alike."""

    now = float(START)

    def __call__(self) -> float:
        return self.now


clock = Clock()
time.time = clock  # before anything that binds the name is imported

from importlib import import_module  # noqa: E402

from tests.differential import application  # noqa: E402
from tests.differential.wire import (  # noqa: E402
    ETAG,
    LAST_MODIFIED,
    Answer,
    Request,
    receive,
    send,
)


class Memory:
    """What a client keeps of earlier answers."""

    def __init__(self) -> None:
        self.cookies: dict[str, str] = {}
        self.seen = {ETAG: '"none"', LAST_MODIFIED: "Thu, 01 Jan 1970 00:00:00 GMT"}

    def take(self, headers: t.Iterable[tuple[str, str]]) -> None:
        for name, value in headers:
            match name.lower():
                case "set-cookie":
                    pair = value.partition(";")[0]
                    key, _, content = pair.partition("=")
                    self.cookies[key] = content
                case "etag":
                    self.seen[ETAG] = value
                case "last-modified":
                    self.seen[LAST_MODIFIED] = value

    def fill(self, value: str) -> str:
        if "{" in value:
            for key, seen in self.seen.items():
                value = value.replace(key, seen)
        return value


def make_environ(request: Request, memory: Memory) -> dict[str, t.Any]:
    environ: dict[str, t.Any] = {
        "REQUEST_METHOD": request.method,
        "SCRIPT_NAME": request.mount,
        "PATH_INFO": request.path,
        "QUERY_STRING": request.query,
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "HTTP_HOST": "localhost",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": request.scheme,
        "wsgi.input": io.BytesIO(request.body),
        "wsgi.errors": io.StringIO(),
        "wsgi.multithread": False,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    if request.length is not None:
        environ["CONTENT_LENGTH"] = request.length
    if request.chunked:
        environ["wsgi.input_terminated"] = True
    given: set[str] = set()
    for name, value in request.headers:
        key = name.upper().replace("-", "_")
        key = key if key in ("CONTENT_TYPE", "REMOTE_USER") else f"HTTP_{key}"
        value = memory.fill(value)
        environ[key] = f"{environ[key]},{value}" if key in given else value
        given.add(key)
    if request.jar and memory.cookies:
        sent = [f"{key}={value}" for key, value in memory.cookies.items()]
        if "HTTP_COOKIE" in environ:
            sent.insert(0, environ["HTTP_COOKIE"])
        environ["HTTP_COOKIE"] = "; ".join(sent)
    return environ


class Worker:
    def __init__(self, framework: str, folder: str) -> None:
        self.framework = framework
        flask = import_module(framework)
        self.applications = {
            name: application.create_app(flask, name, folder) for name in application.VARIANTS
        }
        names = import_module(f"{framework}.globals")
        self.contexts = (names._cv_request, names._cv_app)

    def answer_all(self, batch: list[Request]) -> list[Answer]:
        clock.now = float(START)
        memory = Memory()
        # In a context of its own each, so that what one leaves behind does not reach the next.
        return [contextvars.copy_context().run(self.answer, each, memory) for each in batch]

    def answer(self, request: Request, memory: Memory) -> Answer:
        clock.now += request.later
        app = self.applications[request.variant]
        starts: list[tuple[str, list[tuple[str, str]]]] = []
        pieces: list[bytes] = []
        error = ""
        try:
            self.call(app, make_environ(request, memory), request.takes, starts, pieces)
        except BaseException as exc:
            kind = type(exc)
            error = f"{kind.__module__}.{kind.__qualname__}: {exc}"
        status, headers = starts[-1] if starts else ("", [])
        memory.take(headers)
        events = tuple(app.extensions["events"])
        app.extensions["events"].clear()
        leaked = any(context.get(None) is not None for context in self.contexts)
        return Answer(status, tuple(headers), b"".join(pieces), error, events, leaked)

    @staticmethod
    def call(
        app: t.Any,
        environ: dict[str, t.Any],
        takes: int | None,
        starts: list[tuple[str, list[tuple[str, str]]]],
        pieces: list[bytes],
    ) -> None:
        def start_response(
            status: str, headers: list[tuple[str, str]], exc_info: t.Any = None
        ) -> None:
            starts.append((status, list(headers)))

        body = app(environ, start_response)
        try:
            for number, piece in enumerate(body):
                if takes is not None and number >= takes:
                    break
                if not isinstance(piece, bytes):
                    raise TypeError(f"the server got {piece!r}, which is not bytes")
                pieces.append(piece)
        finally:
            if hasattr(body, "close"):
                body.close()


def main(framework: str, folder: str) -> None:
    # Nothing that an application prints may get between the answers.
    output = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    worker = Worker(framework, folder)
    other = {"flask": "erlen", "erlen": "flask"}[framework]
    assert other not in sys.modules, f"{other} is imported in the process of {framework}"
    send(output, framework)
    while True:
        try:
            batch = receive(sys.stdin.buffer)
        except EOFError:
            return
        send(output, worker.answer_all(batch))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
