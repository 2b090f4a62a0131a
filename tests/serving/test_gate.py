from __future__ import annotations

import contextlib
import itertools
import threading
import time
import typing as t
from collections.abc import Iterable, Iterator

import pytest
from werkzeug.exceptions import RequestTimeout

from erlen.serving import ServerSettings
from erlen.serving.gate import Gate
from erlen.serving.phase import Phase
from tests.serving.exchanges import END, GONE, Connection, Exchange, make_scope, piece

Environ = dict[str, t.Any]
CLOSE = (b"Connection", b"close")


def exchange(
    data: bytes = b"", *headers: tuple[bytes, bytes], end: t.Any = END, **scope: t.Any
) -> Exchange:
    length = [(b"content-length", b"%d" % len(data))] if data and not headers else []
    pieces = [piece(data[at : at + 60_000]) for at in range(0, len(data), 60_000)]
    connection = Connection([*pieces, *([end] if end else [])])
    return Exchange(make_scope(*length, *headers, **scope), connection)


def echo(environ: Environ, start: t.Any) -> list[bytes]:
    start("200 OK", [("X-Length", environ.get("CONTENT_LENGTH", ""))])
    return [environ["wsgi.input"].read()]


def ask(app: t.Any = echo, data: bytes = b"", *headers: t.Any, **more: t.Any) -> Exchange:
    answer = exchange(data, *headers, **more)
    Gate(app, ServerSettings(), phase=Phase())(answer)
    return answer


@pytest.mark.parametrize("size", [0, 1, 65_536, 65_537, 1_000_000])
def test_bodies_of_all_sizes(size: int) -> None:
    answer = ask(data=b"a" * size)
    assert (answer.status, len(answer.body)) == (200, size)
    assert CLOSE not in answer.headers


def test_an_announced_length_of_nothing() -> None:
    assert ask(echo, b"", (b"content-length", b"0")).body == b""


@pytest.mark.parametrize("size", [5, 70_000])
def test_lines_of_a_body(size: int) -> None:
    def app(environ: Environ, start: t.Any) -> list[bytes]:
        start("200 OK", [])
        return [repr(list(environ["wsgi.input"])[:2]).encode()]

    assert ask(app, b"a\n\nb" + b"c" * size).body == rb"[b'a\n', b'\n']"


@pytest.mark.parametrize("end", [END, GONE])
def test_a_body_cut_short_does_not_reach_the_application(end: t.Any) -> None:
    answer = ask(echo, b"abc", (b"content-length", b"4"), end=end)
    assert (answer.status, answer.body) == (400, b"The body broke off.\n")
    assert CLOSE in answer.headers
    assert answer.is_done


def test_a_body_that_takes_too_long_is_refused_by_the_watch() -> None:
    answer = exchange(b"abc", (b"content-length", b"4"), end=None)
    gate = Gate(echo, ServerSettings(body_timeout=t.cast(int, 0.01)))
    gate.watch()
    gate(answer)
    assert answer.proto.complete.wait(10)
    assert answer.status == 408
    assert answer.proto.is_let_go


@pytest.mark.parametrize("reads", [False, True])
def test_a_long_body_that_is_not_read_whole_closes_the_connection(reads: bool) -> None:
    def app(environ: Environ, start: t.Any) -> list[bytes]:
        if reads:
            with pytest.raises(RequestTimeout):
                environ["wsgi.input"].read()
        start("413 Too Large", [])
        return []

    answer = exchange(b"a" * 60_000, (b"content-length", b"100000"), end=None)
    Gate(app, ServerSettings(body_timeout=t.cast(int, 0.01)), phase=Phase())(answer)
    assert CLOSE in answer.headers
    assert answer.is_done
    assert answer.proto.is_let_go


@pytest.mark.parametrize(
    "coding,status", [(b"chunked", 200), (b" Chunked", 200), (b"gzip, chunked", 501)]
)
def test_bodies_in_chunks(coding: bytes, status: int) -> None:
    answer = ask(echo, b"abc", (b"transfer-encoding", coding))
    assert answer.status == status
    assert (answer.body == b"abc") == (status == 200)


@pytest.mark.parametrize(
    "hosts,version,status",
    [
        ([b""], "1.1", 400),
        ([b"a", b"b"], "1.1", 400),
        ([b"a,b"], "1", 400),
        ([b""], "1", 200),
        ([b"a"], "1", 200),
    ],
)
def test_hosts(hosts: list[bytes], version: str, status: int) -> None:
    seen: list[Environ] = []

    def app(environ: Environ, start: t.Any) -> list[bytes]:
        seen.append(environ)
        return echo(environ, start)

    answer = ask(app, http_version=version, headers=[(b"host", host) for host in hosts])
    assert answer.status == status
    found = [each.get("HTTP_HOST") for each in seen]
    assert found == ([hosts[0].decode() or None] if status == 200 else [])


