"""Clients of ``erlen serve`` that begin and do not go on."""

from __future__ import annotations

import time
import typing as t
from collections.abc import Iterator

import pytest

from tests.wire.client import Load, ask, connect, get_json, receive, send
from tests.wire.conftest import Served, start

Serve = t.Callable[..., t.Any]
SHORT = b"POST /body HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\nabc"
LONG = b"POST /body HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\nabc"
CHUNKED = b"POST /body HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n"
HEAD = b"POST /body HTTP/1.1\r\nHost: a\r\nContent-"
UNREAD = b"GET /stream?chunks=100&size=1000000 HTTP/1.1\r\nHost: a\r\n\r\n"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """One server, as it is by default."""
    started = start(tmp_path_factory.mktemp("stalls"), "erlen")
    yield started
    started.program.end()


@pytest.mark.parametrize("stalled", [SHORT, LONG, CHUNKED, HEAD, UNREAD, b""])
def test_stalled_clients_do_not_stop_the_others(served: Served, stalled: bytes) -> None:
    # More than the threads that work, of a worker as it is by default.
    connections = [connect(served.port, stalled) for _ in range(50)]

    with Load(served.port) as load:
        load.wait_for_more(200)

    assert set(load.results) == {"200"}

    for each in connections:
        each.close()

    served.program.until(lambda: get_json(served.port, "/held")["contexts"] == 0, "contexts")


@pytest.mark.parametrize("stalled", [SHORT, LONG, CHUNKED])
def test_a_body_that_takes_too_long(serve: Serve, stalled: bytes) -> None:
    served = serve("--body-timeout", "1")

    with connect(served.port, stalled) as connection:
        reply = receive(connection)

    assert reply.statuses == [408]
    assert reply.closed
    assert b"connection: close" in reply.data
    held = get_json(served.port, "/held")
    assert (held["seen"], held["contexts"]) == ([], 0)


@pytest.mark.parametrize("stalled", [b"", HEAD, b"GET /pid HTTP/1.1\r\nHost: a\r\n\r\n"])
def test_a_head_that_takes_too_long_and_an_idle_connection(serve: Serve, stalled: bytes) -> None:
    served = serve("--header-timeout", "1")

    with connect(served.port, stalled) as connection:
        assert receive(connection).closed


def test_a_stream_does_not_wait_for_a_body_that_nobody_reads(serve: Serve) -> None:
    served = serve("--body-timeout", "1")
    head = b"POST /stream?chunks=3000&pause=0.01 HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n"

    with connect(served.port, head + b"\r\n" + b"a" * 80_000) as client:
        assert client.recv(100)

    served.program.until(lambda: get_json(served.port, "/held")["streams"] == 0, "streams are left")


def test_clients_that_leave_their_streams_again_and_again_do_not_stop_the_others(
    serve: Serve,
) -> None:
    """More of them than connections: what they started outlives them."""
    served = serve("--connections", "4", "--threads", "2")
    endless = b"GET /stream?chunks=1000000000 HTTP/1.1\r\nHost: a\r\n\r\n"

    for _ in range(300):
        connect(served.port, endless).close()

    assert ask(served.port, "/pid").statuses == [200]
    served.program.until(lambda: get_json(served.port, "/held")["streams"] == 0, "streams are left")


def test_a_body_that_comes_slowly_is_read(serve: Serve) -> None:
    served = serve("--body-timeout", "2")

    with connect(
        served.port, b"POST /body HTTP/1.1\r\nHost: a\r\nContent-Length: 80000\r\n"
    ) as slow:
        slow.sendall(b"Connection: close\r\n\r\n")

        for _ in range(8):  # longer than the timeout, but each block of 16 KB is in time
            time.sleep(0.35)
            slow.sendall(b"a" * 10_000)

        reply = receive(slow)

    assert reply.statuses == [200]
    assert b'"length":80000' in reply.data


def test_a_worker_with_stalled_clients_ends(serve: Serve) -> None:
    served = serve("--graceful-timeout", "1")
    connections = [connect(served.port, stalled) for stalled in (SHORT, LONG, HEAD, b"")]
    assert ask(served.port, "/pid").statuses == [200]
    served.program.signal(15)
    assert served.program.exit_code() == 0

    for each in connections:
        each.close()


def test_more_connections_than_allowed_wait(serve: Serve) -> None:
    served = serve("--connections", "2")
    held = [connect(served.port) for _ in range(2)]

    with connect(served.port, b"GET /pid HTTP/1.0\r\n\r\n") as waiting:
        held[0].close()
        held[1].close()
        assert receive(waiting).statuses == [200]


def test_the_access_log_has_what_was_refused(serve: Serve) -> None:
    served = serve("--access-log")
    send(served.port, b"GET /body HTTP/1.1\r\n\r\n")
    served.program.wait_for(r'"GET /body HTTP/1\.1" 400')
