"""Raw sockets, and a client that counts what fails."""

from __future__ import annotations

import collections
import http.client
import json
import re
import socket
import threading
import time
import typing as t

from tests.processes import PATIENCE


class Reply(t.NamedTuple):
    """Everything that came back on a connection."""

    data: bytes
    #: Whether the server closed the connection, in whatever way.
    closed: bool

    @property
    def statuses(self) -> list[int]:
        return [int(status) for status in re.findall(rb"HTTP/1\.\d (\d{3}) ", self.data)]

    @property
    def body(self) -> bytes:
        return self.data.partition(b"\r\n\r\n")[2]


def connect(port: int, data: bytes = b"") -> socket.socket:
    connection = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)
    connection.sendall(data)
    return connection


def receive(connection: socket.socket, until: bytes | None = None) -> Reply:
    """Read until the server closes the connection, or until the data ends with *until*."""
    data = b""

    try:
        while until is None or not data.endswith(until):
            piece = connection.recv(65536)

            if not piece:
                return Reply(data, True)

            data += piece
    except ConnectionError:
        return Reply(data, True)

    return Reply(data, False)


def send(port: int, data: bytes, *, end: bool = False) -> Reply:
    """Send *data* and return all that comes until the server closes.

    :param end: close the client's half, as one does that is gone.
    """
    with connect(port) as connection:
        try:
            connection.sendall(data)

            if end:
                connection.shutdown(socket.SHUT_WR)
        except OSError:
            pass  # it was refused before all was sent

        return receive(connection)


def ask(
    port: int, target: str = "/", *headers: str, method: str = "GET", body: bytes = b""
) -> Reply:
    """Make one proper request, after which the connection is closed."""
    lines = [f"{method} {target} HTTP/1.1", "Host: wire", "Connection: close", *headers]
    return send(port, "\r\n".join([*lines, "", ""]).encode("latin-1") + body)


def get_json(port: int, target: str) -> t.Any:
    return json.loads(ask(port, target).body)


class Load:
    """Clients that never pause and count what becomes of their requests.

    Half of them keep a connection, as long as the server lets them, the others open one for
    each request. An answer with ``Connection: close`` ends a connection without a failure.
    """

    def __init__(self, port: int, target: str = "/pid", clients: int = 4) -> None:
        self._port = port
        self._target = target
        self._stop = threading.Event()
        self.results: collections.Counter[str] = collections.Counter()
        self._threads = [
            threading.Thread(target=self._run, args=(number % 2 == 0,)) for number in range(clients)
        ]

    def __enter__(self) -> Load:
        for thread in self._threads:
            thread.start()

        return self

    def __exit__(self, *exc_info: object) -> None:
        self.stop()

    def stop(self) -> None:
        self._stop.set()

        for thread in self._threads:
            thread.join()

    def wait_for_more(self, number: int = 20) -> None:
        """Wait until *number* further requests were made."""
        goal, deadline = self.results.total() + number, time.monotonic() + PATIENCE

        while self.results.total() < goal:
            assert time.monotonic() < deadline, self.results
            time.sleep(0.02)

    def _run(self, keep: bool) -> None:
        while not self._stop.is_set():
            connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=PATIENCE)

            try:
                self._talk(connection, keep)
            except (OSError, http.client.HTTPException) as exc:
                self.results[repr(exc)] += 1
            finally:
                connection.close()

    def _talk(self, connection: http.client.HTTPConnection, keep: bool) -> None:
        going_on = True

        while going_on and not self._stop.is_set():
            connection.request("GET", self._target)
            response = connection.getresponse()
            response.read()
            self.results[str(response.status)] += 1
            going_on = keep and not response.will_close
