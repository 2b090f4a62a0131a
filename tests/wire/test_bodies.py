"""Bodies: whole, too long, cut short, and clients that leave."""

from __future__ import annotations

import typing as t

import pytest

from tests.wire.client import ask, connect, get_json, send

LIMIT = 200_000  # as in app.py
HEAD = "POST /body HTTP/1.1\r\nHost: a\r\nConnection: close\r\n"


def chunks(*pieces: bytes) -> bytes:
    return b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces)


def seen(server: t.Any) -> t.Any:
    return get_json(server.port, "/held")["seen"]


@pytest.mark.parametrize("size", [0, 1, 65_536, 65_537, LIMIT])
def test_a_whole_body_is_read(server: t.Any, size: int) -> None:
    reply = ask(server.port, "/body", f"Content-Length: {size}", method="POST", body=b"a" * size)
    assert reply.statuses == [200]
    assert b'"length":%d,' % size in reply.data


def test_a_body_in_chunks_is_read(server: t.Any) -> None:
    head = (HEAD + "Transfer-Encoding: chunked\r\n\r\n").encode()
    reply = send(server.port, head + chunks(b"a" * 10, b"b" * 70_000) + b"0\r\n\r\n")
    assert reply.statuses == [200]
    assert b'"length":70010' in reply.data


def test_a_body_in_chunks_with_trailers_is_read(server: t.Any) -> None:
    head = (HEAD + "Transfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n").encode()
    reply = send(server.port, head + chunks(b"abc") + b"0\r\nX-Sum: 1\r\n\r\n")
    assert reply.statuses == [200]
    assert b'"length":3' in reply.data


@pytest.mark.parametrize("more", [1, LIMIT])
def test_a_body_over_the_limit(server: t.Any, more: int) -> None:
    before = seen(server)
    size = LIMIT + more
    reply = ask(server.port, "/body", f"Content-Length: {size}", method="POST", body=b"a" * size)
    assert reply.statuses == [413]
    assert seen(server) == before


def test_a_body_in_chunks_over_the_limit(server: t.Any) -> None:
    before = seen(server)
    head = (HEAD + "Transfer-Encoding: chunked\r\n\r\n").encode()
    reply = send(server.port, head + chunks(*[b"a" * 10_001] * 20))
    assert reply.statuses == [413]
    assert seen(server) == before


@pytest.mark.parametrize("length,sent", [(10, 3), (10, 0), (100_000, 70_000), (100_000, 0)])
def test_a_body_cut_short_is_never_taken_as_whole(server: t.Any, length: int, sent: int) -> None:
    before = seen(server)
    reply = send(
        server.port, f"{HEAD}Content-Length: {length}\r\n\r\n".encode() + b"a" * sent, end=True
    )
    assert reply.statuses in ([400], [])
    assert seen(server) == before


BROKEN = {
    "no end": chunks(b"abc"),
    "in a chunk": b"5\r\nabc",
    "no number": chunks(b"abc") + b"zz\r\n\r\n",
    "nothing": b"",
}


@pytest.mark.parametrize("broken", BROKEN)
def test_chunks_cut_short_are_never_taken_as_whole(server: t.Any, broken: str) -> None:
    before = seen(server)
    head = (HEAD + "Transfer-Encoding: chunked\r\n\r\n").encode()
    reply = send(server.port, head + BROKEN[broken], end=True)
    assert reply.statuses in ([400], [])
    assert seen(server) == before


@pytest.mark.parametrize("length", [10, 100_000])
def test_a_client_that_leaves_in_its_body_leaves_nothing(server: t.Any, length: int) -> None:
    before = seen(server)

    for _ in range(5):
        connect(server.port, f"{HEAD}Content-Length: {length}\r\n\r\nabc".encode()).close()

    server.program.until(lambda: get_json(server.port, "/held")["contexts"] == 0, "contexts")
    assert seen(server) == before


@pytest.mark.parametrize("query", ["chunks=3000&pause=0.01", "chunks=3000&size=100000"])
def test_a_client_that_leaves_in_a_stream_leaves_nothing(server: t.Any, query: str) -> None:
    for _ in range(3):
        with connect(
            server.port, f"GET /stream?{query} HTTP/1.1\r\nHost: a\r\n\r\n".encode()
        ) as client:
            assert client.recv(100)

    def is_empty() -> bool:
        held = get_json(server.port, "/held")
        return (held["contexts"], held["streams"]) == (0, 0)

    server.program.until(is_empty, "streams are left")


def test_a_stream_is_whole(server: t.Any) -> None:
    reply = ask(server.port, "/stream?chunks=4")
    assert [piece for piece in (b"0,", b"1,", b"2,", b"3,") if piece in reply.body] == [
        b"0,",
        b"1,",
        b"2,",
        b"3,",
    ]
    assert reply.body.endswith(b"0\r\n\r\n")


def test_a_stream_that_fails_does_not_look_complete(server: t.Any) -> None:
    reply = ask(server.port, "/stream?fail=1")
    assert b"2," in reply.body
    assert not reply.body.endswith(b"0\r\n\r\n")
    assert reply.closed


def test_a_client_that_leaves_in_its_body_and_in_a_stream_leaves_nothing(server: t.Any) -> None:
    head = b"POST /stream?chunks=3000&pause=0.01 HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n"

    with connect(server.port, head + b"\r\nabc") as client:
        assert client.recv(100)

    server.program.until(lambda: get_json(server.port, "/held")["streams"] == 0, "streams are left")
