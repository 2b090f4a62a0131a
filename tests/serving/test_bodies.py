from __future__ import annotations

import threading
import typing as t
from collections.abc import Callable

import pytest
from werkzeug.exceptions import RequestTimeout

from erlen.serving import bodies
from erlen.serving.bodies import BLOCK, GLIMPSE, Departure, LongBody, ShortBodies
from erlen.serving.inbox import AHEAD, Inbox
from erlen.serving.permits import Permits
from tests.serving.exchanges import END, GONE, PATIENCE, Connection, piece


def permits(number: int = 1) -> Permits:
    made = Permits(number)
    made.take()  # as the thread that reads has one
    return made


def long_body(
    *data: bytes, length: int | None = None, timeout: float = PATIENCE, end: t.Any = END
) -> LongBody:
    connection = Connection([*map(piece, data), *([end] if end else [])])
    return LongBody(connection.receive, length, timeout, permits())


@pytest.mark.parametrize("length", [None, 3 * BLOCK])
@pytest.mark.parametrize("size", [None, -1, 3 * BLOCK, 10 * BLOCK])
def test_a_long_body_is_read_in_one_read(length: int | None, size: int | None) -> None:
    body = long_body(b"a" * 2 * BLOCK, b"", b"a" * BLOCK, length=length)
    assert len(body.read(size)) == 3 * BLOCK
    assert body.read(1) == b""
    assert body.is_finished
    body.close()


def test_reads_and_lines_take_turns() -> None:
    with long_body(b"one\nt", b"wo\n\nthr", b"ee", length=14) as body:
        assert body.readline() == b"one\n"
        assert body.read(2) == b"tw"
        assert list(body) == [b"o\n", b"\n", b"three"]
        buffer = bytearray(4)
        assert body.readinto(buffer) == 0


def test_a_line_is_looked_for_bit_by_bit() -> None:
    """What is behind it would be copied for each line."""
    lines = [b"a" * 3 * GLIMPSE + b"\n", b"b\n", b"c" * GLIMPSE]
    with long_body(b"".join(lines)) as body:
        assert len(body.peek()) == GLIMPSE
        assert list(body) == lines


def test_readinto_and_readable() -> None:
    with long_body(b"abcdef", length=6) as body:
        assert body.readable()
        buffer = bytearray(4)
        assert body.readinto(buffer) == 4
        assert bytes(buffer) == b"abcd"


def test_no_more_is_asked_for_than_is_wanted() -> None:
    """A client that waits for an answer to what it sent is not waited for."""
    with long_body(b"a" * 10, end=None) as body:
        assert body.read(10) == b"a" * 10
        assert not body.is_finished


@pytest.mark.parametrize("length", [None, 10])
@pytest.mark.parametrize("end,missing", [(GONE, "broke off"), (END, "7 bytes")])
def test_a_long_body_cut_short_is_an_error(length: int | None, end: t.Any, missing: str) -> None:
    with long_body(b"abc", length=length, end=end) as body:
        if length is None and end is END:
            assert body.read() == b"abc"
        else:
            for _ in range(2):
                with pytest.raises(ConnectionResetError, match=missing):
                    body.read()
            assert not body.is_finished


def test_a_stalled_body_times_out_and_stays_so() -> None:
    connection = Connection()
    with LongBody(connection.receive, 10, 0.01, permits()) as body:
        for _ in range(2):
            with pytest.raises(RequestTimeout):
                body.read(5)
        assert not body.is_finished
        assert connection.is_let_go


class Clock:
    """Time that passes only by being asked for."""

    def __init__(self, step: float = 0) -> None:
        self.now, self.step = 0.0, step

    def monotonic(self) -> float:
        self.now += self.step
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


