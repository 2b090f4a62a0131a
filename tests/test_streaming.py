from __future__ import annotations

import collections.abc as cabc
import gc
import io
import logging
import threading
import typing as t

import pytest
from werkzeug.test import EnvironBuilder

import erlen
from erlen import Erlen, Response, current_app, g, request, session, stream_with_context
from erlen._core.contexts import current
from erlen.ctx import has_request_context
from tests.wsgi import Call, ask, make_environ

Record = list[t.Any]


@pytest.fixture
def record() -> Record:
    return []


@pytest.fixture
def app(record: Record) -> Erlen:
    app = Erlen("streaming", static_folder=None, root_path="/")
    app.secret_key = "a key of thirty-two characters.."
    app.teardown_request(lambda exc: record.append(("request", type(exc))))
    app.teardown_appcontext(lambda exc: record.append(("app", type(exc))))

    @app.route("/stream/<name>")
    def stream(name: str) -> cabc.Iterator[str]:
        @stream_with_context
        def steps() -> cabc.Iterator[str]:
            try:
                g.name = name
                for n in range(3):
                    yield f"{n} {g.name} {request.path} {current_app.name};"
            finally:
                record.append(("closed", request.path))

        return steps()

    return app


ENDED = [("request", type(None)), ("app", type(None))]


def open_stream(app: Erlen, name: str = "a") -> Call:
    call = Call(app, make_environ(f"/stream/{name}"))
    assert current.get() is None
    return call


def test_each_step_has_its_request_and_the_end_comes_last(app: Erlen, record: Record) -> None:
    call = open_stream(app)
    assert record == []
    for n in range(3):
        assert next(call.body) == f"{n} a /stream/a streaming;".encode()
        assert current.get() is None
        assert record == []
    assert list(call.body) == []
    call.close()
    assert record == [("closed", "/stream/a"), *ENDED]
    assert current.get() is None


def test_two_streams_in_one_thread_never_see_each_other(app: Erlen, record: Record) -> None:
    one, two = open_stream(app, "a"), open_stream(app, "b")
    got = [next(call.body) for _ in range(3) for call in (one, two)]
    assert got == [f"{n} {x} /stream/{x} streaming;".encode() for n in range(3) for x in "ab"]
    one.close()
    assert record == [("closed", "/stream/a"), *ENDED]
    two.close()
    assert current.get() is None


def test_another_request_between_two_steps_is_left_alone(app: Erlen) -> None:
    call = open_stream(app)
    next(call.body)
    with app.test_request_context("/other"):
        next(call.body)
        assert request.path == "/other"
    call.close()


def test_a_client_that_goes_away_ends_the_stream(app: Erlen, record: Record) -> None:
    call = open_stream(app)
    next(call.body)
    call.close()
    assert record == [("closed", "/stream/a"), *ENDED]
    call.close()
    assert record == [("closed", "/stream/a"), *ENDED]
    assert current.get() is None


def test_a_server_that_forgets_to_close_it_ends_it_by_forgetting(
    app: Erlen, record: Record
) -> None:
    call = open_stream(app)
    next(call.body)
    del call
    gc.collect()
    assert record == [("closed", "/stream/a"), *ENDED]
    assert current.get() is None


@pytest.mark.parametrize("end", ["closed", "forgotten"])
def test_a_stream_that_never_starts_ends_as_well(app: Erlen, record: Record, end: str) -> None:
    call = open_stream(app)
    if end == "closed":
        call.close()
    del call
    gc.collect()
    assert record == ENDED
    assert current.get() is None


def test_a_head_request_ends_it_unread(app: Erlen, record: Record) -> None:
    answer = ask(app, "/stream/a", "HEAD")
    assert (answer.code, answer.body) == (200, b"")
    assert record == ENDED


def test_the_steps_may_come_from_other_threads(app: Erlen, record: Record) -> None:
    call = open_stream(app)
    got: list[bytes] = []

    def step() -> None:
        got.append(next(call.body))
        if current.get() is not None:
            got.append(b"left behind")

    for _ in range(3):
        thread = threading.Thread(target=step)
        thread.start()
        thread.join()
    call.close()
    assert [chunk[:3] for chunk in got] == [b"0 a", b"1 a", b"2 a"]
    assert record == [("closed", "/stream/a"), *ENDED]


