"""Applications that do not keep to PEP 3333, and what they cost their clients and the server."""

from __future__ import annotations

import sys
import typing as t
from collections.abc import Callable, Iterable, Iterator

import pytest

from erlen.serving import ServerSettings
from erlen.serving.gate import Gate
from erlen.serving.phase import Phase
from tests.serving.exchanges import Connection as Line
from tests.serving.exchanges import Exchange, make_scope

App = Callable[[dict[str, t.Any], t.Any], t.Any]


def answer(app: App) -> Exchange:
    exchange = Exchange(make_scope(), Line())
    Gate(app, ServerSettings(), phase=Phase())(exchange)
    return exchange


class Body:
    """Chunks that know whether they were closed."""

    def __init__(self, *chunks: t.Any, failure: BaseException | None = None) -> None:
        self._chunks = iter(chunks)
        self._failure = failure
        self.closed = 0

    def __iter__(self) -> Iterator[t.Any]:
        return self._chunks

    def close(self) -> None:
        self.closed += 1
        if self._failure is not None:
            raise self._failure


def started(body: t.Any, status: str = "200 OK", *headers: tuple[str, t.Any]) -> App:
    def app(environ: dict[str, t.Any], start: t.Any) -> t.Any:
        start(status, list(headers))
        return body

    return app


def failures(exchange: Exchange) -> list[type[BaseException]]:
    return [type(each) for each in exchange.errors]


@pytest.mark.parametrize("make", [lambda: [b"a"], lambda: Body(b"a"), lambda: (b"a",)])
def test_an_application_that_does_not_start(make: Callable[[], t.Any]) -> None:
    body = make()
    exchange = answer(lambda environ, start: body)
    assert failures(exchange) == [AssertionError]
    assert exchange.proto.head == {}
    assert getattr(body, "closed", 1) == 1


@pytest.mark.parametrize("body", [[b"a"], (b"a",)])
def test_a_status_that_is_none_does_not_reach_granian(body: t.Any) -> None:
    exchange = answer(started(body, "42 Answer"))
    assert failures(exchange) == [ValueError]
    assert exchange.proto.head == {}


@pytest.mark.parametrize("failure", [ValueError("late"), SystemExit("late")])
def test_a_body_that_fails_at_its_begin_is_closed(failure: BaseException) -> None:
    def chunks() -> Iterator[bytes]:
        raise failure
        yield b""

    body = Body()
    body.__class__ = type("Failing", (Body,), {"__iter__": lambda self: chunks()})
    exchange = answer(lambda environ, start: body)
    assert failures(exchange) == [type(failure)]
    assert body.closed == 1


def test_a_body_whose_head_cannot_be_sent_is_closed() -> None:
    body = Body(b"a")
    exchange = answer(started(body, "200 OK", ("X-A", None)))
    assert failures(exchange) == [AttributeError]
    assert (exchange.proto.chunks, body.closed) == ([], 1)


@pytest.mark.parametrize("failure", [ValueError("close"), SystemExit("close")])
def test_a_body_that_fails_when_it_is_closed_was_whole(failure: BaseException) -> None:
    exchange = answer(started(Body(b"a", failure=failure)))
    assert exchange.proto.chunks == [b"a", b""]
    assert exchange.errors == [failure]


def test_a_body_that_fails_is_broken_off() -> None:
    def chunks() -> Iterator[bytes]:
        yield b"a"
        raise ValueError("broken")

    exchange = answer(started(chunks()))
    assert exchange.proto.chunks == [b"a"]
    assert failures(exchange) == [ValueError]


@pytest.mark.parametrize("chunk", ["text", 5, None])
def test_chunks_are_bytes(chunk: t.Any) -> None:
    """A number is not made that many bytes."""
    exchange = answer(started(Body(b"a", chunk or object())))
    assert exchange.proto.chunks == [b"a"]
    assert failures(exchange) == [TypeError]


def test_a_memory_view_is_as_good_as_bytes() -> None:
    assert answer(started(Body(memoryview(b"ab")))).proto.chunks == [b"ab", b""]


def test_starting_twice_is_an_error() -> None:
    def app(environ: dict[str, t.Any], start: t.Any) -> list[bytes]:
        start("200 OK", [])
        start("201 Created", [])
        return []

    assert failures(answer(app)) == [AssertionError]


def test_starting_again_for_an_error_before_anything_was_sent() -> None:
    def app(environ: dict[str, t.Any], start: t.Any) -> Iterable[bytes]:
        start("200 OK", [])
        try:
            raise ValueError
        except ValueError:
            start("500 Oops", [], sys.exc_info())
        return [b"sorry"]

    exchange = answer(app)
    assert (exchange.status, exchange.body) == (500, b"sorry")


def test_starting_again_after_something_was_sent_breaks_off() -> None:
    def app(environ: dict[str, t.Any], start: t.Any) -> Iterable[bytes]:
        def chunks() -> Iterator[bytes]:
            yield b"a"
            try:
                raise ValueError
            except ValueError:
                start("500 Oops", [], sys.exc_info())
            yield b"b"

        start("200 OK", [])
        return chunks()

    exchange = answer(app)
    assert exchange.proto.chunks == [b"a"]
    assert failures(exchange) == [ValueError]


@pytest.mark.parametrize(
    "length,chunks", [("3", [b"abc"]), ("2", [b"abc", b""]), ("9", [b"abc", b""])]
)
def test_a_body_of_another_length_is_sent_in_two_pieces(length: str, chunks: list[bytes]) -> None:
    """Granian looks at the length of those only."""
    exchange = answer(started([b"abc"], "200 OK", ("X-A", "1"), ("Content-length", length)))
    assert exchange.proto.chunks == chunks
