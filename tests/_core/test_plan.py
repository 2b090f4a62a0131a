from __future__ import annotations

import threading
import typing as t

import pytest

from erlen import Blueprint, Erlen, Request, Response, signals
from erlen._core.plan import (
    _CONTEXT_STEPS,
    _DISPATCH_STEPS,
    _ERROR_STEPS,
    _TEARDOWN_STEPS,
    Plan,
    Served,
)
from erlen.sessions import SecureCookieSessionInterface
from tests.wsgi import ask


@pytest.fixture
def app() -> Erlen:
    app = Erlen("plan", static_folder=None, root_path="/")
    app.add_url_rule("/", "home", lambda: "home")
    return app


def plan_of(app: Erlen, endpoint: str = "home") -> Plan:
    [rule] = app.url_map.iter_rules(endpoint)
    return app._plans().plan_for(rule)


def listen(app: Erlen, signal: signals.CoreSignal, keep: list[t.Any]) -> None:
    def receiver(sender: Erlen, **extra: t.Any) -> None:
        pass

    keep.append(receiver)
    signal.connect(receiver, app)


def test_a_plain_view_is_called_directly(app: Erlen) -> None:
    assert plan_of(app).direct
    assert not plan_of(app).tears_down
    assert not app._plans().by_methods


@pytest.mark.parametrize("hook", ["before_request", "after_request", "url_value_preprocessor"])
def test_a_view_with_a_function_around_it_is_not(app: Erlen, hook: str) -> None:
    getattr(app, hook)(lambda *args: None)
    assert not plan_of(app).direct


def test_a_blueprints_functions_concern_its_own_views_only(app: Erlen) -> None:
    outer, inner = Blueprint("outer", "plan"), Blueprint("inner", "plan")
    outer.add_url_rule("/o", "view", lambda: "")
    inner.add_url_rule("/i", "view", lambda: "")
    inner.before_request(lambda: None)
    outer.register_blueprint(inner)
    app.register_blueprint(outer)
    assert plan_of(app).direct
    assert plan_of(app, "outer.view").direct
    assert not plan_of(app, "outer.inner.view").direct


def test_teardown_functions_leave_the_view_direct(app: Erlen) -> None:
    app.teardown_request(lambda exc: None)
    assert plan_of(app).direct
    assert plan_of(app).tears_down


def test_an_endpoint_without_a_view_is_not_direct(app: Erlen) -> None:
    app.add_url_rule("/later", "later")
    assert not plan_of(app, "later").direct
    app.view_functions["later"] = lambda: "came"
    assert plan_of(app, "later").direct


def test_an_automatic_options_request_never_reaches_the_view(app: Erlen) -> None:
    app.add_url_rule("/own", "own", lambda: "", methods=["OPTIONS"])
    assert not plan_of(app).for_options.direct
    assert plan_of(app, "own").for_options.direct


#: What an overridden step changes about the plans.
NOTICED: dict[str, t.Callable[[Erlen], bool]] = {
    **dict.fromkeys(_DISPATCH_STEPS, lambda app: not plan_of(app).direct),
    **dict.fromkeys(_CONTEXT_STEPS, lambda app: app._plans().by_methods),
    **dict.fromkeys(_TEARDOWN_STEPS, lambda app: plan_of(app).tears_down),
    **dict.fromkeys(_ERROR_STEPS, lambda app: app._plans().not_found.refusal is None),
}


@pytest.mark.parametrize("name", NOTICED)
@pytest.mark.parametrize("where", ["class", "instance"])
def test_an_overridden_step_is_noticed(name: str, where: str) -> None:
    original = getattr(Erlen, name)
    body = {name: lambda self, *args: original(self, *args)}
    cls: type[Erlen] = type("Own", (Erlen,), body) if where == "class" else Erlen
    app = cls("plan", static_folder=None, root_path="/")
    app.add_url_rule("/", "home", lambda: "home")
    if where == "instance":
        assert not NOTICED[name](app)
        setattr(app, name, lambda *args: original(app, *args))
    assert NOTICED[name](app)


@pytest.mark.parametrize(
    "signal",
    [
        signals.appcontext_pushed,
        signals.appcontext_popped,
        signals.appcontext_tearing_down,
        signals.request_tearing_down,
    ],
)
def test_a_listener_to_contexts_sends_requests_through_the_methods(
    app: Erlen, signal: signals.CoreSignal
) -> None:
    keep: list[t.Any] = []
    listen(app, signal, keep)
    assert app._plans().by_methods
    signal.disconnect(keep.pop())
    assert not app._plans().by_methods


