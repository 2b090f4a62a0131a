"""An installed command that serves HTTP, as a WSGI application: each request is passed on to it."""

from __future__ import annotations

import atexit
import collections.abc as cabc
import http.client
import importlib.util
import os
import socket
import subprocess
import sys
import time
import typing as t

#: How long a command may take until it accepts connections, in seconds.
START_LIMIT = 60

#: Headers about the connection, which is another one behind us.
HOP_BY_HOP = {"connection", "keep-alive", "transfer-encoding"}


class Command:
    """Starts the command; it is ended with this process.

    In an environment with Erlen, `python -m erlen.as_flask` starts it. `{port}` in an argument
    becomes a free port.
    """

    def __init__(self, arguments: cabc.Iterable[str]) -> None:
        self.port = free_port()
        filled = [argument.format(port=self.port) for argument in arguments]
        self.process = subprocess.Popen([*self._starter(filled[0]), *filled[1:]])
        atexit.register(self.stop)
        self._wait()

    @staticmethod
    def _starter(name: str) -> list[str]:
        if importlib.util.find_spec("erlen"):
            return [sys.executable, "-m", "erlen.as_flask", name]
        return [os.path.join(os.path.dirname(sys.executable), name)]

    def _wait(self) -> None:
        end = time.monotonic() + START_LIMIT
        while self.process.poll() is None and time.monotonic() < end:
            with socket.socket() as tried:
                if not tried.connect_ex(("127.0.0.1", self.port)):
                    return
            time.sleep(0.1)
        raise RuntimeError(f"{self.process.args!r} does not listen on port {self.port}")

    def stop(self) -> None:
        self.process.kill()
        self.process.wait()

    def __call__(self, environ: dict[str, t.Any], start_response: t.Any) -> list[bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        target = environ["REQUEST_URI"]
        connection.request(environ["REQUEST_METHOD"], target, body, dict(_headers(environ)))
        answer = connection.getresponse()
        content = answer.read()
        connection.close()
        pairs = [pair for pair in answer.getheaders() if pair[0].lower() not in HOP_BY_HOP]
        start_response(f"{answer.status} {answer.reason}", pairs)
        return [content]


def _headers(environ: dict[str, t.Any]) -> t.Iterator[tuple[str, str]]:
    for name, value in environ.items():
        if name.startswith("HTTP_"):
            yield name[5:].replace("_", "-").title(), value
        elif name in {"CONTENT_TYPE", "CONTENT_LENGTH"} and value:
            yield name.replace("_", "-").title(), value


def free_port() -> int:
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        return t.cast(int, bound.getsockname()[1])
