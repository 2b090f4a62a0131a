"""Send the requests of one application to it: `python drive.py apps/cors.py answers.json`.

Runs in the environments of Flask and of Erlen, so it imports nothing from this project.

An application file holds `app`, a WSGI application, or `COMMAND`, the arguments of an installed
command that serves HTTP (see `started.py`), and `REQUESTS`, a list of dictionaries:

    path       what is asked for, with its query
    method     GET unless it is said
    headers, json, form, data, auth
               as `werkzeug.test.Client.open` takes them (`form` is a dictionary, files included)
    remember   {name: pattern}: the first group of what the pattern finds in headers and body; later
               requests write it as $name in any of their texts
    new        true: a browser without cookies
    websocket  a list of texts to send; the answer's body is what came back (the file says
               `SERVED = True`, the application is then served on a port of its own)
    pause      seconds to wait before the request

and may hold `VOLATILE`, a list of (pattern, replacement): applied to headers and bodies before they
are compared, for what differs from one run to the next.
"""

from __future__ import annotations

import contextlib
import gzip
import importlib.util
import io
import json
import pathlib
import re
import string
import sys
import threading
import time
import traceback
import typing as t

import werkzeug.test
from started import Command  # type: ignore[import-not-found]  # it is beside this file
from werkzeug.serving import make_server


class Browser:
    """A client that keeps cookies and what it was told to remember."""

    def __init__(self, app: t.Any) -> None:
        self.app = app
        self.client = werkzeug.test.Client(app)
        self.known: dict[str, str] = {}

    def send(self, step: dict[str, t.Any]) -> dict[str, t.Any]:
        time.sleep(step.get("pause", 0))
        if step.get("new"):
            self.client = werkzeug.test.Client(self.app)
        response = self.client.open(**self.arguments(step))
        answer: dict[str, t.Any] = {
            "status": response.status,
            "headers": [[name, value] for name, value in response.headers],
            "body": readable(response).decode("utf-8", "backslashreplace"),
        }
        text = f"{response.headers}{answer['body']}"
        for name, pattern in step.get("remember", {}).items():
            found = re.search(pattern, text)
            self.known[name] = found[1] if found else f"<no {name}>"
        response.close()
        return answer

    def arguments(self, step: dict[str, t.Any]) -> dict[str, t.Any]:
        arguments: dict[str, t.Any] = {"method": step.get("method", "GET")}
        arguments["path"] = self.filled(step["path"])
        for name in ("headers", "json", "data", "auth"):
            if name in step:
                arguments[name] = self.filled(step[name])
        if "form" in step:
            arguments["data"] = {key: self.field(value) for key, value in step["form"].items()}
        return arguments

    def field(self, value: t.Any) -> t.Any:
        if isinstance(value, dict):  # a file: {"name": ..., "content": ...}
            return io.BytesIO(value["content"].encode()), value["name"]
        return self.filled(value)

    def filled(self, value: t.Any) -> t.Any:
        if isinstance(value, str):
            return string.Template(value).safe_substitute(self.known)
        if isinstance(value, dict):
            return {name: self.filled(item) for name, item in value.items()}
        if isinstance(value, (list, tuple)):
            return type(value)(self.filled(item) for item in value)
        return value


def readable(response: t.Any) -> bytes:
    """Return the body; unpacked if it is gzip, which tells the time in its header."""
    data: bytes = response.get_data()
    return gzip.decompress(data) if data.startswith(b"\x1f\x8b") else data


def talk(port: int, step: dict[str, t.Any]) -> dict[str, t.Any]:
    """Open a WebSocket, send each text and wait for one answer to it."""
    import simple_websocket

    heard = []
    socket = simple_websocket.Client(f"ws://127.0.0.1:{port}{step['path']}")
    # The server may have closed it by now, in the middle of our saying so.
    with contextlib.suppress(simple_websocket.ConnectionClosed, OSError):
        for text in step["websocket"]:
            socket.send(text)
            heard.append(socket.receive(timeout=10))
        socket.close()
    return {"status": "websocket", "headers": [], "body": repr(heard)}


@contextlib.contextmanager
def served(app: t.Any) -> t.Iterator[int]:
    server = make_server("127.0.0.1", 0, app, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_port
    server.shutdown()


def answers(module: t.Any) -> list[dict[str, t.Any]]:
    with contextlib.ExitStack() as stack:
        port = stack.enter_context(served(module.app)) if hasattr(module, "SERVED") else 0
        browser = Browser(module.app if hasattr(module, "app") else Command(module.COMMAND))
        return [
            talk(port, step) if "websocket" in step else attempt(browser, step)
            for step in module.REQUESTS
        ]


def attempt(browser: Browser, step: dict[str, t.Any]) -> dict[str, t.Any]:
    try:
        return browser.send(step)
    except Exception as exc:  # what escapes from an application is an answer to compare as well
        traceback.print_exc()
        return {"status": "escaped", "headers": [], "body": f"{type(exc).__name__}: {exc}"}


def main(path: str, target: str) -> None:
    spec = importlib.util.spec_from_file_location("application", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["application"] = module
    spec.loader.exec_module(module)
    report = {
        "flask": framework(),
        "requests": module.REQUESTS,
        "volatile": getattr(module, "VOLATILE", []),
        "answers": answers(module),
    }
    pathlib.Path(target).write_text(json.dumps(report))


def framework() -> str:
    import flask

    return flask.Flask.__module__


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
