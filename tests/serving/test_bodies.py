from __future__ import annotations

import io
import threading
import typing as t
from collections.abc import Iterator

import pytest
from werkzeug.exceptions import RequestTimeout

from erlen.serving.bodies import BLOCK, LongBody, Permits, ShortBodies

PATIENCE = 10.0


class Stalling:
    """A body of which no more comes until the test lets it."""

    def __init__(self) -> None:
        self.go_on = threading.Event()

    def read(self, size: int) -> bytes:
        self.go_on.wait(PATIENCE)
        return b""


@pytest.fixture
def stalling() -> Iterator[Stalling]:
    body = Stalling()
    yield body
    body.go_on.set()


def permits(number: int = 1) -> Permits:
    made = Permits(number)
    made.take()  # as the thread that reads has one
    return made


def long_body(data: bytes, length: int | None = None) -> LongBody:
    return LongBody(io.BytesIO(data), length, PATIENCE, permits())


@pytest.mark.parametrize("length", [None, 3 * BLOCK])
@pytest.mark.parametrize("size", [None, -1, 3 * BLOCK, 10 * BLOCK])
def test_a_long_body_is_read_in_one_read(length: int | None, size: int | None) -> None:
    body = long_body(b"a" * 3 * BLOCK, length)
    assert len(body.read(size)) == 3 * BLOCK
    assert body.read(1) == b""
    assert body.is_finished
    body.close()


def test_reads_and_lines_take_turns() -> None:
    with long_body(b"one\ntwo\n\nthree", 14) as body:
        assert body.readline() == b"one\n"
        assert body.read(2) == b"tw"
        assert list(body) == [b"o\n", b"\n", b"three"]
        buffer = bytearray(4)
        assert body.readinto(buffer) == 0


def test_readinto_and_readable() -> None:
    with long_body(b"abcdef", 6) as body:
        assert body.readable()
        buffer = bytearray(4)
        assert body.readinto(buffer) == 4
        assert bytes(buffer) == b"abcd"


def test_no_more_is_asked_for_than_is_wanted() -> None:
    """A client that waits for an answer to what it sent is not waited for."""
    source = io.BytesIO(b"a" * 100)
    with LongBody(source, None, PATIENCE, permits()) as body:
        body.read(10)
        assert source.tell() == 10


def test_a_long_body_cut_short_is_an_error() -> None:
    with long_body(b"abc", 10) as body:
        with pytest.raises(ConnectionResetError, match="7 bytes"):
            body.read()


def test_a_stalled_body_times_out_and_stays_so(stalling: Stalling) -> None:
    with LongBody(stalling, 10, 0.01, permits()) as body:
        for _ in range(2):
            with pytest.raises(RequestTimeout):
                body.read(5)
        assert not body.is_finished


def test_a_body_that_waits_lends_its_permit(stalling: Stalling) -> None:
    shared = permits()
    body = LongBody(stalling, None, PATIENCE, shared)
    thread = threading.Thread(target=body.read)
    thread.start()
    shared.take()  # the only one there is
    stalling.go_on.set()
    shared.give_back(None)
    thread.join()
    body.close()


def test_a_body_that_is_let_go_ends_its_thread() -> None:
    body = long_body(b"a" * 10, 10)
    body.read(1)
    reader: t.Any = body._reader
    del body
    reader.join(PATIENCE)
    assert not reader.is_alive()


def test_a_short_body_is_read_whole() -> None:
    refused: list[str] = []
    bodies = ShortBodies(PATIENCE, refused.append)
    assert bodies.read(io.BytesIO(b"abcdef"), 3, "client") == b"abc"
    bodies.refuse_overdue()
    assert refused == []


def test_a_short_body_cut_short() -> None:
    with pytest.raises(ConnectionResetError):
        ShortBodies(PATIENCE, print).read(io.BytesIO(b"abc"), 4, "client")


def test_an_overdue_body_is_refused_once() -> None:
    refused: list[str] = []
    bodies = ShortBodies(-1, refused.append)

    class Slow:
        def read(self, size: int) -> bytes:
            bodies.refuse_overdue()
            bodies.refuse_overdue()
            return b"abc"

    with pytest.raises(TimeoutError):
        bodies.read(Slow(), 3, "client")
    assert refused == ["client"]


def test_a_body_in_time_is_not_refused() -> None:
    refused: list[str] = []
    bodies = ShortBodies(PATIENCE, refused.append)

    class Quick:
        def read(self, size: int) -> bytes:
            bodies.refuse_overdue()
            return b"abc"

    assert bodies.read(Quick(), 3, "client") == b"abc"
    assert refused == []