@pytest.mark.parametrize("failure", [ValueError, KeyboardInterrupt])
def test_a_stream_that_fails_breaks_off_and_ends(
    app: Erlen, record: Record, failure: type[BaseException]
) -> None:
    @app.route("/fail")
    @stream_with_context
    def fail() -> cabc.Iterator[str]:
        yield "one"
        raise failure

    call = Call(app, make_environ("/fail"))
    assert next(call.body) == b"one"
    with pytest.raises(failure):
        next(call.body)
    assert record == [("request", failure), ("app", failure)]
    assert current.get() is None
    assert list(call.body) == []
    call.close()
    assert len(record) == 2


def test_a_stream_that_fails_while_it_is_closed_ends(app: Erlen, record: Record) -> None:
    @app.route("/fail")
    @stream_with_context
    def fail() -> cabc.Iterator[str]:
        try:
            yield "one"
        finally:
            raise ValueError

    call = Call(app, make_environ("/fail"))
    next(call.body)
    with pytest.raises(ValueError):
        call.close()
    assert record == ENDED
    assert current.get() is None


def test_a_teardown_that_fails_at_the_end_of_a_stream_is_logged(
    app: Erlen, record: Record, caplog: pytest.LogCaptureFixture
) -> None:
    @app.teardown_request
    def fail(exc: BaseException | None) -> None:
        raise ValueError("teardown")

    assert ask(app, "/stream/a").body.count(b";") == 3
    assert record[1:] == ENDED
    [log] = caplog.records
    assert log.levelno == logging.ERROR
    assert log.getMessage() == "Exception at the end of /stream/a [GET]"


def test_a_stream_that_a_failure_replaced_ends_with_the_request(
    app: Erlen, record: Record, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app.logger, "disabled", True)
    kept: list[t.Any] = []

    @app.after_request
    def fail(response: t.Any) -> t.Any:
        kept.append(response)  # nobody forgets it: it has to be closed
        raise ValueError("after the stream was made")

    assert ask(app, "/stream/a").code == 500
    assert record == [("request", ValueError), ("app", ValueError)]
    assert current.get() is None


def test_a_view_that_fails_after_it_made_a_stream_is_a_500(
    app: Erlen, record: Record, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app.logger, "disabled", True)

    @app.route("/fail")
    def fail() -> str:
        stream_with_context(iter("abc"))
        raise ValueError

    assert ask(app, "/fail").code == 500
    gc.collect()
    assert [kind for kind, _ in record] == ["request", "app"]
    assert current.get() is None


def test_a_stream_that_is_read_in_the_view_leaves_the_view_its_request(
    app: Erlen, record: Record
) -> None:
    @app.route("/read")
    def read() -> str:
        chunks = list(stream_with_context(request.path for _ in range(2)))
        assert record == []
        return f"{chunks} {request.path} {g.get('name')}"

    assert ask(app, "/read").body == b"['/read', '/read'] /read None"
    assert record == ENDED


def test_a_stream_shares_g_and_session_with_its_view(app: Erlen) -> None:
    @app.route("/shared")
    def shared() -> t.Any:
        g.name = session["name"] = "bo"
        return stream_with_context(f"{g.name} {session['name']}" for _ in range(1))

    answer = ask(app, "/shared")
    assert answer.body == b"bo bo"
    assert answer.header("Set-Cookie") is not None


def test_streams_in_streams_end_from_the_inside_out(app: Erlen, record: Record) -> None:
    @app.route("/nested")
    def nested() -> t.Any:
        inner = stream_with_context(request.path for _ in range(2))
        return stream_with_context(chunk for chunk in inner)

    assert ask(app, "/nested").body == b"/nested/nested"
    gc.collect()
    assert record == ENDED


def test_a_response_may_hold_the_stream(app: Erlen, record: Record) -> None:
    @app.route("/response")
    def response() -> Response:
        return Response(stream_with_context(iter(["a", "ä"])), 201, {"X-A": "b"})

    answer = ask(app, "/response")
    assert (answer.code, answer.body, answer.header("X-A")) == (201, "aä".encode(), "b")
    assert record == ENDED


