from __future__ import annotations

import collections.abc as cabc
import threading
import typing as t

import pytest

import erlen
from erlen import Erlen, Request, Response, current_app, g, request, session
from erlen._core.contexts import current
from erlen.ctx import (
    AppContext,
    RequestContext,
    _AppCtxGlobals,
    after_this_request,
    copy_current_request_context,
    has_app_context,
    has_request_context,
)
from erlen.globals import _app_ctx_stack, _request_ctx_stack
from erlen.sessions import SecureCookieSession, SecureCookieSessionInterface
from tests.wsgi import ask, make_environ


@pytest.fixture
def app() -> Erlen:
    app = Erlen("ctx", static_folder=None, root_path="/")
    app.secret_key = "a key of thirty-two characters.."
    app.add_url_rule("/", "home", lambda: "home")
    return app


# Application contexts


def test_a_script_uses_the_application_in_a_with_block(app: Erlen) -> None:
    app.config["ANSWER"] = 42
    with app.app_context() as ctx:
        assert isinstance(ctx, AppContext)
        assert current_app.config["ANSWER"] == 42
        assert not has_request_context()
    assert not has_app_context()


def test_after_the_inner_application_the_outer_one_is_current_again(app: Erlen) -> None:
    inner = Erlen("inner", static_folder=None, root_path="/")
    with app.app_context():
        g.name = "outer"
        with inner.app_context():
            assert current_app._get_current_object() is inner  # type: ignore[attr-defined]
            assert "name" not in g
        assert current_app._get_current_object() is app  # type: ignore[attr-defined]
        assert g.name == "outer"


def test_the_same_context_pushed_again_is_torn_down_once(app: Erlen) -> None:
    ended: list[t.Any] = []
    app.teardown_appcontext(ended.append)
    ctx = app.app_context()
    ctx.push()
    with ctx:
        g.kept = True
    assert ended == []
    assert g.kept
    ctx.pop()
    assert ended == [None]


def test_teardown_gets_the_exception_of_the_block(app: Erlen) -> None:
    ended: list[t.Any] = []
    app.teardown_appcontext(ended.append)
    failure = ValueError()
    with pytest.raises(ValueError):
        with app.app_context():
            raise failure
    with app.app_context():
        pass
    try:
        raise failure
    except ValueError:
        ctx = app.app_context()
        ctx.push()
        ctx.pop()
    assert ended == [failure, None, failure]


def test_popping_another_context_than_ones_own_is_an_error(app: Erlen) -> None:
    outer, inner = app.app_context(), app.app_context()
    outer.push()
    inner.push()
    with pytest.raises(AssertionError, match="Popped wrong app context"):
        outer.pop()
    inner._depth += 1  # what the wrong pop took is still to be popped
    with pytest.raises(AssertionError, match="Popped wrong app context"):
        inner.pop()
    assert not has_app_context()


def test_an_application_context_that_fails_to_end_is_gone_all_the_same(app: Erlen) -> None:
    ended: list[str] = []

    @app.teardown_appcontext
    def fail(exc: BaseException | None) -> None:
        raise ValueError("teardown")

    app.teardown_appcontext(lambda exc: ended.append("other"))
    with pytest.raises(ValueError, match="teardown"):
        with app.app_context():
            pass
    assert ended == ["other"]
    assert not has_app_context()


# g


def test_g_is_a_namespace_that_can_be_asked(app: Erlen) -> None:
    with app.app_context():
        g.a = 1
        assert (g.get("a"), g.get("b"), g.get("b", 2)) == (1, None, 2)
        assert g.setdefault("a", 9) == 1
        assert g.setdefault("c") is None
        assert ("a" in g, "b" in g, sorted(g)) == (True, False, ["a", "c"])
        assert (g.pop("a"), g.pop("a", 5)) == (1, 5)
        with pytest.raises(KeyError):
            g.pop("a")
        del g.c
        with pytest.raises(AttributeError):
            g.c
        assert repr(g) == "<flask.g of 'ctx'>"


