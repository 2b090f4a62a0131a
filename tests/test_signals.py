from __future__ import annotations

import contextlib
import gc
import typing as t

import flask
import pytest
from jinja2 import Template

import erlen
from erlen import Erlen, signals
from erlen._core.contexts import current
from tests.wsgi import ask

NAMES = [
    "template_rendered",
    "before_render_template",
    "request_started",
    "request_finished",
    "request_tearing_down",
    "got_request_exception",
    "appcontext_tearing_down",
    "appcontext_pushed",
    "appcontext_popped",
    "message_flashed",
]

#: What happened, in its order: hooks by name, signals with what came with them.
Record = list[t.Any]


def build(framework: t.Any, record: Record) -> t.Any:
    app: Erlen = framework.Flask("signals", static_folder=None, root_path="/")
    app.secret_key = "a key of thirty-two characters.."
    app.logger.disabled = True

    @app.before_request
    def before() -> t.Any:
        record.append("before")
        return framework.request.args.get("early")

    @app.after_request
    def after(response: t.Any) -> t.Any:
        record.append("after")
        return response

    @app.teardown_request
    def teardown(exc: BaseException | None) -> None:
        record.append(("teardown", type(exc)))

    @app.teardown_appcontext
    def end(exc: BaseException | None) -> None:
        record.append(("end", type(exc)))

    @app.route("/")
    def home() -> str:
        record.append("view")
        framework.flash("noted", "notice")
        return str(framework.render_template_string("{{ 1 + 1 }}", a=1))

    @app.route("/fail")
    def fail() -> str:
        raise ValueError

    return app


def told(value: t.Any) -> t.Any:
    """Return what can be compared of something that came with a signal."""
    if isinstance(value, dict):
        return sorted(key for key in value if key in {"a"})
    if isinstance(value, Template):
        return "template"
    return value if isinstance(value, (str, type(None))) else type(value).__name__


def listen(framework: t.Any, app: t.Any, record: Record, stack: contextlib.ExitStack) -> None:
    for name in NAMES:

        def receiver(sender: t.Any, *, name: str = name, **extra: t.Any) -> None:
            extra.pop("_async_wrapper", None)
            assert sender is app
            record.append((name, {key: told(value) for key, value in extra.items()}))

        stack.enter_context(getattr(framework, name).connected_to(receiver, app))


def record_of(framework: t.Any, requests: list[tuple[str, str]]) -> Record:
    record: Record = []
    app = build(framework, record)
    with contextlib.ExitStack() as stack:
        listen(framework, app, record, stack)
        for method, path in requests:
            record.append(app.test_client().open(path, method=method).status_code)
    return record


@pytest.mark.parametrize(
    "method, path",
    [
        ("GET", "/"),
        ("HEAD", "/"),
        ("GET", "/?early=answer"),
        ("GET", "/fail"),
        ("GET", "/absent"),
        ("POST", "/"),
        ("OPTIONS", "/"),
    ],
)
def test_each_signal_is_sent_where_flask_sends_it(method: str, path: str) -> None:
    requests = [(method, path)]
    record = record_of(erlen, requests)
    assert record == record_of(flask, requests)
    assert {"appcontext_pushed", "request_started", "appcontext_popped"} <= {
        entry[0] for entry in record if isinstance(entry, tuple)
    }


def test_contexts_pushed_by_hand_are_told_of_as_by_flask() -> None:
    records = []
    for framework in (erlen, flask):
        record: Record = []
        app = build(framework, record)
        with contextlib.ExitStack() as stack:
            listen(framework, app, record, stack)
            with app.app_context():
                record.append("inside")
                with app.test_request_context():
                    record.append("in a request")
            with app.test_request_context():
                record.append("in a request of its own")
            with pytest.raises(KeyError), app.app_context():
                raise KeyError
        records.append(record)
    assert records[0] == records[1]


def test_the_names_are_those_of_flask() -> None:
    for name in NAMES:
        signal, theirs = getattr(signals, name), getattr(flask, name)
        assert signal.name == theirs.name
        assert signals._signals.signal(signal.name) is signal
        assert getattr(erlen, name) is signal