def test_the_environ_is_complete_and_has_nothing_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "leaks")
    seen: list[Environ] = []

    def app(environ: Environ, start: t.Any) -> list[bytes]:
        seen.append(environ)
        return echo(environ, start)

    Gate(app, ServerSettings(workers=2, threads=1))(exchange())
    [environ] = seen
    assert "HTTP_PROXY" not in environ
    assert environ["wsgi.version"] == (1, 0)
    assert (environ["wsgi.multiprocess"], environ["wsgi.multithread"]) == (True, False)


def test_a_stream_is_sent_without_empty_chunks_and_closed() -> None:
    closed = []

    def app(environ: Environ, start: t.Any) -> Iterable[bytes | bytearray]:
        start("200 OK", [])

        def chunks() -> Iterator[bytes | bytearray]:
            try:
                yield b"a"
                yield b""
                yield bytearray(b"b")
            finally:
                closed.append(True)

        return chunks()

    assert ask(app).proto.chunks == [b"a", b"b", b""]
    assert closed == [True]


def test_a_body_that_cannot_be_closed() -> None:
    def app(environ: Environ, start: t.Any) -> Iterable[bytes]:
        start("200 OK", [])
        return (b"a", b"b")

    assert ask(app).proto.chunks == [b"a", b"b", b""]


@pytest.mark.parametrize("closable", [True, False])
def test_a_middleware_that_starts_late(closable: bool) -> None:
    closed = []

    class Late:
        def __init__(self, start: t.Any) -> None:
            self.start = start

        def __iter__(self) -> Iterator[bytes]:
            self.start("202 Accepted", [])
            yield b"a"
            yield b"b"

    class Closable(Late):
        def close(self) -> None:
            closed.append(True)

    answer = ask(lambda environ, start: (Closable if closable else Late)(start))
    assert (answer.status, answer.proto.chunks) == (202, [b"a", b"b", b""])
    assert closed == [True] * closable


def test_what_was_written_comes_first() -> None:
    def app(environ: Environ, start: t.Any) -> list[bytes]:
        start("200 OK", [])(b"written, ")
        return [b"returned"]

    assert ask(app).body == b"written, returned"


def test_an_application_that_fails_gives_its_permit_back_and_is_logged() -> None:
    statuses: list[int] = []

    def app(environ: Environ, start: t.Any) -> list[bytes]:
        if environ["PATH_INFO"] == "/fail":
            raise ValueError("for the server to log")
        return echo(environ, start)

    gate = Gate(app, ServerSettings(threads=1), lambda *args: statuses.append(args[-1]))
    failed = exchange(raw_path=b"/fail")
    for each in (failed, exchange(b"abc"), exchange(raw_path=b"/fail")):
        gate(each)
    gate(exchange(headers=[(b"host", b"")]))
    assert statuses == [500, 200, 500, 400]
    assert [type(error) for error in failed.errors] == [ValueError]


def test_connections_are_closed_when_the_worker_ends() -> None:
    phase = Phase()
    gate = Gate(echo, ServerSettings(), phase=phase)
    for closing in (False, True):
        phase.closing = closing
        answer = exchange()
        gate(answer)
        assert (CLOSE in answer.headers) is closing


@pytest.mark.parametrize("sent,status", [([], 500), ([b"a"], 200)])
def test_a_stream_that_fails_is_broken_off(sent: list[bytes], status: int) -> None:
    statuses: list[int] = []

    def app(environ: Environ, start: t.Any) -> Iterable[bytes]:
        start("200 OK", [])

        def chunks() -> Iterator[bytes]:
            yield from sent
            raise ValueError("for the server to log")

        return chunks()

    answer = exchange()
    Gate(app, ServerSettings(), lambda *args: statuses.append(args[-1]))(answer)
    assert statuses == [status]
    assert answer.proto.chunks == sent
    assert [type(error) for error in answer.errors] == [ValueError]


def test_a_stream_that_nobody_waits_for_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("erlen.serving.bodies.Departure.CHUNKS", 1)
    closed = []

    def app(environ: Environ, start: t.Any) -> Iterable[bytes]:
        start("200 OK", [])

        def chunks() -> Iterator[bytes]:
            try:
                while True:
                    yield b"a"
            finally:
                closed.append(True)

        return chunks()

    assert ask(app, end=GONE).proto.chunks == [b"a"]
    assert closed == [True]


def test_a_header_that_is_not_latin_1_is_an_error() -> None:
    def app(environ: Environ, start: t.Any) -> list[bytes]:
        start("200 OK", [("X-Name", "\u0434")])
        return []

    assert [type(error) for error in ask(app).errors] == [UnicodeEncodeError]


