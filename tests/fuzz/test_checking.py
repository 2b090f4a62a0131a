"""What the fuzzer looks for, it finds."""

from __future__ import annotations

import collections.abc as cabc
import gc
import io
import time
import typing as t

import pytest

from erlen import Erlen
from tests.wsgi import make_environ

from .checking import run
from .drawing import Case
from .notes import notes

Application = t.Callable[..., t.Any]


def make_case(method: str = "GET", body: bytes = b"", **environ: t.Any) -> Case:
    made = make_environ("/", method, **environ)
    return Case("plain", made, body, conforms=True, readable=True, takes=None)


def answering(
    body: t.Any = (b"body",), status: t.Any = "200 OK", headers: t.Any = None
) -> Application:
    def app(environ: t.Any, start_response: t.Any) -> t.Any:
        start_response(status, [] if headers is None else headers)
        return body

    return app


def raising(environ: t.Any, start_response: t.Any) -> t.Any:
    raise LookupError("a view")


def breaking_off() -> cabc.Iterator[bytes]:
    yield b"a"
    raise LookupError("a stream")


class Unclosable(list[bytes]):
    def close(self) -> None:
        raise LookupError("close")


def twice(environ: t.Any, start_response: t.Any) -> t.Any:
    start_response("200 OK", [])
    return answering()(environ, start_response)


@pytest.mark.parametrize(
    "app, fault",
    [
        (raising, "LookupError: a view at .* escaped"),
        (answering(breaking_off()), "LookupError: a stream at .* escaped"),
        (answering(Unclosable()), "escaped from close"),
        (twice, "started 2 times"),
        (answering(status="200"), "the status is"),
        (answering(status="200 OK\r\n"), "the status is"),
        (answering(status=200), "the status is"),
        (answering(status="500 FAILED"), "not asked for"),
        (answering(headers=()), "the headers are"),
        (answering(headers=[("A", 1)]), "a header is"),
        (answering(headers=[["A", "b"]]), "a header is"),
        (answering(headers=[("A b", "c")]), "may not be sent"),
        (answering(headers=[("A", "b\r\nc")]), "may not be sent"),
        (answering(headers=[("A", "\u20ac")]), "may not be sent"),
        (answering(headers=[("Content-Type", "a/b")] * 2), "sent twice"),
        (answering(headers=[("Content-Length", "5")]), "4 bytes, not 5"),
        (answering(["text"]), "not made of bytes"),
        (answering(status="204 NO CONTENT"), "has a body"),
        (answering([b"a SECRET"]), "outside of the folder"),
    ],
)
def test_an_answer_that_is_wrong_is_a_fault(app: Application, fault: str) -> None:
    with pytest.raises(AssertionError, match=fault):
        _demand_no_fault(app)


def _demand_no_fault(app: Application) -> None:
    faults = run(app, make_case()).faults
    assert faults == []


def test_an_answer_that_is_right_is_none() -> None:
    _demand_no_fault(answering(headers=[("Content-Length", "4")]))


def test_a_body_after_head_is_a_fault() -> None:
    assert run(answering(), make_case("HEAD")).faults == ["HEAD 200 OK has a body"]


def test_a_context_that_stays_is_a_fault() -> None:
    def app(environ: t.Any, start_response: t.Any) -> t.Any:
        Erlen(__name__).test_request_context().push()
        return answering()(environ, start_response)

    faults = run(app, make_case()).faults
    assert "a context is still current" in faults
    assert "the request stack is not empty" in faults


def test_an_open_file_is_a_fault() -> None:
    kept: list[t.Any] = []

    def app(environ: t.Any, start_response: t.Any) -> t.Any:
        kept.append(open(__file__))  # noqa: SIM115
        notes.files.append(io.BytesIO())
        return answering()(environ, start_response)

    gc.collect()
    assert run(app, make_case()).faults == ["a file was left open", "an upload was left open"]
    kept.pop().close()


def test_what_takes_long_is_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    def app(environ: t.Any, start_response: t.Any) -> t.Any:
        end = time.process_time() + 0.3
        while time.process_time() < end:
            pass
        return answering()(environ, start_response)

    monkeypatch.setattr("tests.fuzz.checking.pace", lambda: 1.0)
    [fault] = run(app, make_case()).faults
    assert "of CPU" in fault
    monkeypatch.setattr("tests.fuzz.checking.pace", lambda: 4.0)
    assert run(app, make_case()).faults == []


def test_half_a_body_taken_for_the_whole_is_a_fault() -> None:
    def app(environ: t.Any, start_response: t.Any) -> t.Any:
        notes.body = environ["wsgi.input"].read()
        return answering()(environ, start_response)

    def faults(sent: bytes, length: str, **more: t.Any) -> list[str]:
        stream = io.BytesIO(sent)
        more |= {"wsgi.input": stream, "CONTENT_LENGTH": length}
        return run(app, make_case("POST", sent, **more)).faults

    assert faults(b"whole", "5") == []
    assert faults(b"whole", "6") == ["5 bytes were taken for the body"]
    assert faults(b"whole", "4") == ["5 bytes were taken for the body"]
    assert faults(b"whole", "4", **{"wsgi.input_terminated": True}) == []
    assert faults(b"whole", "6", **{"wsgi.input_terminated": True}) == [
        "5 bytes were taken for the body"
    ]


def test_an_exception_that_was_logged_is_a_fault() -> None:
    def app(environ: t.Any, start_response: t.Any) -> t.Any:
        notes.logged.append("KeyError: in a teardown function")
        return answering()(environ, start_response)

    assert run(app, make_case()).faults == ["logged ['KeyError: in a teardown function']"]