def test_without_it_the_request_is_over_when_the_body_is_made(app: Erlen, record: Record) -> None:
    @app.route("/plain")
    def plain() -> cabc.Iterator[str]:
        yield str(has_request_context())

    assert ask(app, "/plain").body == b"False"
    assert record == ENDED


def test_a_stream_inside_an_outer_application_context_gives_it_back(
    app: Erlen, record: Record
) -> None:
    with app.app_context() as outer:
        call = Call(app, make_environ("/stream/a"))
        next(call.body)
        assert erlen.globals._app_ctx_stack.top is outer
        call.close()
        assert not has_request_context()
        assert record == [("closed", "/stream/a"), ("request", type(None))]
    assert record[-1] == ("app", type(None))


def test_outside_of_a_request_the_error_teaches(app: Erlen) -> None:
    with app.app_context(), pytest.raises(RuntimeError, match="'stream_with_context' can only"):
        stream_with_context(iter("abc"))


def test_a_decorated_function_keeps_its_name_and_its_arguments(app: Erlen) -> None:
    @stream_with_context
    def repeat(word: str, *, times: int) -> cabc.Iterator[str]:
        for _ in range(times):
            yield f"{request.path} {word}"

    assert repeat.__name__ == "repeat"
    with app.test_request_context("/x"):
        assert list(repeat("a", times=2)) == ["/x a", "/x a"]


def test_a_templates_stream_has_its_request(app: Erlen, record: Record) -> None:
    @app.route("/template")
    def template() -> t.Any:
        return erlen.stream_template_string("{{ request.path }} {{ g.name }}", x=1)

    @app.before_request
    def name() -> None:
        g.name = "bo"

    assert ask(app, "/template").body == b"/template bo"
    assert record == ENDED


def test_an_upload_stays_open_for_the_stream_that_reads_it() -> None:
    app = Erlen("plain", static_folder=None, root_path="/")  # with nothing to tear down
    files: list[t.Any] = []

    @app.post("/upload")
    def upload() -> t.Any:
        files.append(request.files["a"])
        return stream_with_context(files[0].stream)

    data = {"a": (io.BytesIO(b"one\ntwo\n"), "a.txt")}
    environ = EnvironBuilder("/upload", method="POST", data=data).get_environ()
    call = Call(app, environ)
    assert next(call.body) == b"one\n"
    assert not files[0].closed
    assert call.finish().body == b"two\n"
    assert files[0].closed
    assert environ["werkzeug.request"] is None


def test_many_streams_abandoned_leave_nothing_in_the_thread(app: Erlen, record: Record) -> None:
    calls = [open_stream(app, str(n)) for n in range(50)]
    for call in calls:
        next(call.body)
    for call in calls[::2]:
        call.close()
    calls.clear()
    del call
    gc.collect()
    assert current.get() is None
    assert record.count(("app", type(None))) == 50


class Clinging:
    """Chunks that close the stream they are in when they are closed."""

    stream: t.Any = None

    def __iter__(self) -> Clinging:
        return self

    def __next__(self) -> str:
        return "chunk"

    def close(self) -> None:
        stream, self.stream = self.stream, None
        if stream is not None:
            stream.close()


def test_a_stream_that_is_closed_while_it_closes_ends_its_request_once(
    app: Erlen, record: Record
) -> None:
    chunks = Clinging()
    with app.test_request_context():
        stream: t.Any = stream_with_context(chunks)
        chunks.stream = stream
        assert next(stream) == "chunk"
    assert record == []
    stream.close()
    assert [*stream] == []
    assert record == [("request", type(None)), ("app", type(None))]


def test_a_stream_that_cannot_be_closed_is_logged_when_it_is_dropped(
    app: Erlen, record: Record, caplog: pytest.LogCaptureFixture
) -> None:
    kept: list[t.Any] = []

    class Stuck(Clinging):
        def close(self) -> None:
            raise OSError("stuck")

    @app.route("/dropped")
    def dropped() -> t.Any:
        kept.append(stream_with_context(Stuck()))
        raise KeyError("after the stream was made")

    assert ask(app, "/dropped").status.startswith("500")
    assert "OSError: stuck" in caplog.text
    assert record[-1][0] == "app"