class Held:
    """An application that keeps its first request until the test lets it go."""

    def __init__(self) -> None:
        self.seen: list[str] = []
        self.is_held, self.let_go = threading.Event(), threading.Event()

    def __call__(self, environ: Environ, start: t.Any) -> list[bytes]:
        self.seen.append(environ["PATH_INFO"])
        if not self.is_held.is_set():
            self.is_held.set()
            assert self.let_go.wait(10)
        return echo(environ, start)


@contextlib.contextmanager
def held(app: Held, log: list[int], **settings: t.Any) -> Iterator[Gate]:
    """A gate whose only permit or seat is taken; at the end all is answered."""
    gate = Gate(app, ServerSettings(**settings), lambda *args: log.append(args[-1]), Phase())
    threads = [threading.Thread(target=gate, args=(exchange(raw_path=b"/first"),))]
    threads[0].start()
    assert app.is_held.wait(10)
    yield gate
    app.let_go.set()
    threads[0].join()


def in_thread(gate: Gate, request: Exchange) -> threading.Thread:
    thread = threading.Thread(target=gate, args=(request,))
    thread.start()
    return thread


LONG = (b"content-length", b"70000")


@pytest.mark.parametrize("data,headers", [(b"", []), (b"abc", []), (b"a" * 60_000, [LONG])])
def test_a_client_that_leaves_the_line_is_not_worked_for(data: bytes, headers: t.Any) -> None:
    app, log = Held(), list[int]()
    with held(app, log, threads=1) as gate:
        leaves = exchange(data, *headers, end=GONE, raw_path=b"/leaves")
        in_thread(gate, leaves).join(10)
        assert leaves.is_done
        assert leaves.proto.is_let_go
    assert app.seen == ["/first"]
    assert log == [499, 200]
    gate(after := exchange())
    assert after.status == 200


def test_a_client_that_leaves_just_when_its_turn_comes_leaves_no_permit_behind() -> None:
    app, log = Held(), list[int]()
    with held(app, log, threads=1) as gate:
        leaves = exchange(b"", end=None)
        waiting = in_thread(gate, leaves)
        while not leaves.proto.promises:
            time.sleep(0.001)
        gate._permits.leave = lambda turn: gate._permits.give_back()  # type: ignore[method-assign]
        leaves.proto.promises[0].keep(GONE)
        waiting.join(10)
        del gate._permits.leave
    assert app.seen == ["/first"]
    gate(after := exchange())
    assert after.status == 200


def test_a_client_in_line_is_let_go_of_with_its_answer() -> None:
    app, log = Held(), list[int]()
    with held(app, log, threads=1) as gate:
        stays = exchange(b"", end=None)
        waiting = in_thread(gate, stays)
        while not stays.proto.promises:
            time.sleep(0.001)
        app.let_go.set()
        waiting.join(10)
    assert stays.status == 200
    assert stays.proto.is_let_go


@pytest.mark.parametrize("data", [b"abc", b"a" * 70_000])
def test_what_was_sent_by_a_client_in_line_is_read_by_the_application(data: bytes) -> None:
    app, log = Held(), list[int]()
    with held(app, log, threads=1) as gate:
        stays = exchange(data)
        thread = in_thread(gate, stays)
        app.let_go.set()
        thread.join()
    assert stays.body == data


@pytest.mark.parametrize("data,headers", [(b"", []), (b"abc", []), (b"a" * 60_000, [LONG])])
def test_a_client_that_leaves_while_there_is_no_seat(data: bytes, headers: t.Any) -> None:
    app, log = Held(), list[int]()
    with held(app, log, connections=1) as gate:
        leaves, stays = exchange(data, *headers, end=GONE), exchange(data)
        gate(leaves)
        gate(stays)
        assert (log, stays.is_done) == ([], False)
    assert log == [200, 499, 200]
    assert leaves.is_done
    assert (stays.status, stays.body) == (200, data)


def test_an_error_in_line_leaves_no_permit_behind() -> None:
    app, log = Held(), list[int]()
    with held(app, log, threads=1) as gate:
        broken = exchange()
        broken.proto.receive = None  # type: ignore[method-assign, assignment]
        gate(broken)
        assert [type(error) for error in broken.errors] == [TypeError]
    gate(exchange())
    assert log == [500, 200, 200]


def test_the_pool_is_woken_while_there_is_work() -> None:
    app = Held()
    with held(app, []) as gate:
        promises = gate._bell.__self__.promises  # type: ignore[union-attr]
        gate.wake_pool()
        assert len(promises) == 1
        assert promises[0].done()
    gate.wake_pool()
    assert len(promises) == 1


def test_before_the_first_request_there_is_nothing_to_wake() -> None:
    Gate(echo, ServerSettings()).wake_pool()


def test_a_stream_of_nothing_ends_with_its_client(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("erlen.serving.bodies.Departure.CHUNKS", 1)

    def app(environ: Environ, start: t.Any) -> Iterable[bytes]:
        start("200 OK", [])
        return itertools.repeat(b"")

    assert ask(app, end=GONE).proto.chunks == []
