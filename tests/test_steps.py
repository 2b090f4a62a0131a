"""What happens to a request, step by step, and what overriding a step changes."""

from __future__ import annotations

import collections.abc as cabc
import sys
import threading
import time
import typing as t

import flask
import pytest
from werkzeug.exceptions import BadRequestKeyError, Forbidden, HTTPException
from werkzeug.routing import RequestRedirect

import erlen
from erlen import Blueprint, Erlen, Response, g, request
from tests.wsgi import ask

Record = list[t.Any]


@pytest.fixture
def record() -> Record:
    return []


@pytest.fixture
def app() -> Erlen:
    app = Erlen("steps", static_folder=None, root_path="/")
    app.secret_key = "a key of thirty-two characters.."
    app.logger.disabled = True
    app.add_url_rule("/", "home", lambda: "home")
    return app


# Functions around a request


def note(record: Record, name: str) -> cabc.Callable[..., t.Any]:
    def function(*args: t.Any) -> t.Any:
        record.append(name)
        return args[0] if args and isinstance(args[0], Response) else None

    return function


def test_functions_before_run_in_order_and_those_after_in_reverse(
    app: Erlen, record: Record
) -> None:
    for n in (1, 2, 3):
        app.before_request(note(record, f"before {n}"))
        app.after_request(note(record, f"after {n}"))
        app.teardown_request(note(record, f"teardown {n}"))
        app.teardown_appcontext(note(record, f"end {n}"))
    ask(app)
    assert record == [
        "before 1", "before 2", "before 3", "after 3", "after 2", "after 1",
        "teardown 3", "teardown 2", "teardown 1", "end 3", "end 2", "end 1",
    ]  # fmt: skip


def test_functions_of_blueprints_run_inside_those_of_the_application(
    app: Erlen, record: Record
) -> None:
    outer, inner = Blueprint("outer", "steps"), Blueprint("inner", "steps")
    for scope, name in ((inner, "inner"), (outer, "outer"), (app, "app")):
        scope.before_request(note(record, f"before {name}"))
        scope.after_request(note(record, f"after {name}"))
        scope.teardown_request(note(record, f"teardown {name}"))
        scope.url_value_preprocessor(note(record, f"values {name}"))
    inner.before_app_request(note(record, "before from inner"))
    inner.after_app_request(note(record, "after from inner"))
    inner.add_url_rule("/in", "view", lambda: "")
    outer.register_blueprint(inner)
    app.register_blueprint(outer)
    ask(app, "/in")
    assert record == [
        "values app", "values outer", "values inner",
        "before app", "before from inner", "before outer", "before inner",
        "after inner", "after outer", "after from inner", "after app",
        "teardown inner", "teardown outer", "teardown app",
    ]  # fmt: skip
    record.clear()
    ask(app)
    assert record == [
        "values app", "before app", "before from inner", "after from inner", "after app",
        "teardown app",
    ]  # fmt: skip


@pytest.mark.parametrize("value", ["early", "", {}, ("early", 201), Response("early")])
def test_what_a_function_before_returns_is_the_answer(
    app: Erlen, record: Record, value: t.Any
) -> None:
    app.before_request(note(record, "before"))
    app.before_request(lambda: value)
    app.before_request(note(record, "skipped"))
    app.view_functions["home"] = note(record, "view")
    app.after_request(note(record, "after 1"))
    app.after_request(note(record, "after 2"))
    app.teardown_request(note(record, "teardown"))
    assert ask(app).code in {200, 201}
    assert record == ["before", "after 2", "after 1", "teardown"]


def test_functions_before_run_for_unknown_urls_as_well(app: Erlen, record: Record) -> None:
    @app.before_request
    def look() -> None:
        record.append(request.routing_exception)

    assert ask(app, "/absent").code == 404
    assert record[0].code == 404
    app.before_request_funcs[None].append(lambda: "rescued")
    assert ask(app, "/absent").body == b"rescued"


