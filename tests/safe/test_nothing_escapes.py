"""However a request fails: one 500, one record, and nothing left behind."""

from __future__ import annotations

import io
import typing as t

import pytest
from werkzeug.exceptions import BadRequest

import erlen
from erlen import Erlen, Request, signals
from erlen._core import dispatch
from erlen._core.contexts import current
from tests.safe.site import Log, make_site
from tests.wsgi import Call, ask, make_environ


class Broken(Exception):
    pass


def break_down(*args: t.Any, **kwargs: t.Any) -> t.Any:
    raise Broken("broken")


class BrokenRequest(Request):
    __init__ = break_down


class NoAdapter(Erlen):
    create_url_adapter = break_down


class NoContext(Erlen):
    request_context = break_down


@pytest.mark.parametrize("kind", ["request_class", "adapter", "context"])
def test_a_request_that_cannot_be_made_is_a_500(kind: str) -> None:
    cls = {"adapter": NoAdapter, "context": NoContext}.get(kind, Erlen)
    app = cls("unmade", static_folder=None, root_path="/")
    if kind == "request_class":
        app.request_class = BrokenRequest
    log = Log(app)
    for path in ("/", "/\n\x1b"):
        assert ask(app, path).code == 500
    assert [type(exc) for exc in log.failures] == [Broken, Broken]
    assert "\n" not in log.records[1].getMessage()
    assert current.get() is None
    app.testing = True
    with pytest.raises(Broken):
        ask(app)


def test_a_request_class_may_refuse_its_request() -> None:
    class Picky(Request):
        def __init__(self, environ: t.Any) -> None:
            raise BadRequest("not this one")

    app = make_site()
    app.request_class = Picky
    log = Log(app)
    answer = ask(app)
    assert (answer.code, b"not this one" in answer.body) == (400, True)
    assert log.records == []


def test_an_application_that_cannot_start_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    app = make_site()
    monkeypatch.setattr(app, "ensure_sync", break_down)
    app.add_url_rule("/", "home", lambda: "home")
    log = Log(app)
    assert ask(app).code == 500
    assert [type(exc) for exc in log.failures] == [Broken]


def test_a_path_that_no_server_may_hand_over_is_answered() -> None:
    app = make_site()
    app.add_url_rule("/<path:rest>", "rest", lambda rest: f"{rest!r} {erlen.request.args!r}")
    assert ask(app, "/\udc80\u20ac", QUERY_STRING="\udc80=\u20ac").code == 200


def test_the_log_itself_may_fail(capsys: pytest.CaptureFixture[str]) -> None:
    class Mute(Erlen):
        log_exception = break_down

    app = Mute("mute", static_folder=None, root_path="/")
    app.add_url_rule("/", "home", lambda: str(1 // 0))
    assert ask(app).code == 500
    assert "ZeroDivisionError" in capsys.readouterr().err
    assert current.get() is None


def test_two_different_faults_are_both_told() -> None:
    app = make_site()
    app.add_url_rule("/", "home", lambda: str(1 // 0))
    log = Log(app)

    @app.after_request
    def spoil(response: erlen.Response) -> erlen.Response:
        response.headers._list.append(("X", "\0"))
        return response

    assert ask(app).code == 500
    assert ["ZeroDivision" in repr(exc) for exc in log.failures] == [True, False]


@pytest.mark.parametrize("fails", ["view", "hook", "teardown", "receiver", "stream", "client"])
def test_both_stacks_are_empty_after_every_ending(fails: str) -> None:
    app = make_site()
    ended: list[object] = []
    app.teardown_request(ended.append)
    Log(app)

    def chunks() -> t.Iterator[str]:
        yield "a"
        if fails == "stream":
            raise Broken
        yield "b"

    def home() -> t.Any:
        if fails == "view":
            raise Broken
        return erlen.stream_with_context(chunks())

    app.add_url_rule("/", "home", home)
    if fails == "hook":
        app.before_request(break_down)
    elif fails == "teardown":
        app.teardown_request(break_down)
    elif fails == "receiver":
        signals.request_started.connect(break_down, app)
    call = Call(app, make_environ())
    assert next(iter(call.body))
    if fails == "stream":
        with pytest.raises(Broken):
            list(call.body)
    call.close()
    assert current.get() is None
    assert len(ended) == 1
    signals.request_started.disconnect(break_down)


def test_what_goes_wrong_while_finalizing_by_hand_is_logged() -> None:
    app = make_site()
    app.after_request(break_down)
    log = Log(app)
    with app.test_request_context():
        assert app.finalize_request("x", from_error_handler=True).status_code == 200
    assert [type(exc) for exc in log.failures] == [Broken]


def test_a_body_that_the_server_cannot_read_is_a_400() -> None:
    app = make_site()
    app.add_url_rule("/", "home", lambda: erlen.request.get_data(), methods=["POST"])

    class Reset(io.RawIOBase):
        def read(self, size: int = -1) -> bytes:
            raise ConnectionResetError

    answer = ask(app, "/", "POST", **{"wsgi.input": Reset(), "CONTENT_LENGTH": "3"})
    assert answer.code == 400


def test_where_no_request_is_left_the_failure_is_answered() -> None:
    app = make_site()
    log = Log(app)
    assert dispatch.answer_failure(app, Broken()).status_code == 500
    assert log.records == []  # the record would name the request; the traceback is printed


def test_a_500_of_ones_own_that_cannot_be_sent_is_propagated_where_all_are() -> None:
    class Answering(Erlen):
        def handle_exception(self, e: Exception) -> t.Any:
            return break_down

    app = Answering("answering", static_folder=None, root_path="/")
    app.config["PROPAGATE_EXCEPTIONS"] = True
    app.add_url_rule("/", "home", lambda: str(1 // 0))
    with pytest.raises(Broken):
        ask(app)
    assert current.get() is None
