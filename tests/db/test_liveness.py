"""A look at the socket in place of a question to the server."""

from __future__ import annotations

import collections.abc as cabc
import socket

import pytest

from erlen.db import liveness
from erlen.db.liveness import SocketFirst, is_quiet

Pair = tuple[socket.socket, socket.socket]


@pytest.fixture
def pair() -> cabc.Iterator[Pair]:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        yield ours, theirs


class Server:
    """What a dialect's ``do_ping`` would be: it answers, and counts."""

    def __init__(self) -> None:
        self.asked = 0

    def ask(self, connection: socket.socket) -> bool:
        self.asked += 1
        return True


def test_a_socket_is_quiet_until_the_other_end_speaks_or_leaves(pair: Pair) -> None:
    ours, theirs = pair
    assert is_quiet(ours.fileno())
    theirs.send(b"terminating connection due to administrator command")
    assert not is_quiet(ours.fileno())
    ours.recv(100)
    assert is_quiet(ours.fileno())
    theirs.close()
    assert not is_quiet(ours.fileno())


def test_a_quiet_connection_is_asked_once(pair: Pair) -> None:
    server = Server()
    ping = SocketFirst(server.ask)
    assert [ping(pair[0]) for _ in range(3)] == [True] * 3
    assert server.asked == 1


def test_it_is_asked_again_after_a_while(pair: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    now = [100.0]
    monkeypatch.setattr("erlen.db.liveness.time.monotonic", lambda: now[0])
    server = Server()
    ping = SocketFirst(server.ask)
    for seconds in (0.0, liveness.TRUSTED - 1, 2.0, 1.0):
        now[0] += seconds
        ping(pair[0])
    assert server.asked == 2


def test_it_is_asked_when_there_is_something_to_read(pair: Pair) -> None:
    server = Server()
    ping = SocketFirst(server.ask)
    ping(pair[0])
    pair[1].close()
    ping(pair[0])
    assert server.asked == 2


def test_an_answer_that_never_came_is_not_trusted(pair: Pair) -> None:
    def ask(connection: socket.socket) -> bool:
        raise OSError("gone")

    ping = SocketFirst(ask)
    for _ in range(2):
        with pytest.raises(OSError, match="gone"):
            ping(pair[0])