def test_g_is_of_the_class_that_the_application_names(app: Erlen) -> None:
    class Own(erlen.ctx._AppCtxGlobals):
        answer = 42

    app.app_ctx_globals_class = Own
    app.view_functions["home"] = lambda: str(g.answer)
    assert ask(app).body == b"42"


def test_g_lasts_from_before_the_view_to_the_end_of_the_request(app: Erlen) -> None:
    seen: list[str] = []

    @app.before_request
    def set_name() -> None:
        g.name = request.args["name"]

    @app.after_request
    def read(response: Response) -> Response:
        seen.append(f"after {g.name}")
        return response

    app.teardown_request(lambda exc: seen.append(f"teardown {g.name}"))
    app.teardown_appcontext(lambda exc: seen.append(f"end {g.name}"))
    app.view_functions["home"] = lambda: g.name
    assert ask(app, QUERY_STRING="name=bo").body == b"bo"
    assert seen == ["after bo", "teardown bo", "end bo"]


@pytest.mark.parametrize("follow_redirects", [True, False])
def test_g_does_not_reach_the_next_request(app: Erlen, follow_redirects: bool) -> None:
    @app.route("/set")
    def set_name() -> t.Any:
        g.name = "bo"
        return erlen.redirect("/get")

    app.add_url_rule("/get", "get", lambda: g.get("name", "nobody"))
    client = app.test_client()
    answer = client.get("/set", follow_redirects=follow_redirects)
    if not follow_redirects:
        answer = client.get("/get")
    assert answer.text == "nobody"


def test_a_request_in_an_application_context_shares_its_g(app: Erlen) -> None:
    app.view_functions["home"] = lambda: g.name
    with app.app_context():
        g.name = "bo"
        assert ask(app).body == b"bo"
        assert g.name == "bo"


# Request contexts


def test_a_request_pushes_its_application_first_and_pops_it_last(app: Erlen) -> None:
    seen: list[t.Any] = []
    app.teardown_request(lambda exc: seen.append(("request", has_request_context())))
    app.teardown_appcontext(
        lambda exc: seen.append(("app", has_request_context(), current_app.name))
    )
    with app.test_request_context("/?a=1"):
        assert current_app.name == "ctx"
        assert request.args["a"] == "1"
    assert seen == [("request", True), ("app", False, "ctx")]
    assert not has_app_context()


def test_a_request_uses_the_application_context_that_is_there(app: Erlen) -> None:
    ended: list[t.Any] = []
    app.teardown_appcontext(ended.append)
    with app.app_context() as ctx:
        with app.test_request_context():
            assert _app_ctx_stack.top is ctx
        assert ended == []
        assert _app_ctx_stack.top is ctx
    assert ended == [None]


def test_contexts_nest_and_come_back(app: Erlen) -> None:
    other = Erlen("other", static_folder=None, root_path="/")
    with app.test_request_context("/one"):
        with other.test_request_context("/two"):
            assert (request.path, current_app.name) == ("/two", "other")
            with app.test_request_context("/three"):
                assert (request.path, current_app.name) == ("/three", "ctx")
            assert (request.path, current_app.name) == ("/two", "other")
        assert (request.path, current_app.name) == ("/one", "ctx")


def test_a_request_context_can_be_pushed_again_after_its_end(app: Erlen) -> None:
    ctx = app.test_request_context("/again")
    for _ in range(2):
        with ctx:
            assert request.path == "/again"
        assert not has_request_context()


def test_a_request_context_pushed_twice_is_torn_down_once(app: Erlen) -> None:
    ended: list[t.Any] = []
    app.teardown_request(ended.append)
    ctx = app.test_request_context()
    ctx.push()
    ctx.push()
    ctx.pop()
    assert (ended, has_request_context()) == ([], True)
    ctx.pop()
    assert (ended, has_request_context(), has_app_context()) == ([None], False, False)


def test_popping_another_request_than_ones_own_is_an_error(app: Erlen) -> None:
    outer, inner = app.test_request_context("/outer"), app.test_request_context("/inner")
    outer.push()
    inner.push()
    with pytest.raises(AssertionError, match="Popped wrong request context"):
        outer.pop()
    while current.get() is not None:
        _app_ctx_stack.pop() if _request_ctx_stack.top is None else _request_ctx_stack.pop()