def test_an_application_has_signals_of_its_own() -> None:
    login = signals.Namespace().signal("login")
    heard: list[t.Any] = []

    @login.connect_via("bo")
    def receive(sender: str, **extra: t.Any) -> None:
        heard.append((sender, extra))

    login.send("bo", at=1)
    login.send("al", at=2)
    with login.connected_to(receive, "al"):
        login.send("al", at=3)
    assert heard == [("bo", {"at": 1}), ("al", {"at": 3})]


def test_the_namespace_makes_signals_for_names_it_does_not_know() -> None:
    mine = signals._signals.signal("mine-alone")
    assert signals._signals.signal("mine-alone") is mine
    assert not isinstance(mine, signals.CoreSignal)
    signals._signals.pop("mine-alone")


def test_a_signal_nobody_hears_costs_no_call() -> None:
    app = build(erlen, [])
    app.before_request_funcs.clear()
    app.after_request_funcs.clear()
    sent: list[str] = []
    original = signals.CoreSignal.send
    try:
        signals.CoreSignal.send = lambda self, *args, **kwargs: sent.append(self.name)  # type: ignore[assignment,method-assign]
        assert ask(app, "/").code == 200
        assert ask(app, "/fail").code == 500
    finally:
        signals.CoreSignal.send = original  # type: ignore[method-assign]
    assert sent == []
    assert not app._plans().by_methods


def test_a_receiver_of_another_application_is_not_told() -> None:
    app, other = Erlen("one", static_folder=None), Erlen("other", static_folder=None)
    heard: list[t.Any] = []
    for each in (app, other):
        each.add_url_rule("/", "home", lambda: "home")

    def receive(sender: Erlen, **extra: t.Any) -> None:
        heard.append(sender)

    with signals.request_started.connected_to(receive, other):
        ask(app)
        assert heard == []
        ask(other)
    assert heard == [other]


def test_connecting_makes_the_plans_of_every_application_anew() -> None:
    app = Erlen("one", static_folder=None)
    served = app._plans()

    def receive(sender: Erlen, **extra: t.Any) -> None:
        pass

    with signals.request_started.connected_to(receive):
        assert app._plans() is not served
        heard = app._plans()
    assert app._plans() is not heard


def test_a_receiver_may_be_a_coroutine() -> None:
    app = Erlen("one", static_folder=None)
    app.add_url_rule("/", "home", lambda: "home")
    heard: list[str] = []

    async def receive(sender: Erlen, **extra: t.Any) -> None:
        heard.append(erlen.request.path)

    for signal in (signals.request_started, signals.request_finished, signals.request_tearing_down):
        with signal.connected_to(receive, app):
            ask(app, "/")
    assert heard == ["/"] * 3


def test_a_receiver_sees_the_contexts() -> None:
    app = Erlen("one", static_folder=None)
    app.add_url_rule("/", "home", lambda: "home")
    seen: list[t.Any] = []

    def receive(sender: Erlen, **extra: t.Any) -> None:
        seen.append((erlen.has_app_context(), erlen.has_request_context()))

    for name in (
        "request_started", "request_finished", "request_tearing_down",
        "appcontext_tearing_down", "appcontext_popped",
    ):  # fmt: skip
        with getattr(signals, name).connected_to(receive, app):
            ask(app)
    both = (True, True)
    assert seen == [both, both, both, (True, False), (False, False)]
    assert current.get() is None


def test_the_audience_forgets_applications() -> None:
    before = len(signals._audience)
    Erlen("short-lived", static_folder=None)
    gc.collect()
    assert len(signals._audience) <= before


def test_who_disconnects_leaves_the_others_connected() -> None:
    app = Erlen("signals", static_folder=None, root_path="/")
    heard: list[str] = []

    def first(sender: Erlen, **values: t.Any) -> None:
        heard.append("first")

    def second(sender: Erlen, **values: t.Any) -> None:
        heard.append("second")

    with erlen.request_started.connected_to(first, app):
        with erlen.request_started.connected_to(second, app):
            pass
        ask(app, "/")
    ask(app, "/")
    assert heard == ["first"]
