"""The two ways of a request, direct and by methods, and everything that can go wrong on them."""

from __future__ import annotations

import abc
import collections.abc as cabc
import contextlib
import gc
import io
import json
import logging
import re
import typing as t
from collections import UserDict
from concurrent.futures import ThreadPoolExecutor

import flask
import pytest
from werkzeug.exceptions import BadRequest
from werkzeug.test import EnvironBuilder

import erlen
from erlen import Erlen, signals
from erlen._core import dispatch, ways
from erlen._core.contexts import current
from tests.wsgi import Answer, Call, Environ, ask, make_environ

#: What happened during the requests, in its order.
Record = list[t.Any]


def build(framework: t.Any, record: Record) -> t.Any:
    """Return an application with views of every kind and hooks that record, of *framework*."""
    app = framework.Flask("ways", static_folder=None, root_path="/")
    app.logger.setLevel(logging.CRITICAL + 1)
    app.secret_key = "a key of thirty-two characters.."
    _add_plain_views(app, framework)
    _add_failing_views(app, framework)
    _add_blueprint(app, framework, record)
    app.teardown_appcontext(lambda exc: record.append(("end", type(exc))))
    return app


def _add_plain_views(app: Erlen, framework: t.Any) -> None:
    request, session = framework.request, framework.session
    app.add_url_rule("/", "home", lambda: "hällo")
    app.add_url_rule("/bytes", "bytes", lambda: b"bytes")
    app.add_url_rule("/json", "json", lambda: {"b": [1, "ä"], "a": None})
    app.add_url_rule("/list", "list", lambda: [1, {"x": 1.5}])
    app.add_url_rule("/tuple", "tuple", lambda: ("made", 201, {"X-Made": "yes"}))
    app.add_url_rule("/iter", "iter", lambda: iter(["a", "ä"]))
    app.add_url_rule("/empty", "empty", lambda: ("", 204))
    app.add_url_rule("/made", "made", lambda: framework.Response("x", 418))
    app.add_url_rule("/user/<name>/<int:n>", "user", lambda name, n: [name, n])
    app.add_url_rule("/path/<path:rest>", "path", lambda rest: rest)
    app.add_url_rule("/default/", "default", lambda page: str(page), defaults={"page": 1})
    app.add_url_rule("/default/<int:page>", "default")
    app.add_url_rule("/folder/", "folder", lambda: request.path)
    app.add_url_rule("/args", "args", lambda: [request.args.get("a"), request.full_path])
    app.add_url_rule("/form", "form", lambda: request.form["a"], methods=["POST"])
    app.add_url_rule("/put", "put", lambda: request.get_data(), methods=["PUT"])
    app.add_url_rule("/own", "own", lambda: "options", methods=["OPTIONS"])
    app.add_url_rule("/none", "none", view_func=None)

    @app.route("/count")
    def count() -> str:
        session["n"] = session.get("n", 0) + 1
        return str(session["n"])

    @app.route("/peek")
    def peek() -> str:
        return str(session.get("n"))

    @app.route("/after")
    def after() -> str:
        def mark(response: t.Any) -> t.Any:
            response.headers["X-After"] = "this"
            return response

        framework.after_this_request(mark)
        return "after"

    @app.route("/stream")
    def stream() -> t.Any:
        def steps() -> cabc.Iterator[str]:
            yield request.path
            yield request.endpoint

        return framework.Response(framework.stream_with_context(steps()))


def _add_failing_views(app: t.Any, framework: t.Any) -> None:
    class Refused(Exception):
        pass

    def fail(exc: Exception) -> t.NoReturn:
        raise exc

    app.add_url_rule("/value", "value", lambda: fail(ValueError("mine")))
    app.add_url_rule("/refused", "refused", lambda: fail(Refused("handled")))
    app.add_url_rule("/abort", "abort", lambda: framework.abort(403))
    app.add_url_rule("/gone", "gone", lambda: framework.abort(410))
    app.add_url_rule("/redirect", "redirect", lambda: framework.redirect("/größe"))
    app.add_url_rule("/wrong", "wrong", lambda: None)
    app.add_url_rule("/number", "number", lambda: 7)
    app.add_url_rule("/unjson", "unjson", lambda: {"x": object()})
    app.register_error_handler(Refused, lambda exc: (f"refused: {exc}", 409))
    app.register_error_handler(410, lambda exc: {"gone": exc.code})