@pytest.mark.parametrize("signal", [signals.request_started, signals.request_finished])
def test_a_listener_to_requests_makes_no_view_direct(
    app: Erlen, signal: signals.CoreSignal
) -> None:
    keep: list[t.Any] = []
    listen(app, signal, keep)
    assert not plan_of(app).direct
    assert not app._plans().by_methods
    signal.disconnect(keep.pop())
    assert plan_of(app).direct


def test_a_session_interface_of_ones_own_opens_at_the_push(app: Erlen) -> None:
    class Own(SecureCookieSessionInterface):
        def open_session(self, app: Erlen, request: Request) -> t.Any:
            return super().open_session(app, request)

    app.session_interface = Own()
    assert app._plans().by_methods


def test_trusted_hosts_are_looked_at_by_the_methods(app: Erlen) -> None:
    app.config["TRUSTED_HOSTS"] = ["localhost"]
    assert app._plans().by_methods
    app.config.update(TRUSTED_HOSTS=None)
    assert not app._plans().by_methods


def test_hosts_trusted_by_the_request_class_as_well(app: Erlen) -> None:
    class Own(Request):
        trusted_hosts = ["example.org"]

    app.request_class = Own
    assert ask(app, HTTP_HOST="evil.org").code == 400
    assert ask(app, HTTP_HOST="example.org").code == 200


@pytest.mark.parametrize(
    "body, is_direct",
    [
        ({"default_mimetype": "text/plain"}, True),
        ({"helper": lambda self: None}, True),
        ({"default_status": 201}, False),
        ({"set_data": lambda self, value: Response.set_data(self, value)}, False),
        ({"__call__": lambda self, *args: Response.__call__(self, *args)}, False),
        ({"default_mimetype": None}, False),
    ],
)
def test_a_response_class_that_may_answer_otherwise_is_asked(
    app: Erlen, body: dict[str, t.Any], is_direct: bool
) -> None:
    app.response_class = type("Own", (Response,), body)
    assert plan_of(app).direct is is_direct


def test_functions_run_from_the_outside_in_and_back(app: Erlen) -> None:
    registries: tuple[t.Any, t.Any] = (app.before_request_funcs, app.after_request_funcs)
    for registry in registries:
        for name in (None, "a", "a.b"):
            registry[name] = [f"{name} first", f"{name} second"]
    hooks: t.Any = app._plans().hooks_for("a.b")
    assert hooks.before == (
        "None first", "None second", "a first", "a second", "a.b first", "a.b second"
    )  # fmt: skip
    assert hooks.after == (
        "a.b second", "a.b first", "a second", "a first", "None second", "None first"
    )  # fmt: skip


def test_what_changes_while_it_is_compiled_is_compiled_in() -> None:
    class Late(Erlen):
        def ensure_sync(self, func: t.Any) -> t.Any:
            self.view_functions.setdefault("late", lambda: "late")
            return func

    app = Late("plan", static_folder=None, root_path="/")
    app.add_url_rule("/", "home", lambda: "home")
    app.add_url_rule("/late", "late")
    assert set(app._plans().views) == {"home", "late"}
    assert ask(app, "/late").body == b"late"


def test_matcher_and_plans_are_published_together(app: Erlen) -> None:
    """A route is added while others ask for the last one: they see it whole or not at all."""
    done = threading.Event()
    last = 0
    wrong: list[t.Any] = []

    def keep_asking() -> None:
        while not done.is_set():
            for n in (last, last + 1):
                answer = ask(app, f"/n/{n}")
                if (answer.code, answer.body) != (200, str(n).encode()) and answer.code != 404:
                    wrong.append(answer)

    threads = [threading.Thread(target=keep_asking) for _ in range(3)]
    for thread in threads:
        thread.start()
    for n in range(40):
        app.view_functions[f"n{n}"] = lambda n=n: str(n)
        app.url_map.add(app.url_rule_class(f"/n/{n}", endpoint=f"n{n}"))
        last = n
        assert ask(app, f"/n/{n}").code == 200
    done.set()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_plans_are_kept_while_nothing_changes(app: Erlen) -> None:
    served = app._plans()
    for path in ("/", "/absent", "/"):
        ask(app, path)
    assert app._plans() is served
    assert isinstance(served, Served)