def test_a_context_knows_its_rule_or_why_there_is_none(app: Erlen) -> None:
    with app.test_request_context("/"):
        assert request.endpoint == "home"
        assert request.view_args == {}
    with app.test_request_context("/absent"):
        assert request.endpoint is None
        assert request.routing_exception is not None
        assert request.routing_exception.code == 404


def test_a_push_that_fails_leaves_nothing(app: Erlen) -> None:
    class Own(SecureCookieSessionInterface):
        def open_session(self, app: Erlen, request: Request) -> t.Any:
            raise OSError("the store is down")

    app.session_interface = Own()
    with pytest.raises(OSError, match="down"):
        app.test_request_context().push()
    assert current.get() is None


def test_the_representation_tells_url_method_and_application(app: Erlen) -> None:
    ctx = app.test_request_context("/a", method="POST")
    assert repr(ctx) == "<RequestContext 'http://localhost/a' [POST] of ctx>"


def test_request_context_takes_an_environ(app: Erlen) -> None:
    with app.request_context(make_environ("/x", "PUT")):
        assert (request.path, request.method) == ("/x", "PUT")


# Sessions


class Counting(SecureCookieSessionInterface):
    opens_on_first_touch = True

    def __init__(self) -> None:
        self.opened = 0
        self.saved = 0

    def open_session(self, app: Erlen, request: Request) -> SecureCookieSession | None:
        self.opened += 1
        return super().open_session(app, request)

    def save_session(self, app: Erlen, session: t.Any, response: Response) -> None:
        self.saved += 1
        super().save_session(app, session, response)


COOKIE = "session=eyJhIjoxfQ.x.y; other=1"


def test_an_untouched_session_costs_nothing(app: Erlen) -> None:
    seen: list[t.Any] = []
    app.teardown_request(lambda exc: seen.extend([_request_ctx_stack.top, vars(request)]))
    answer = ask(app, HTTP_COOKIE=COOKIE)
    ctx, attributes = seen
    assert ctx._opened is None
    assert "cookies" not in attributes
    assert answer.header("Vary") is None


def test_an_interface_is_not_asked_for_an_untouched_session(app: Erlen) -> None:
    app.session_interface = counting = Counting()
    app.config["SESSION_REFRESH_EACH_REQUEST"] = False
    ask(app, HTTP_COOKIE=COOKIE)
    assert (counting.opened, counting.saved) == (0, 0)


def test_a_touched_session_is_opened_once_and_saved_once(app: Erlen) -> None:
    app.session_interface = counting = Counting()

    @app.route("/touch")
    def touch() -> str:
        session["a"] = 1
        return str(session["a"])

    assert ask(app, "/touch").header("Set-Cookie") is not None
    assert (counting.opened, counting.saved) == (1, 1)


def test_an_interface_that_says_nothing_is_asked_at_the_push(app: Erlen) -> None:
    class Own(SecureCookieSessionInterface):
        def open_session(self, app: Erlen, request: Request) -> t.Any:
            opened.append(has_request_context() and request.path)
            return super().open_session(app, request)

    opened: list[t.Any] = []
    app.session_interface = Own()
    ask(app)
    with app.test_request_context("/by-hand"):
        assert opened == ["/", "/by-hand"]


# What is of use in a request


def test_outside_there_is_no_context_and_the_errors_say_so() -> None:
    assert (has_app_context(), has_request_context()) == (False, False)
    for call in (after_this_request, copy_current_request_context):
        with pytest.raises(RuntimeError, match="a\n? *request context is active"):
            call(lambda response: response)


def test_functions_after_this_request_run_once_and_before_the_others(app: Erlen) -> None:
    order: list[str] = []

    def note(name: str) -> cabc.Callable[[Response], Response]:
        def function(response: Response) -> Response:
            order.append(name)
            return response

        return function

    app.after_request(note("every request"))

    @app.route("/one")
    def one() -> str:
        after_this_request(note("first"))
        after_this_request(note("second"))
        return "one"

    ask(app, "/one")
    ask(app)
    assert order == ["first", "second", "every request", "every request"]