def _add_blueprint(app: t.Any, framework: t.Any, record: Record) -> None:
    bp: erlen.Blueprint = framework.Blueprint("book", "ways", url_prefix="/book", root_path="/")
    bp.before_request(lambda: record.append("before") if not framework.request.args else "early")
    bp.teardown_request(lambda exc: record.append(("down", type(exc))))

    @bp.after_request
    def mark(response: t.Any) -> t.Any:
        record.append("after")
        response.headers["X-Book"] = "yes"
        return response

    @bp.url_value_preprocessor
    def note(endpoint: str | None, values: t.Any) -> None:
        record.append((endpoint, dict(values)))

    bp.add_url_rule("/<title>", "title", lambda title: title)
    bp.add_url_rule("/fail/<title>", "fail", lambda title: str(1 // 0))
    app.register_blueprint(bp)


FORM = "application/x-www-form-urlencoded"
NULL: Environ = {}
REQUESTS: list[tuple[str, str | None, Environ]] = [
    *(("GET", path, NULL) for path in (
        "/", "/bytes", "/json", "/list", "/tuple", "/iter", "/empty", "/made", "/user/bo/7",
        "/user/bo/x", "/path/a/b", "/path/a//b", "/default/", "/default/1", "/default/2",
        "/folder", "/folder/", "//folder/", "/form", "/put", "/own", "/count", "/peek", "/after",
        "/stream", "/value", "/refused", "/abort", "/gone", "/redirect", "/wrong",
        "/number", "/unjson", "/none", "/absent", "/book/dune", "/book/fail/dune", "/book",
        "", None, "//", "x",
        "/\xff\xfe", "/gr\xc3\xb6\xc3\x9fe", "/path/\xff", "/a\x00b", "/path/a\nb", "/%2e%2e",
    )),
    *((method, "/", NULL) for method in ("HEAD", "OPTIONS", "POST", "DELETE", "get", "BREW", "")),
    ("HEAD", "/json", NULL), ("HEAD", "/user/bo/7", NULL), ("HEAD", "/stream", NULL),
    ("HEAD", "/absent", NULL), ("HEAD", "/value", NULL), ("OPTIONS", "/user/bo/7", NULL),
    ("OPTIONS", "/own", NULL), ("OPTIONS", "/absent", NULL), ("OPTIONS", "/form", NULL),
    ("POST", "/folder", NULL), ("POST", "/user/bo/7", NULL), ("options", "/", NULL),
    ("GET", "/book/dune", {"QUERY_STRING": "early=1"}),
    ("GET", "/args", {"QUERY_STRING": "a=1&b=\xff%ff"}),
    ("GET", "/args", {"QUERY_STRING": None}),
    ("GET", "/peek", {"HTTP_COOKIE": "session=forged; a=b"}),
    ("POST", "/form", {"CONTENT_TYPE": FORM, "wsgi.input": b"a=1", "CONTENT_LENGTH": "3"}),
    ("POST", "/form", {"CONTENT_TYPE": FORM, "CONTENT_LENGTH": "nonsense"}),
    ("POST", "/form", NULL),
    ("PUT", "/put", {"wsgi.input": b"body", "CONTENT_LENGTH": "4"}),
    ("PUT", "/put", {"wsgi.input": b"bo", "CONTENT_LENGTH": "2", "CONTENT_TYPE": "a/b"}),
    ("GET", "/", {"HTTP_HOST": None}),
    ("GET", "/", {"HTTP_HOST": None, "SERVER_PORT": None}),
    ("GET", "/", {"HTTP_HOST": "[::1]:80"}),
    ("GET", "/", {"HTTP_HOST": "user@evil/path"}),
    ("GET", "/", {"HTTP_HOST": ""}),
    ("GET", "/", {"HTTP_UPGRADE": "websocket", "HTTP_CONNECTION": "Upgrade"}),
    ("GET", "/folder", {"HTTP_HOST": "example.org:8080", "SCRIPT_NAME": "/mounted"}),
    ("GET", "/folder", {"QUERY_STRING": "a=1", "wsgi.url_scheme": "https"}),
    ("GET", "/", {"SCRIPT_NAME": None}),
]  # fmt: skip
IDS = [f"{method} {path!r} {list(more) or ''}" for method, path, more in REQUESTS]


def request_of(row: tuple[str, str | None, Environ]) -> Environ:
    method, path, more = row
    body = io.BytesIO(more.get("wsgi.input", b""))
    return make_environ(path, method, **{**more, "wsgi.input": body})


#: The time and the signature of a session: a second may pass before the next one is signed.
SIGNATURE = re.compile(r"\.[\w-]+\.[\w-]+(?=;)")


def answers(app: t.Any, row: tuple[str, str | None, Environ]) -> tuple[int, t.Any, bytes]:
    answer = Call(app, request_of(row)).finish()
    headers = {name: SIGNATURE.sub("", value) for name, value in answer.headers if name != "Allow"}
    allowed = sorted((answer.header("Allow") or "").split(", "))
    return answer.code, {**headers, "Allow": allowed}, answer.body


@contextlib.contextmanager
def by_methods(app: Erlen) -> cabc.Iterator[None]:
    """Make the requests of *app* go through its methods, one by one."""
    with signals.appcontext_pushed.connected_to(lambda sender: None, app):
        assert app._plans().by_methods
        yield


@pytest.mark.parametrize("row", REQUESTS, ids=IDS)
def test_both_ways_give_the_same_answer_and_call_the_same_hooks(
    row: tuple[str, str | None, Environ],
) -> None:
    direct: Record = []
    record: Record = []
    app = build(erlen, direct)
    assert not app._plans().by_methods
    expected = answers(app, row)

    app = build(erlen, record)
    with by_methods(app):
        assert answers(app, row) == expected
    assert record == direct


#: Where Erlen means to differ: see rows SAFE-9, SAFE-10 and SAFE-12, and how streams end.
OTHER_THAN_FLASK = {"/args", "/count", "/peek", "/folder", "/stream"}
FOREIGN_HOST = {"HTTP_HOST": "user@evil/path"}


@pytest.mark.parametrize("row", REQUESTS, ids=IDS)
def test_the_answer_and_the_calls_of_hooks_are_flasks(row: tuple[str, str | None, Environ]) -> None:
    if row[1] in OTHER_THAN_FLASK or row[2] == FOREIGN_HOST:
        return
    ours: Record = []
    theirs: Record = []
    code, headers, body = answers(build(erlen, ours), row)
    flask_code, flask_headers, flask_body = answers(build(flask, theirs), row)
    assert (code, headers["Allow"]) == (flask_code, flask_headers["Allow"])
    assert ours == theirs
    if code < 400 and "Location" not in headers:
        assert (headers, body) == (flask_headers, flask_body)


# Failures, and where they end


class Log(logging.Handler):
    """Keeps what an application logs."""

    def __init__(self, app: Erlen) -> None:
        super().__init__()
        self.records: list[logging.LogRecord] = []
        app.logger.handlers = [self]
        app.logger.propagate = False

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record)

    @property
    def failures(self) -> list[BaseException | None]:
        return [record.exc_info[1] if record.exc_info else None for record in self.records]


@pytest.fixture
def app() -> Erlen:
    app = Erlen("dispatch", static_folder=None, root_path="/")
    app.secret_key = "a key of thirty-two characters.."
    app.add_url_rule("/", "home", lambda: "home")
    return app


@pytest.fixture
def log(app: Erlen) -> Log:
    return Log(app)


class Broken(Exception):
    pass


def break_down(*args: t.Any, **kwargs: t.Any) -> t.Any:
    raise Broken


def assert_one_500(answer: Answer, log: Log) -> None:
    assert answer.code == 500
    assert b"Internal Server Error" in answer.body
    assert [type(exc) for exc in log.failures] == [Broken]
    assert current.get() is None


def test_a_view_that_fails_is_one_500_and_one_record(app: Erlen, log: Log) -> None:
    app.add_url_rule("/fail", "fail", break_down)
    assert_one_500(ask(app, "/fail"), log)
    assert log.records[0].getMessage() == "Exception on /fail [GET]"


@pytest.mark.parametrize("hook", ["before_request", "url_value_preprocessor"])
def test_a_function_before_the_view_that_fails_is_one_500(app: Erlen, log: Log, hook: str) -> None:
    getattr(app, hook)(break_down)
    assert_one_500(ask(app), log)


def test_a_listener_at_the_start_that_fails_is_one_500(app: Erlen, log: Log) -> None:
    for signal in (signals.appcontext_pushed, signals.request_started):
        log.records.clear()
        with signal.connected_to(break_down, app):
            assert_one_500(ask(app), log)


def test_a_function_after_the_view_that_fails_once_is_one_500(app: Erlen, log: Log) -> None:
    calls = []

    @app.after_request
    def fail_once(response: erlen.Response) -> erlen.Response:
        calls.append(response.status_code)
        if len(calls) == 1:
            raise Broken
        return response

    assert_one_500(ask(app), log)
    assert calls == [200, 500]


@pytest.mark.parametrize("fails", ["after_request", "save_session", "request_finished"])
def test_the_answer_is_a_500_when_the_end_of_it_fails_each_time(
    app: Erlen, log: Log, fails: str
) -> None:
    class Interface(type(app.session_interface)):  # type: ignore[misc]
        save_session = break_down

    if fails == "after_request":
        app.after_request(break_down)
    elif fails == "save_session":
        app.session_interface = Interface()
        app.view_functions["home"] = lambda: str(erlen.session.setdefault("a", 1))
    else:
        signals.request_finished.connect(break_down, app)
    try:
        answer = ask(app)
    finally:
        signals.request_finished.disconnect(break_down)
    assert_one_500(answer, log)


def test_a_500_handler_that_fails_is_a_500_all_the_same(app: Erlen, log: Log) -> None:
    app.add_url_rule("/fail", "fail", lambda: str(1 // 0))
    app.register_error_handler(500, break_down)
    assert ask(app, "/fail").code == 500
    [failure] = log.failures
    assert type(failure) is ZeroDivisionError
    [note] = failure.__notes__
    assert "The answer to this failed, too:" in note
    assert "in break_down" in note


def test_an_error_handler_that_fails_is_one_500(app: Erlen, log: Log) -> None:
    app.register_error_handler(404, break_down)
    assert_one_500(ask(app, "/absent"), log)


def test_a_listener_to_failures_that_fails_is_a_500(app: Erlen, log: Log) -> None:
    app.add_url_rule("/fail", "fail", lambda: str(1 // 0))
    with signals.got_request_exception.connected_to(break_down, app):
        assert_one_500(ask(app, "/fail"), log)


@pytest.mark.parametrize("hook", ["teardown_request", "teardown_appcontext"])
def test_a_teardown_that_fails_leaves_the_answer_and_the_other_teardowns(
    app: Erlen, log: Log, hook: str
) -> None:
    ran: list[str] = []
    app.teardown_request(lambda exc: ran.append("request, last"))
    app.teardown_appcontext(lambda exc: ran.append("app, last"))
    getattr(app, hook)(break_down)
    app.teardown_request(lambda exc: ran.append("request, first"))
    app.teardown_appcontext(lambda exc: ran.append("app, first"))
    answer = ask(app)
    assert (answer.code, answer.body) == (200, b"home")
    assert ran == ["request, first", "request, last", "app, first", "app, last"]
    assert [type(exc) for exc in log.failures] == [Broken]
    assert log.records[0].getMessage() == "Exception at the end of / [GET]"
    assert current.get() is None


@pytest.mark.parametrize(
    "signal",
    [signals.request_tearing_down, signals.appcontext_tearing_down, signals.appcontext_popped],
)
def test_a_listener_at_the_end_that_fails_leaves_the_answer(
    app: Erlen, log: Log, signal: signals.CoreSignal
) -> None:
    ran: list[str] = []
    app.teardown_request(lambda exc: ran.append("request"))
    app.teardown_appcontext(lambda exc: ran.append("app"))
    with signal.connected_to(break_down, app):
        assert ask(app).body == b"home"
    assert ran == ["request", "app"]
    assert [type(exc) for exc in log.failures] == [Broken]
    assert current.get() is None


def test_a_response_that_cannot_be_sent_is_one_500(app: Erlen, log: Log) -> None:
    class Unsendable(erlen.Response):
        def __call__(self, environ: t.Any, start_response: t.Any) -> t.Any:
            raise Broken

    app.add_url_rule("/fail", "fail", lambda: Unsendable("x"))
    assert_one_500(ask(app, "/fail"), log)


def test_not_even_the_500_need_be_sendable(app: Erlen, log: Log) -> None:
    class Unsendable(erlen.Response):
        def __call__(self, environ: t.Any, start_response: t.Any) -> t.Any:
            raise Broken

    app.response_class = Unsendable
    answer = ask(app)
    assert (answer.code, b"Internal Server Error" in answer.body) == (500, True)
    assert {type(exc) for exc in log.failures} == {Broken}
    assert current.get() is None


def test_a_header_that_may_not_be_sent_is_named_in_the_log(app: Erlen, log: Log) -> None:
    def fail() -> erlen.Response:
        response = erlen.Response("x")
        response.headers._list.append(("X-Own", "a\r\nSet-Cookie: b=c"))
        return response

    app.add_url_rule("/fail", "fail", fail)
    answer = ask(app, "/fail")
    assert (answer.code, answer.header("X-Own")) == (500, None)
    [exc] = log.failures
    assert "'X-Own'" in str(exc)
    assert log.records[0].getMessage() == "Exception on /fail [GET]"


@pytest.mark.parametrize("header", [("X Y", "z"), ("X", "€"), ("X", "a\0b")])
def test_a_bad_header_on_every_answer_reaches_no_server(
    app: Erlen, log: Log, header: tuple[str, str]
) -> None:
    @app.after_request
    def add(response: erlen.Response) -> erlen.Response:
        response.headers._list.append(header)
        return response

    answer = ask(app)
    assert answer.code == 500
    assert header not in answer.headers
    assert log.records


@pytest.mark.parametrize("status", ["20 OK", "200 a\r\nX: y", "999999 Too long"])
def test_a_status_that_may_not_be_sent_is_a_500(app: Erlen, log: Log, status: str) -> None:
    def fail() -> erlen.Response:
        response = erlen.Response("x")
        response._status = status
        return response

    app.add_url_rule("/fail", "fail", fail)
    assert ask(app, "/fail").status == "500 INTERNAL SERVER ERROR"
    assert "status" in str(log.failures[0])


@pytest.mark.parametrize("setting", ["TESTING", "DEBUG", "PROPAGATE_EXCEPTIONS"])
def test_where_exceptions_are_propagated_they_are_and_leave_nothing(
    app: Erlen, log: Log, setting: str
) -> None:
    ran: list[t.Any] = []
    app.config[setting] = True
    app.add_url_rule("/fail", "fail", break_down)
    app.teardown_request(lambda exc: ran.append(type(exc)))
    with pytest.raises(Broken):
        ask(app, "/fail")
    app.teardown_appcontext_funcs.append(break_down)
    with pytest.raises(Broken):
        ask(app)
    assert ran == [Broken, type(None)]
    assert log.records == []
    assert current.get() is None


@pytest.mark.parametrize("stop", [KeyboardInterrupt, SystemExit, GeneratorExit])
@pytest.mark.parametrize("way", ["direct", "hooks", "methods", "streaming"])
def test_what_stops_the_process_passes_and_leaves_nothing(
    app: Erlen, log: Log, stop: type[BaseException], way: str
) -> None:
    ended: list[t.Any] = []

    def view() -> t.Any:
        raise stop

    def streaming() -> t.Any:
        @erlen.stream_with_context
        def steps() -> cabc.Iterator[str]:
            yield "one"
            raise stop

        return steps()

    app.add_url_rule("/stop", "stop", streaming if way == "streaming" else view)
    if way != "direct":
        app.teardown_appcontext(lambda exc: ended.append(type(exc)))
    with by_methods(app) if way == "methods" else contextlib.nullcontext():
        with pytest.raises(stop):
            ask(app, "/stop")
    assert ended == ([] if way == "direct" else [stop])
    assert log.records == []
    assert current.get() is None


# What a request leaves


def leave(app: Erlen) -> dict[str, Environ]:
    """Give *app* views for requests of every kind; return the requests."""
    form = EnvironBuilder(
        "/upload", method="POST", data={"a": "1", "file": (io.BytesIO(b"x" * 100), "x.txt")}
    ).get_environ()
    app.add_url_rule("/json", "json", lambda: {"a": [1]})
    app.add_url_rule("/user/<name>", "user", lambda name: erlen.request.args.get("q", name))
    app.add_url_rule("/fail", "fail", break_down)
    app.add_url_rule("/handled", "handled", lambda: str(1 // 0))
    app.add_url_rule("/abort", "abort", lambda: erlen.abort(403))
    app.add_url_rule("/redirect", "redirect", lambda: erlen.redirect("/"))
    app.add_url_rule("/url", "url", lambda: erlen.url_for("user", name="x", _external=True))
    app.add_url_rule("/g", "g", lambda: str(erlen.g.setdefault("x", 1)))
    app.add_url_rule("/session", "session", lambda: str(erlen.session.setdefault("a", 1)))
    app.add_url_rule("/folder/", "folder", lambda: "")
    app.add_url_rule(
        "/upload", "upload", lambda: erlen.request.files["file"].read(), methods=["POST"]
    )
    app.add_url_rule(
        "/stream",
        "stream",
        lambda: erlen.stream_with_context(erlen.request.path for _ in range(3)),
    )
    app.register_error_handler(ZeroDivisionError, lambda exc: ("handled", 500))
    paths = [
        "/",
        "/json",
        "/user/x",
        "/fail",
        "/handled",
        "/abort",
        "/redirect",
        "/url",
        "/g",
        "/session",
        "/folder",
        "/stream",
    ]
    requests = {path: make_environ(path) for path in (*paths, "/absent")}
    requests["405"] = make_environ("/", "POST")
    requests["options"] = make_environ("/", "OPTIONS")
    requests["head"] = make_environ("/json", "HEAD")
    requests["query"] = make_environ("/user/x", QUERY_STRING="q=1")
    requests["foreign host"] = make_environ("/", HTTP_HOST="a@b")
    requests["websocket"] = make_environ("/", HTTP_UPGRADE="websocket", HTTP_CONNECTION="upgrade")
    requests["cookie"] = make_environ("/session", HTTP_COOKIE="session=forged")
    requests["upload"] = form
    return requests


class Forgetful(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        self.format(record)


KINDS = list(leave(Erlen("kinds", static_folder=None, root_path="/")))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("way", ["direct", "hooks", "methods"])
def test_a_request_leaves_no_reference_cycle(app: Erlen, kind: str, way: str) -> None:
    app.logger.handlers, app.logger.propagate = [Forgetful()], False
    leave(app)
    if way != "direct":
        app.before_request(lambda: None)
        app.after_request(lambda response: response)
        app.teardown_request(lambda exc: None)
        app.teardown_appcontext(lambda exc: None)
    with by_methods(app) if way == "methods" else contextlib.nullcontext():
        Call(app, leave(Erlen("fresh", static_folder=None, root_path="/"))[kind]).finish()
        environ = leave(Erlen("fresh", static_folder=None, root_path="/"))[kind]
        gc.collect()
        gc.disable()
        try:
            Call(app, environ).finish()
            del environ
            assert gc.collect() == 0
        finally:
            gc.enable()


def test_a_request_in_a_request_gives_the_outer_one_back(app: Erlen) -> None:
    @app.route("/outer")
    def outer() -> list[str]:
        inner = ask(app, "/inner").body.decode()
        return [inner, erlen.request.path]

    app.add_url_rule("/inner", "inner", lambda: erlen.request.path)
    assert ask(app, "/outer").body == b'["/inner","/outer"]\n'


def test_arguments_of_the_view_are_its_own(app: Erlen) -> None:
    @app.route("/user/<name>")
    @app.route("/me", defaults={"name": "me"})
    @app.route("/static")
    def user(name: str = "nobody") -> str:
        args = t.cast("dict[str, t.Any]", erlen.request.view_args)
        seen = str(sorted(args))
        args["left"] = "behind"
        return seen

    for path in ("/user/a", "/me", "/static"):
        first = ask(app, path).body
        assert ask(app, path).body == first


# Isolation


def crossing(app: Erlen, pause: cabc.Callable[[], None]) -> cabc.Callable[[int], bool]:
    """Return a function that makes the request number n and tells whether it stayed itself."""

    @app.route("/user/<int:n>")
    def user(n: int) -> list[t.Any]:
        erlen.g.n = erlen.session["n"] = n
        seen = []
        for _ in range(3):
            pause()
            view_args = t.cast("dict[str, t.Any]", erlen.request.view_args)
            seen += [erlen.g.n, erlen.session["n"], view_args["n"], int(erlen.request.args["n"])]
        return seen

    def request(n: int) -> bool:
        answer = ask(app, f"/user/{n}", QUERY_STRING=f"n={n}")
        return answer.code == 200 and set(json.loads(answer.body)) == {n} and current.get() is None

    return request


def test_threads_do_not_see_each_others_requests(app: Erlen) -> None:
    import time

    request = crossing(app, lambda: time.sleep(0.0005))
    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(request, range(200)))


def test_greenlets_do_not_see_each_others_requests(app: Erlen) -> None:
    import greenlet

    hub = greenlet.getcurrent()
    request = crossing(app, lambda: hub.switch())
    results: list[bool] = []
    running = [greenlet.greenlet(lambda n=n: results.append(request(n))) for n in range(20)]
    while running:
        for each in running:
            each.switch()
        running = [each for each in running if not each.dead]
    assert results == [True] * 20


def test_tasks_do_not_see_each_others_requests(app: Erlen) -> None:
    import asyncio

    async def request(n: int) -> bool:
        with app.test_request_context(f"/?n={n}"):
            for _ in range(3):
                await asyncio.sleep(0)
                if erlen.request.args["n"] != str(n):
                    return False
        return current.get() is None

    async def main() -> list[bool]:
        return await asyncio.gather(*map(request, range(50)))

    assert all(asyncio.run(main()))


# What only one of the two ways offers, and a server may ask for


@pytest.mark.parametrize("host", ["localhost", "a.example.org", "a.example.org:80"])
def test_a_trusted_host_is_served(app: Erlen, host: str) -> None:
    app.config["TRUSTED_HOSTS"] = ["localhost", ".example.org"]
    assert ask(app, HTTP_HOST=host).code == 200


@pytest.mark.parametrize("host", ["evil.org", "example.org.evil.org", "a@localhost", "", None])
def test_any_other_host_is_a_400(app: Erlen, host: str | None) -> None:
    app.config["TRUSTED_HOSTS"] = ["example.org"]
    assert ask(app, HTTP_HOST=host).code == 400
    del app.config["TRUSTED_HOSTS"]
    app.config["TRUSTED_HOSTS"] = None
    assert ask(app, HTTP_HOST="localhost").code == 200


@pytest.mark.parametrize("host", ["a@b", "a/b", "a b", "a\\b", "a?b", "a#b", "<a>"])
def test_a_host_of_other_characters_is_a_400(app: Erlen, host: str) -> None:
    assert ask(app, HTTP_HOST=host).code == 400


def test_a_500_knows_the_request_it_is_for(app: Erlen) -> None:
    app.add_url_rule("/fail", "fail", break_down)
    app.register_error_handler(
        500, lambda exc: (f"{erlen.request.path} {exc.original_exception!r}", 500)
    )
    app.logger.handlers, app.logger.propagate = [Forgetful()], False
    assert ask(app, "/fail").body == b"/fail Broken()"


def test_an_http_exception_without_a_handler_is_its_own_answer(app: Erlen) -> None:
    def fail() -> t.NoReturn:
        raise BadRequest("what was wrong")

    app.add_url_rule("/fail", "fail", fail)
    answer = ask(app, "/fail")
    assert answer.code == 400
    assert b"what was wrong" in answer.body


@pytest.mark.parametrize("host", ["localhost", "localhost:80", "example.org:65535", "a-b.c_d:5000"])
def test_an_ordinary_host_needs_no_closer_look(host: str) -> None:
    assert dispatch._is_plain_host(host)


@pytest.mark.parametrize(
    "host", ["", "a..b", "a b", "ä.org", "a:", "a:0", "a:65536", "a:b", "a" * 64, "[::1]"]
)
def test_any_other_is_looked_at_by_the_adapter(host: str) -> None:
    assert not dispatch._is_plain_host(host)


@pytest.mark.parametrize("fails", [None, "view", "request", "app"])
def test_the_functions_at_the_end_see_what_flask_shows_them(fails: str | None) -> None:
    records: list[Record] = []
    for framework in (erlen, flask):
        record: Record = []
        app = _with_functions_at_the_end(framework, record, fails)
        with contextlib.suppress(ValueError):  # Flask lets those of teardown functions out
            ask(app)
        records.append(record)
    assert records[0] == records[1]


def _with_functions_at_the_end(framework: t.Any, record: Record, fails: str | None) -> t.Any:
    app = framework.Flask("ends", static_folder=None, root_path="/")
    app.logger.setLevel(logging.CRITICAL + 1)

    def note(where: str) -> t.Any:
        def end(exc: BaseException | None) -> None:
            contexts = (framework.has_request_context(), framework.has_app_context())
            name = framework.current_app.name
            record.append((where, type(exc), contexts, framework.g.get("user"), name))
            if fails == where:
                raise ValueError

        return end

    app.teardown_request(note("request"))
    app.teardown_appcontext(note("app"))

    def index() -> str:
        framework.g.user = "ada"
        if fails == "view":
            raise KeyError
        return "x"

    app.add_url_rule("/", "index", index)
    return app


def _answer_by_another_view(app: Erlen, framework: t.Any) -> None:
    app.view_functions["index"] = lambda: "another view"


def _answer_by_another_rule(app: Erlen, framework: t.Any) -> None:
    rules = app.url_map.iter_rules("other")
    framework.request.url_rule = next(iter(rules))


def _answer_by_an_exception(app: Erlen, framework: t.Any) -> None:
    framework.request.routing_exception = BadRequest("not like this")


@pytest.mark.parametrize(
    "choose", [_answer_by_another_view, _answer_by_another_rule, _answer_by_an_exception]
)
def test_a_function_before_the_view_may_choose_another_answer(choose: t.Any) -> None:
    answers = []
    for framework in (erlen, flask):
        app = framework.Flask("choice", static_folder=None, root_path="/")
        app.add_url_rule("/", "index", lambda: "the view")
        app.add_url_rule("/other", "other", lambda: "the other rule")
        app.before_request(lambda app=app, framework=framework: choose(app, framework))
        answers.append(ask(app)[1:])
    assert answers[0] == answers[1]
    assert b"the view" not in answers[0]


@pytest.mark.parametrize("hooked", [False, True])
def test_what_makes_the_response_may_use_the_session_and_what_comes_after(hooked: bool) -> None:
    class Refused(BadRequest):
        def get_body(self, *args: t.Any) -> str:
            erlen.session["seen"] = True
            erlen.after_this_request(note)
            return "a page with a flashed message"

    def note(response: erlen.Response) -> erlen.Response:
        response.headers["X-Seen"] = "yes"
        return response

    def refuse() -> t.NoReturn:
        raise Refused

    app = Erlen("pages", static_folder=None, root_path="/")
    app.secret_key = "a key of thirty-two characters.."
    app.add_url_rule("/", "index", refuse)
    if hooked:
        app.before_request(lambda: None)
    ask(app)
    response = app.test_client().get("/")
    assert (response.status_code, response.text) == (400, "a page with a flashed message")
    assert response.headers["Set-Cookie"].startswith("session=")
    assert response.headers["X-Seen"] == "yes"


class Text(str):
    """What a middleware may have put into an environ."""


def test_texts_of_an_environ_may_be_of_a_class_of_their_own(app: Erlen) -> None:
    app.add_url_rule("/user/<name>", "user", lambda name: name)
    own = {"REQUEST_METHOD": Text("GET"), "HTTP_HOST": Text("localhost")}
    for path, body in {"/": b"home", "/user/ada": b"ada"}.items():
        assert ask(app, **own, PATH_INFO=Text(path)).body == body
    assert ask(app, **own, PATH_INFO=Text("/nowhere")).code == 404


def test_a_list_that_comes_after_a_request_is_no_answer(app: Erlen) -> None:
    @app.get("/listed")
    def listed() -> str:
        erlen.after_this_request(lambda response: ["not", "sent"])
        return "text"

    assert ask(app, "/listed").code == 500


def test_arguments_of_the_view_may_be_another_mapping(app: Erlen) -> None:
    class Request(erlen.Request):
        def __setattr__(self, name: str, value: t.Any) -> None:
            mapped = UserDict(value) if name == "view_args" and value else value
            super().__setattr__(name, mapped)

    app.request_class = Request
    app.add_url_rule("/user/<name>", "user", lambda name: name)
    assert ask(app, "/user/ada").body == b"ada"


def test_classes_of_requests_and_responses_may_have_a_metaclass(app: Erlen) -> None:
    class Request(erlen.Request, metaclass=abc.ABCMeta):
        pass

    class Response(erlen.Response, metaclass=abc.ABCMeta):
        pass

    app.request_class, app.response_class = Request, Response
    app.add_url_rule("/tuple", "tuple", lambda: ("made", 201))
    assert ask(app).body == b"home"
    assert ask(app, "/tuple").status == "201 CREATED"
    with app.test_request_context():
        assert type(app.redirect("/there")) is type(app.make_response("text")) is Response


@pytest.mark.parametrize("straight", [False, True])
def test_a_variable_is_found_the_straight_way_or_by_the_walk(
    app: Erlen, straight: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ways, "COMPILED", straight)
    app.add_url_rule("/user/<name>", "user", lambda name: name)
    assert ask(app, "/user/ada").body == b"ada"
    assert ask(app, "/user/ada/books").code == 404
