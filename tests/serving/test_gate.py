from __future__ import annotations

import io
import threading
import typing as t
from collections.abc import Iterable, Iterator

import pytest

from erlen.serving import ServerSettings
from erlen.serving.gate import Gate
from erlen.serving.phase import Phase

Environ = dict[str, t.Any]


class Answer:
    """Granian's side of a request."""

    def __init__(self) -> None:
        self.status = 0
        self.headers: list[tuple[str, str]] = []
        self.body = b""
        self.chunks: list[bytes] = []
        self.answered = threading.Event()

    def response_bytes(self, status: int, headers: t.Any, body: bytes) -> None:
        self.status, self.headers, self.body = status, headers, body
        self.answered.set()

    def response_iter(self, status: int, headers: t.Any, body: t.Any) -> None:
        self.status, self.headers = status, headers
        try:
            while True:
                self.chunks.append(body.__next__())
        except StopIteration:
            pass
        finally:
            body.close()


class Body(io.BytesIO):
    """Granian's body; only `read` with a size may be used."""

    def readline(self, *args: t.Any) -> bytes:
        raise AssertionError("Granian's readline drops bytes")


def made_by_granian(data: bytes = b"", body: t.Any = None, **more: t.Any) -> Environ:
    return {
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REQUEST_METHOD": "POST",
        "PATH_INFO": "/",
        "HTTP_HOST": "localhost",
        "wsgi.input": body or Body(data),
        **({"CONTENT_LENGTH": str(len(data))} if data else {}),
        **more,
    }


def echo(environ: Environ, start: t.Any) -> list[bytes]:
    start("200 OK", [("X-Length", environ.get("CONTENT_LENGTH", ""))])
    return [environ["wsgi.input"].read()]


def ask(app: t.Any = echo, data: bytes = b"", settings: t.Any = None, **more: t.Any) -> Answer:
    answer = Answer()
    gate = Gate(app, settings or ServerSettings(), phase=Phase())
    gate(answer, made_by_granian(data, **more))
    return answer


@pytest.mark.parametrize("size", [0, 1, 65_536, 65_537, 1_000_000])
def test_bodies_of_all_sizes(size: int) -> None:
    answer = ask(data=b"a" * size)
    assert (answer.status, len(answer.body)) == (200, size)
    assert ("Connection", "close") not in answer.headers


def test_an_announced_length_of_nothing() -> None:
    assert ask(CONTENT_LENGTH="0").body == b""


def test_lines_of_a_body() -> None:
    def app(environ: Environ, start: t.Any) -> list[bytes]:
        start("200 OK", [])
        return [repr(list(environ["wsgi.input"])).encode()]

    assert ask(app, b"a\n\nb").body == rb"[b'a\n', b'\n', b'b']"


def test_a_body_cut_short_does_not_reach_the_application() -> None:
    answer = ask(data=b"abc", CONTENT_LENGTH="4")
    assert (answer.status, answer.body) == (400, b"The body broke off.\n")
    assert ("Connection", "close") in answer.headers


def test_a_body_that_takes_too_long_is_refused_by_the_watch() -> None:
    answer = Answer()
    gate = Gate(echo, ServerSettings(body_timeout=t.cast(int, 0.01)))
    gate.watch()

    class Stalling:
        def read(self, size: int) -> bytes:
            assert answer.answered.wait(10)
            assert answer.status == 408
            return b""

    gate(answer, made_by_granian(CONTENT_LENGTH="4", body=Stalling()))
    assert answer.status == 408


def test_what_is_not_read_closes_the_connection() -> None:
    def app(environ: Environ, start: t.Any) -> list[bytes]:
        start("413 Too Large", [])
        return []

    assert ("Connection", "close") in ask(app, b"a" * 100_000).headers


@pytest.mark.parametrize(
    "coding,chunked,status",
    [("chunked", False, 411), ("Chunked", True, 200), ("gzip, chunked", True, 501)],
)
def test_bodies_in_chunks(coding: str, chunked: bool, status: int) -> None:
    answer = ask(
        settings=ServerSettings(chunked=chunked),
        HTTP_TRANSFER_ENCODING=coding,
        body=Body(b"abc"),
    )
    assert answer.status == status
    assert (answer.body == b"abc") == (status == 200)


@pytest.mark.parametrize(
    "host,protocol,status",
    [
        ("", "HTTP/1.1", 400),
        ("a,b", "HTTP/1.1", 400),
        ("a,b", "HTTP/1", 400),
        ("", "HTTP/1", 200),
        ("a", "HTTP/1", 200),
    ],
)
def test_hosts(host: str, protocol: str, status: int) -> None:
    seen: list[Environ] = []

    def app(environ: Environ, start: t.Any) -> list[bytes]:
        seen.append(environ)
        return echo(environ, start)

    assert ask(app, HTTP_HOST=host, SERVER_PROTOCOL=protocol).status == status
    assert [each.get("HTTP_HOST") for each in seen] == ([host or None] if status == 200 else [])
    assert {each["SERVER_PROTOCOL"] for each in seen} <= {"HTTP/1.0"}


def test_the_environ_is_complete_and_has_nothing_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "leaks")
    seen: list[Environ] = []

    def app(environ: Environ, start: t.Any) -> list[bytes]:
        seen.append(environ)
        return echo(environ, start)

    settings = ServerSettings(workers=2, threads=1)
    ask(app, settings=settings, HTTP_CONTENT_LENGTH="1", HTTP_CONTENT_TYPE="a/b")
    [environ] = seen
    assert not {"HTTP_PROXY", "HTTP_CONTENT_LENGTH", "HTTP_CONTENT_TYPE"} & set(environ)
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

    assert ask(app).chunks == [b"a", b"b"]
    assert closed == [True]


def test_a_body_that_cannot_be_closed() -> None:
    def app(environ: Environ, start: t.Any) -> Iterable[bytes]:
        start("200 OK", [])
        return (b"a", b"b")

    assert ask(app).chunks == [b"a", b"b"]


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
    assert (answer.status, answer.chunks) == (202, [b"a", b"b"])
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
    for path in ("/fail", "/", "/fail"):
        try:
            gate(Answer(), made_by_granian(PATH_INFO=path))
        except ValueError:
            pass
    gate(Answer(), made_by_granian(HTTP_HOST=""))
    assert statuses == [500, 200, 500, 400]


def test_connections_are_closed_when_the_worker_ends() -> None:
    phase = Phase()
    gate = Gate(echo, ServerSettings(), phase=phase)
    for closing in (False, True):
        phase.closing = closing
        answer = Answer()
        gate(answer, made_by_granian())
        assert (("Connection", "close") in answer.headers) is closing
