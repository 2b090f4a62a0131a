"""More requests than permits: those that stand in line, and those whose client does not wait."""

from __future__ import annotations

import json
import signal
import socket
import struct
import typing as t

import pytest

from tests.wire.client import connect, get_json, receive

Serve = t.Callable[..., t.Any]
OTHERS = 4
GET = b"GET /body HTTP/1.1\r\nHost: a\r\n\r\n"
POST = b"POST /body HTTP/1.1\r\nHost: a\r\n"
SHORT = POST + b"Content-Length: 3\r\n\r\nabc"
LONG = POST + b"Content-Length: 100000\r\n\r\nabc"
WHOLE = POST + b"Content-Length: 100000\r\n\r\n" + b"a" * 100_000
CHUNKED = POST + b"Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n"


def reset(connection: socket.socket) -> None:
    """Leave without a farewell."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


def test_a_stream_does_not_overtake_those_that_stand_in_line(serve: Serve) -> None:
    served = serve("--threads", "1")
    target = f"GET /turns?others={OTHERS} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"

    with connect(served.port, target.encode()) as stream:
        served.program.wait_for("busy")
        others = [
            connect(served.port, b"GET /turn HTTP/1.0\r\nHost: a\r\n\r\n") for _ in range(OTHERS)
        ]
        turns = [json.loads(receive(each).body) for each in others]
        assert b"came: True" in receive(stream).body

    for each in others:
        each.close()

    assert sorted(turns, key=len) == [["request"] * number for number in range(1, OTHERS + 1)]


@pytest.mark.parametrize("leave", [socket.socket.close, reset])
@pytest.mark.parametrize("request_", [GET, SHORT, LONG, CHUNKED])
def test_what_nobody_waits_for_is_not_begun(
    serve: Serve, request_: bytes, leave: t.Callable[[socket.socket], None]
) -> None:
    served = serve("--threads", "1", "--access-log")
    target = f"GET /busy?others={OTHERS} HTTP/1.0\r\nHost: a\r\n\r\n"

    with connect(served.port, target.encode()) as busy:
        served.program.wait_for("busy")
        others = [connect(served.port, request_) for _ in range(OTHERS)]
        served.program.wait_for("all stand in line")

        for each in others:
            leave(each)

        assert receive(busy).body == b"came: True, left: True"

    held = get_json(served.port, "/held")
    assert (held["seen"], held["contexts"]) == ([], 0)
    served.program.until(lambda: served.program.output.count(" 499 ") == OTHERS, "not logged")


def test_what_is_received_in_line_is_the_applications(serve: Serve) -> None:
    served = serve("--threads", "1")
    target = b"GET /busy?others=3&stay=2 HTTP/1.0\r\nHost: a\r\n\r\n"

    with connect(served.port, target) as busy:
        served.program.wait_for("busy")
        short, whole, left = [connect(served.port, data) for data in (SHORT, WHOLE, LONG)]
        served.program.wait_for("all stand in line")
        left.close()
        assert receive(busy).body == b"came: True, left: True"

    for each in (short, whole):
        assert receive(each, until=b"}\n").statuses == [200]
        each.close()

    assert sorted(get_json(served.port, "/held")["seen"]) == [
        ["POST", "/body", 3],
        ["POST", "/body", 100_000],
    ]


def test_a_worker_that_is_told_to_stop_finishes_those_in_line_whose_clients_wait(
    serve: Serve,
) -> None:
    served = serve("--threads", "1", "--drain-delay", "0")
    target = f"GET /busy?others={OTHERS}&stay=2 HTTP/1.0\r\nHost: a\r\n\r\n".encode()

    with connect(served.port, target) as busy:
        served.program.wait_for("busy")
        others = [connect(served.port, data) for data in (GET, SHORT, GET, SHORT)]
        served.program.wait_for("all stand in line")
        served.program.signal(signal.SIGTERM)
        others[0].close()
        reset(others[1])
        assert receive(busy).body == b"came: True, left: True"

    replies = [receive(each) for each in others[2:]]
    assert [(reply.statuses, reply.closed) for reply in replies] == [([200], True)] * 2
    assert served.program.exit_code() == 0

    for each in others[2:]:
        each.close()