def test_a_function_after_this_request_may_be_a_coroutine(app: Erlen) -> None:
    @app.route("/one")
    def one() -> str:
        @after_this_request
        async def mark(response: Response) -> Response:
            response.headers["X-Mark"] = "yes"
            return response

        return "one"

    assert ask(app, "/one").header("X-Mark") == "yes"


def test_a_thread_gets_a_copy_of_the_request(app: Erlen) -> None:
    seen: list[t.Any] = []

    @app.route("/thread")
    def start() -> str:
        @copy_current_request_context
        def work(word: str) -> None:
            seen.append((request.path, session["a"], current_app.name, word))

        session["a"] = 1
        thread = threading.Thread(target=work, args=["hello"])
        thread.start()
        thread.join()
        return request.path

    assert ask(app, "/thread").body == b"/thread"
    assert seen == [("/thread", 1, "ctx", "hello")]


def test_what_a_thread_puts_into_the_session_is_kept(app: Erlen) -> None:
    @app.route("/thread")
    def start() -> str:
        @copy_current_request_context
        def work() -> None:
            session["a"] = 1

        thread = threading.Thread(target=work)
        thread.start()
        thread.join()
        return str(session.get("a"))

    answer = ask(app, "/thread")
    assert answer.body == b"1"
    assert answer.header("Set-Cookie") is not None


def test_a_greenlet_outlives_the_request_it_copied(app: Erlen) -> None:
    import greenlet

    left: list[greenlet.greenlet] = []

    @app.route("/greenlet")
    def start() -> str:
        @copy_current_request_context
        def work() -> str:
            greenlet.getcurrent().parent.switch()
            return request.args["a"]

        left.append(greenlet.greenlet(work))
        left[0].switch()
        return "started"

    assert ask(app, "/greenlet", QUERY_STRING="a=1").body == b"started"
    assert left[0].switch() == "1"


def test_a_coroutine_function_can_be_copied_into_as_well(app: Erlen) -> None:
    with app.test_request_context("/async"):

        @copy_current_request_context
        async def work() -> str:
            return request.path

        assert t.cast(t.Any, work)() == "/async"


# Contexts that outlive their request, in tests


def test_a_client_keeps_the_contexts_of_its_last_request(app: Erlen) -> None:
    app.add_url_rule("/two", "two", lambda: str(g.setdefault("name", "two")))
    with app.test_client() as client:
        client.get("/")
        assert request.path == "/"
        client.get("/two")
        assert (request.path, g.name) == ("/two", "two")
    assert not has_app_context()


def test_the_parts_of_a_context_can_be_replaced(app: Erlen) -> None:
    with app.test_request_context("/nowhere") as ctx:
        assert isinstance(ctx, RequestContext)
        ctx.url_adapter = app.url_map.bind("example.org")
        ctx._session = SecureCookieSession({"user": "ada"})
        app_ctx: t.Any = _app_ctx_stack.top
        app_ctx.g = _AppCtxGlobals()
        app_ctx.g.name = "new"
        assert erlen.url_for("home", _external=True) == "http://example.org/"
        assert (session["user"], g.name) == ("ada", "new")


def test_the_adapter_of_an_application_context_can_be_replaced(app: Erlen) -> None:
    with app.app_context() as ctx:
        ctx.url_adapter = app.url_map.bind("example.org", url_scheme="https")
        assert app.url_for("home") == "https://example.org/"


def test_a_namespace_outside_of_a_context_has_a_plain_repr() -> None:
    assert repr(_AppCtxGlobals()).startswith("<erlen.ctx._AppCtxGlobals object at")


def test_without_an_adapter_a_request_has_no_rule() -> None:
    class Unrouted(Erlen):
        def create_url_adapter(self, request: Request | None) -> t.Any:
            return None

    app = Unrouted("unrouted", static_folder=None, root_path="/")
    with app.test_request_context("/"):
        assert (request.url_rule, request.routing_exception) == (None, None)
