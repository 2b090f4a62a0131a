"""An ASGI application, timed as the WSGI ones are: called directly, without a server."""

from __future__ import annotations

import asyncio
import time
import typing as t

import uvloop

from .exchange import Environ
from .worker import Prepared, Start

Scope = dict[str, t.Any]
Message = dict[str, t.Any]


class Bridge:
    """A WSGI application that calls an ASGI one, on a loop that stays."""

    #: One for all, since connections belong to a loop; uvicorn's, where it has the choice.
    loop: t.ClassVar[asyncio.AbstractEventLoop] = uvloop.new_event_loop()

    def __init__(self, app: t.Any) -> None:
        self.app = app

    def __call__(self, environ: Environ, start: Start) -> list[bytes]:
        messages: list[Message] = []

        async def send(message: Message) -> None:
            messages.append(message)

        self.loop.run_until_complete(self.app(scope_of(environ), _receive, send))
        head, *bodies = messages
        headers = [(name.decode(), value.decode()) for name, value in head["headers"]]
        start(f"{head['status']} ", headers, None)
        return [message.get("body", b"") for message in bodies]


class AsgiPrepared(Prepared):
    """A workload to be timed on an ASGI application; a batch runs within one turn of the loop."""

    def time(self, calls: int) -> int:
        bridge = t.cast(Bridge, self._app)
        scopes = [scope_of(environ) for environ in self.environs(calls)]
        return bridge.loop.run_until_complete(_time(bridge.app, scopes))


async def _time(app: t.Any, scopes: list[Scope]) -> int:
    began = time.process_time_ns()
    for scope in scopes:
        await app(scope, _receive, _send)
    return time.process_time_ns() - began


async def _receive() -> Message:
    return {"type": "http.request", "body": b"", "more_body": False}


async def _send(message: Message) -> None:
    pass


def scope_of(environ: Environ) -> Scope:
    """Return what a server hands to an ASGI application for the same request."""
    headers = [
        (name.removeprefix("HTTP_").replace("_", "-").lower().encode(), value.encode())
        for name, value in environ.items()
        if name.startswith("HTTP_")
    ]
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": environ["REQUEST_METHOD"],
        "scheme": "http",
        "path": environ["PATH_INFO"],
        "raw_path": environ["PATH_INFO"].encode(),
        "query_string": environ["QUERY_STRING"].encode(),
        "root_path": "",
        "headers": headers,
        "client": (environ["REMOTE_ADDR"], 50000),
        "server": (environ["SERVER_NAME"], int(environ["SERVER_PORT"])),
        "state": {},
    }