def test_the_timeout_is_for_a_block_and_not_for_each_of_its_pieces(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(bodies, "time", Clock(step=1))
    with long_body(*[b"a"] * 12, timeout=9, end=None) as body:
        with pytest.raises(RequestTimeout):
            body.read()
    with long_body(*[b"a" * BLOCK] * 12, timeout=9) as body:
        assert len(body.read()) == 12 * BLOCK


def test_waiting_for_a_permit_is_not_the_clients_time(monkeypatch: pytest.MonkeyPatch) -> None:
    clock, shared = Clock(), permits()
    monkeypatch.setattr(bodies, "time", clock)

    def take() -> None:
        clock.now += 100

    monkeypatch.setattr(shared, "take", take)
    connection = Connection([piece(b"a"), piece(b"b"), END])
    with LongBody(connection.receive, None, PATIENCE, shared) as body:
        assert body.read() == b"ab"


def test_a_body_that_waits_lends_its_permit() -> None:
    shared, connection = permits(), Connection()
    body = LongBody(connection.receive, None, PATIENCE, shared)
    thread = threading.Thread(target=body.read)
    thread.start()
    shared.take()  # the only one there is
    connection.promises[0].keep(END)
    shared.give_back()
    thread.join()
    body.close()


def test_a_body_that_is_closed_lets_go_of_its_client() -> None:
    connection = Connection()
    body = LongBody(connection.receive, None, PATIENCE, permits())
    assert not body.is_cut_off()
    assert not connection.is_let_go
    body.close()
    assert connection.is_let_go


def outcomes_of(
    *messages: t.Any, length: int = 6, timeout: float = PATIENCE
) -> tuple[ShortBodies, Connection, list[t.Any]]:
    outcomes: list[t.Any] = []
    connection, short = Connection(messages), ShortBodies(timeout)
    short.read(connection.receive, length, outcomes.append)
    return short, connection, outcomes


@pytest.mark.parametrize("pieces", [(b"abcdef",), (b"abc", b"", b"def")])
def test_a_short_body_is_read_whole(pieces: tuple[bytes, ...]) -> None:
    short, _, outcomes = outcomes_of(*map(piece, pieces))
    short.refuse_overdue()
    assert outcomes == [b"abcdef"]


@pytest.mark.parametrize("end", [GONE, END])
def test_a_short_body_cut_short(end: t.Any) -> None:
    _, _, outcomes = outcomes_of(piece(b"abc"), end)
    assert [type(each) for each in outcomes] == [ConnectionResetError]


def test_an_overdue_body_is_refused_once_and_its_client_let_go() -> None:
    short, connection, outcomes = outcomes_of(piece(b"abc"), timeout=-1)
    short.refuse_overdue()
    short.refuse_overdue()
    assert [type(each) for each in outcomes] == [TimeoutError]
    assert connection.is_let_go


def test_a_body_in_time_is_not_refused() -> None:
    short, connection, outcomes = outcomes_of(piece(b"abc"))
    short.refuse_overdue()
    connection.promises[-1].keep(piece(b"def"))
    assert outcomes == [b"abcdef"]


def test_a_body_that_is_given_up_while_a_piece_arrives() -> None:
    outcomes: list[t.Any] = []
    connection, short = Connection([piece(b"abc")]), ShortBodies(-1)

    def receive() -> t.Any:
        if connection.promises:
            short.refuse_overdue()
        return connection.receive()

    short.read(receive, 6, outcomes.append)
    assert [type(each) for each in outcomes] == [TimeoutError]
    assert connection.is_let_go


def test_a_body_that_comes_too_late_is_not_taken() -> None:
    outcomes: list[t.Any] = []
    connection, short = Connection(), ShortBodies(-1)

    class Late(Connection):
        def receive(self) -> t.Any:
            promise = connection.receive()
            cancel = promise.cancel

            def cancel_too_late() -> bool:
                promise.keep(piece(b"abcdef"))
                return cancel()

            promise.cancel = cancel_too_late  # type: ignore[method-assign]
            return promise

    short.read(Late().receive, 6, outcomes.append)
    short.refuse_overdue()
    assert [type(each) for each in outcomes] == [TimeoutError]


def test_a_body_that_comes_while_others_are_refused() -> None:
    outcomes: list[t.Any] = []
    slow, late, short = Connection(), Connection(), ShortBodies(-1)
    short.read(slow.receive, 6, lambda _: late.promises[0].keep(piece(b"abcdef")))
    short.read(late.receive, 6, outcomes.append)
    short.refuse_overdue()
    assert outcomes == [b"abcdef"]


Looks = Callable[[Connection, LongBody | None], Departure]


@pytest.fixture
def departure(monkeypatch: pytest.MonkeyPatch) -> Looks:
    """One that looks at once."""
    monkeypatch.setattr(Departure, "CHUNKS", 1)
    return lambda connection, body: Departure(connection.receive, body)


def test_nobody_looks_during_the_first_chunks() -> None:
    connection = Connection([GONE])
    seen = [Departure(connection.receive, None).is_seen() for _ in range(Departure.CHUNKS)]
    assert not any(seen)
    departure = Departure(connection.receive, None)
    assert [departure.is_seen() for _ in range(Departure.CHUNKS)][-1]


def test_a_client_that_stays_and_leaves(departure: Looks) -> None:
    connection = Connection([END])
    looks = departure(connection, None)
    assert not looks.is_seen()
    connection.promises[-1].keep(GONE)
    assert looks.is_seen()


def test_a_departure_that_nobody_waits_for_any_more(departure: Looks) -> None:
    connection = Connection([END])
    looks = departure(connection, None)
    looks.forget()
    looks.is_seen()
    looks.forget()
    assert connection.is_let_go


def test_a_client_that_leaves_in_its_body(departure: Looks) -> None:
    connection = Connection([piece(b"abc"), piece(b"def")])
    with LongBody(connection.receive, None, PATIENCE, permits()) as body:
        looks = departure(connection, body)
        assert not looks.is_seen()
        assert body.read(4) == b"abcd"
        assert [looks.is_seen() for _ in range(2)] == [False, False]
        connection.promises[-1].keep(GONE)
        assert looks.is_seen()
        with pytest.raises(ConnectionResetError):
            body.read()


def test_a_body_that_broke_off_and_was_read_is_a_departure(departure: Looks) -> None:
    """Granian then has no future any more."""
    connection = Connection([GONE])
    inbox = Inbox(lambda: connection.receive() if not connection.promises else t.cast(t.Any, None))
    with LongBody(inbox, None, PATIENCE, permits()) as body:
        with pytest.raises(ConnectionResetError):
            body.read()
        assert departure(connection, body).is_seen()


def test_after_a_whole_body_the_client_is_looked_at(departure: Looks) -> None:
    connection = Connection([piece(b"abc"), END, GONE])
    with LongBody(connection.receive, 3, PATIENCE, permits()) as body:
        assert body.read() == b"abc"
        assert departure(connection, body).is_seen()


def test_what_came_while_the_request_stood_in_line_is_not_thrown_away(
    departure: Looks, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = Clock()
    monkeypatch.setattr(bodies, "time", clock)
    connection = Connection([piece(b"a" * AHEAD), END])
    with LongBody(connection.receive, None, PATIENCE, permits()) as body:
        looks = departure(connection, body)
        clock.now += PATIENCE + 1
        assert [looks.is_seen() for _ in range(2)] == [False] * 2
        assert len(body.read()) == AHEAD


def test_what_nobody_reads_is_thrown_away_in_the_end(
    departure: Looks, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = Clock()
    monkeypatch.setattr(bodies, "time", clock)
    connection = Connection([piece(b"a" * AHEAD), piece(b"b"), GONE])
    with LongBody(connection.receive, None, PATIENCE, permits()) as body:
        looks = departure(connection, body)
        assert [looks.is_seen() for _ in range(5)] == [False] * 5
        clock.now += PATIENCE + 1
        assert [looks.is_seen(), looks.is_seen()] == [False, True]
        with pytest.raises(ConnectionResetError):
            body.read(1)