def test_functions_after_run_on_the_answer_of_an_error(app: Erlen) -> None:
    @app.after_request
    def mark(response: Response) -> Response:
        response.headers["X-Mark"] = str(response.status_code)
        return response

    app.add_url_rule("/fail", "fail", lambda: str(1 // 0))
    for path, code in (("/", "200"), ("/absent", "404"), ("/fail", "500")):
        assert ask(app, path).header("X-Mark") == code


def test_a_function_after_may_give_another_response(app: Erlen) -> None:
    app.after_request(lambda response: Response("other", 202))
    answer = ask(app)
    assert (answer.code, answer.body) == (202, b"other")


def test_value_preprocessors_may_take_values_away_from_the_view(app: Erlen) -> None:
    @app.url_value_preprocessor
    def take(endpoint: str | None, values: dict[str, t.Any] | None) -> None:
        assert values is not None
        g.lang = values.pop("lang")

    app.add_url_rule("/<lang>/page", "page", lambda: f"{g.lang} {request.view_args}")
    assert ask(app, "/de/page").body == b"de {}"


@pytest.mark.parametrize("path, failure", [("/", type(None)), ("/fail", ZeroDivisionError)])
def test_teardown_gets_the_exception_or_none(
    app: Erlen, record: Record, path: str, failure: type
) -> None:
    app.add_url_rule("/fail", "fail", lambda: str(1 // 0))
    app.teardown_request(lambda exc: record.append(type(exc)))
    app.teardown_appcontext(lambda exc: record.append(type(exc)))
    ask(app, path)
    assert record == [failure, failure]


def test_teardown_is_not_told_of_what_was_handled(app: Erlen, record: Record) -> None:
    app.add_url_rule("/fail", "fail", lambda: str(1 // 0))
    app.register_error_handler(ZeroDivisionError, lambda exc: "handled")
    app.teardown_request(record.append)
    assert ask(app, "/fail").body == b"handled"
    ask(app, "/absent")
    assert record == [None, None]


def test_what_should_be_ignored_is_not_told_to_teardown(record: Record) -> None:
    class Ignoring(Erlen):
        def should_ignore_error(self, error: BaseException | None) -> bool:
            return isinstance(error, ZeroDivisionError)

    app = Ignoring("steps", static_folder=None, root_path="/")
    app.logger.disabled = True
    app.add_url_rule("/fail", "fail", lambda: str(1 // 0))
    app.teardown_request(record.append)
    assert ask(app, "/fail").code == 500
    assert record == [None]


# before_first_request


def test_functions_before_the_first_request_run_once(app: Erlen, record: Record) -> None:
    app.before_first_request(note(record, "first"))
    app.before_request(note(record, "each"))
    for _ in range(3):
        ask(app)
    assert record == ["first", "each", "each", "each"]


def test_they_run_once_when_first_requests_race_and_before_all_of_them(
    app: Erlen, record: Record
) -> None:
    ready = threading.Event()
    barrier = threading.Barrier(8)

    @app.before_first_request
    def start() -> None:
        time.sleep(0.05)
        record.append("first")
        ready.set()

    app.view_functions["home"] = lambda: str(ready.is_set())

    def first() -> None:
        barrier.wait()
        record.append(ask(app).body)

    threads = [threading.Thread(target=first) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert record == ["first", *[b"True"] * 8]


def test_one_that_fails_is_tried_again_by_the_next_request(app: Erlen, record: Record) -> None:
    @app.before_first_request
    def fail_once() -> None:
        record.append("tried")
        if len(record) == 1:
            raise ValueError

    assert [ask(app).code for _ in range(3)] == [500, 200, 200]
    assert record == ["tried", "tried"]


def test_afterwards_a_plain_view_is_called_directly_again(app: Erlen, record: Record) -> None:
    app.before_first_request(note(record, "first"))
    [rule] = app.url_map.iter_rules("home")
    assert not app._plans().plan_for(rule).direct
    ask(app)
    assert app._plans().plan_for(rule).direct


# Coroutines


async def awaited(*args: t.Any) -> t.Any:
    import asyncio

    await asyncio.sleep(0)
    return args[0] if args and isinstance(args[0], Response) else None


def test_views_hooks_and_handlers_may_be_coroutines(app: Erlen, record: Record) -> None:
    async def view() -> str:
        await awaited()
        return f"{request.path} {g.name}"

    async def before() -> None:
        await awaited()
        g.name = "set"

    async def after(response: Response) -> Response:
        response.headers["X-After"] = g.name
        return t.cast(Response, await awaited(response))

    async def teardown(exc: BaseException | None) -> None:
        record.append((request.path, g.name))

    async def end(exc: BaseException | None) -> None:
        record.append(erlen.current_app.name)

    async def first() -> None:
        record.append("first")

    app.add_url_rule("/async", "async", view)
    app.before_first_request(t.cast(t.Any, first))
    app.before_request(before)
    app.after_request(after)
    app.teardown_request(teardown)
    app.teardown_appcontext(end)
    answer = ask(app, "/async")
    assert (answer.body, answer.header("X-After")) == (b"/async set", "set")
    assert record == ["first", ("/async", "set"), "steps"]


@pytest.mark.parametrize("failure", [ZeroDivisionError, 404, 500])
def test_an_error_handler_may_be_a_coroutine(app: Erlen, failure: t.Any) -> None:
    async def handler(exc: Exception) -> t.Any:
        await awaited()
        return f"{request.path} handled", 418

    async def fail() -> t.NoReturn:
        await awaited()
        raise ZeroDivisionError

    app.add_url_rule("/fail", "fail", fail)
    app.register_error_handler(failure, handler)
    answer = ask(app, "/absent" if failure == 404 else "/fail")
    assert answer.code == 418
    assert answer.body.endswith(b"handled")


def test_without_asgiref_a_coroutine_is_an_error_that_tells_the_mend(
    app: Erlen, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "asgiref.sync", None)

    async def view() -> str:
        return ""

    with pytest.raises(RuntimeError, match="pip install 'erlen\\[async\\]'"):
        app.ensure_sync(view)
    function = lambda: ""  # noqa: E731
    assert app.ensure_sync(function) is function


# Methods


@pytest.mark.parametrize("path", ["/", "/user/bo"])
def test_head_is_answered_by_get_without_a_body(app: Erlen, path: str) -> None:
    app.add_url_rule("/user/<name>", "user", lambda name: request.method)
    get, head = ask(app, path), ask(app, path, "HEAD")
    assert head.body == b""
    assert head.code == get.code
    assert head.header("Content-Length") == "4"


def test_options_is_answered_with_the_methods_of_the_url(app: Erlen, record: Record) -> None:
    app.before_request(note(record, "before"))
    app.add_url_rule("/both", "get", lambda: "")
    app.add_url_rule("/both", "put", lambda: "", methods=["PUT"])
    answer = ask(app, "/both", "OPTIONS")
    assert (answer.code, answer.body) == (200, b"")
    assert set((answer.header("Allow") or "").split(", ")) == {"GET", "HEAD", "OPTIONS", "PUT"}
    assert record == ["before"]


@pytest.mark.parametrize("automatic", [True, False, None])
@pytest.mark.parametrize("setting", [True, False])
@pytest.mark.parametrize("methods", [["GET"], ["GET", "OPTIONS"]])
def test_automatic_options_are_provided_where_flask_provides_them(
    automatic: bool | None, setting: bool, methods: list[str]
) -> None:
    answers = []
    for framework in (erlen, flask):
        app = t.cast(t.Any, framework).Flask("steps", static_folder=None, root_path="/")
        app.config["PROVIDE_AUTOMATIC_OPTIONS"] = setting
        app.add_url_rule(
            "/x", "x", lambda: "view", provide_automatic_options=automatic, methods=methods
        )
        answers.append(ask(app, "/x", "OPTIONS")[::2])
    assert answers[0] == answers[1]


def test_a_view_that_takes_options_answers_them(app: Erlen) -> None:
    app.add_url_rule("/x", "x", lambda: request.method, methods=["OPTIONS"])
    assert ask(app, "/x", "OPTIONS").body == b"OPTIONS"


@pytest.mark.parametrize("way", ["direct", "with a hook"])
def test_a_wrong_method_is_a_405_that_names_the_right_ones(app: Erlen, way: str) -> None:
    if way == "with a hook":
        app.before_request(lambda: None)
    app.add_url_rule("/form", "form", lambda: "", methods=["POST", "PUT"])
    answer = ask(app, "/form")
    assert answer.code == 405
    assert set((answer.header("Allow") or "").split(", ")) == {"OPTIONS", "POST", "PUT"}


# Overriding


def overriding(record: Record, *names: str) -> Erlen:
    """Return an application of a subclass that records the calls of the steps *names*."""

    def make(name: str) -> cabc.Callable[..., t.Any]:
        original = getattr(Erlen, name)

        def step(self: Erlen, *args: t.Any, **kwargs: t.Any) -> t.Any:
            record.append(name)
            return original(self, *args, **kwargs)

        return step

    cls = type("Own", (Erlen,), {name: make(name) for name in names})
    app = t.cast(Erlen, cls("steps", static_folder=None, root_path="/"))
    app.logger.disabled = True
    app.secret_key = "a key of thirty-two characters.."
    app.add_url_rule("/", "home", lambda: "home")
    app.add_url_rule("/user/<name>", "user", lambda name: {"name": name})
    app.add_url_rule("/fail", "fail", lambda: str(1 // 0))
    app.add_url_rule("/abort", "abort", lambda: erlen.abort(403))
    app.add_url_rule("/url", "url", lambda: erlen.url_for("home"))
    app.add_url_rule("/unknown-url", "unknown-url", lambda: erlen.url_for("unknown"))
    app.add_url_rule("/session", "session", lambda: str(erlen.session.setdefault("a", 1)))
    app.add_url_rule("/key", "key", lambda: request.args["missing"])
    return app


EVERY_REQUEST = [
    "__call__",
    "wsgi_app",
    "request_context",
    "full_dispatch_request",
    "preprocess_request",
    "dispatch_request",
    "make_response",
    "process_response",
    "finalize_request",
    "do_teardown_request",
    "do_teardown_appcontext",
    "create_url_adapter",
]


@pytest.mark.parametrize("path", ["/", "/user/bo", "/session"])
@pytest.mark.parametrize("name", EVERY_REQUEST)
def test_a_step_of_every_request_is_called_where_it_is_overridden(
    record: Record, name: str, path: str
) -> None:
    app = overriding(record, name)
    for _ in range(2):
        record.clear()
        assert ask(app, path).code == 200
        assert record == [name]


def test_all_of_them_are_called_in_flasks_order(record: Record) -> None:
    assert ask(overriding(record, *EVERY_REQUEST)).code == 200
    assert record == [
        "__call__", "wsgi_app", "request_context", "create_url_adapter", "full_dispatch_request",
        "preprocess_request", "dispatch_request", "finalize_request", "make_response",
        "process_response", "do_teardown_request", "do_teardown_appcontext",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "name, path, method",
    [
        ("raise_routing_exception", "/absent", "GET"),
        ("handle_user_exception", "/absent", "GET"),
        ("handle_user_exception", "/fail", "GET"),
        ("handle_user_exception", "/abort", "GET"),
        ("handle_http_exception", "/absent", "GET"),
        ("handle_http_exception", "/abort", "GET"),
        ("handle_http_exception", "/", "PUT"),
        ("handle_exception", "/fail", "GET"),
        ("log_exception", "/fail", "GET"),
        ("trap_http_exception", "/absent", "GET"),
        ("make_default_options_response", "/", "OPTIONS"),
        ("url_for", "/url", "GET"),
        ("inject_url_defaults", "/url", "GET"),
        ("handle_url_build_error", "/unknown-url", "GET"),
        ("app_context", "/url", "GET"),
        ("create_url_adapter", "/url", "GET"),
    ],
)
def test_a_step_of_some_requests_is_called_where_it_is_overridden(
    record: Record, name: str, path: str, method: str
) -> None:
    app = overriding(record, name)
    ask(app, path, method)
    assert record
    assert set(record) == {name}


def test_ensure_sync_is_asked_for_every_function(record: Record) -> None:
    class Own(Erlen):
        def ensure_sync(self, func: cabc.Callable[..., t.Any]) -> cabc.Callable[..., t.Any]:
            record.append(func)
            return func

    app = Own("steps", static_folder=None, root_path="/")
    functions = [note([], str(n)) for n in range(5)]
    app.add_url_rule("/", "home", lambda: "home")
    app.before_request(functions[0])
    app.after_request(functions[1])
    app.teardown_request(functions[2])
    app.teardown_appcontext(functions[3])
    app.register_error_handler(404, lambda exc: "handled")
    ask(app)
    ask(app, "/absent")
    for function in (*functions[:4], app.view_functions["home"]):
        assert function in record


def test_a_class_patched_before_its_first_request_is_noticed(
    record: Record, monkeypatch: pytest.MonkeyPatch
) -> None:
    original = Erlen.dispatch_request

    def traced(self: Erlen) -> t.Any:
        record.append("traced")
        return original(self)

    monkeypatch.setattr(Erlen, "dispatch_request", traced)
    app = Erlen("steps", static_folder=None, root_path="/")
    app.add_url_rule("/", "home", lambda: "home")
    assert ask(app).body == b"home"
    assert record == ["traced"]


# Settings


def test_trapped_http_exceptions_are_treated_as_any_other(app: Erlen) -> None:
    app.config.update(TRAP_HTTP_EXCEPTIONS=True, TESTING=True)
    app.add_url_rule("/abort", "abort", lambda: erlen.abort(403))
    with pytest.raises(Forbidden):
        ask(app, "/abort")
    with pytest.raises(HTTPException):
        ask(app, "/absent")


@pytest.mark.parametrize("settings", [{"TRAP_BAD_REQUEST_ERRORS": True}, {"DEBUG": True}])
def test_missing_keys_of_forms_are_trapped_as_they_are_by_flask(
    app: Erlen, settings: dict[str, bool]
) -> None:
    app.add_url_rule("/key", "key", lambda: request.args["missing"])
    assert ask(app, "/key").code == 400
    app.config.update(settings, PROPAGATE_EXCEPTIONS=True)
    with pytest.raises(BadRequestKeyError, match="missing"):
        ask(app, "/key")


def test_a_redirect_that_loses_a_form_is_an_error_in_debug_mode(app: Erlen) -> None:
    app.add_url_rule("/old", "old", redirect_to="/", methods=["GET", "POST"])
    app.debug = True
    assert ask(app, "/old").code == 308
    assert ask(app, "/old", "POST").code == 308  # keeps the body
    with app.test_request_context("/old", method="POST"):
        erlen.request.routing_exception = redirect = RequestRedirect("http://localhost/")
        redirect.code = 301
        with pytest.raises(AssertionError, match="redirect"):
            app.raise_routing_exception(erlen.request)


def test_steps_outside_of_a_request_teach() -> None:
    with pytest.raises(RuntimeError, match="request context"):
        Erlen("steps", static_folder=None).dispatch_request()


def test_teardown_by_hand_takes_the_exception_that_is_being_handled() -> None:
    app = Erlen("steps", static_folder=None)
    seen: list[BaseException | None] = []
    app.teardown_request(seen.append)
    app.teardown_appcontext(seen.append)
    failure = ValueError()
    with app.test_request_context():
        try:
            raise failure
        except ValueError:
            app.do_teardown_request()
            app.do_teardown_appcontext()
        assert seen == [failure, failure]


def test_an_error_to_be_ignored_is_not_told_on_the_way_of_methods_either() -> None:
    class Ignoring(Erlen):
        def should_ignore_error(self, error: BaseException | None) -> bool:
            return True

    app = Ignoring("steps", static_folder=None)
    seen: list[BaseException | None] = []
    app.teardown_request(seen.append)
    app.logger.disabled = True
    app.add_url_rule("/", "home", lambda: str(1 // 0))
    for more in ({}, {"HTTP_UPGRADE": "x"}):
        assert ask(app, **more).code == 500
    app.logger.disabled = False
    assert seen == [None, None]


def test_handlers_are_remembered_for_so_many_classes_and_found_for_all() -> None:
    app = Erlen("steps", static_folder=None)
    app.register_error_handler(LookupError, lambda exc: type(exc).__name__)

    @app.route("/<int:number>")
    def fail(number: int) -> t.NoReturn:
        raise type(f"Lost{number}", (LookupError,), {})

    assert [ask(app, f"/{n}").body for n in range(210)] == [b"Lost%d" % n for n in range(210)]
