"""Row HOOK-6: what is put straight into a public registry takes effect, whenever that is."""

from __future__ import annotations

import collections.abc as cabc
import gc
import typing as t
import weakref
from collections import defaultdict

import pytest
from werkzeug.exceptions import NotFound
from werkzeug.routing import BaseConverter

import erlen
from erlen import Erlen, Request, Response, signals
from erlen.json.provider import DefaultJSONProvider, JSONProvider
from erlen.routing import Map, Rule
from erlen.sessions import SecureCookieSessionInterface
from tests.wsgi import ask

Record = list[str]


@pytest.fixture
def app() -> Erlen:
    app = Erlen("compilation", static_folder=None, root_path="/")
    app.secret_key = "a key of thirty-two characters.."
    app.add_url_rule("/", "home", lambda: "home")
    bp = erlen.Blueprint("book", "compilation", url_prefix="/book")
    bp.add_url_rule("/", "page", lambda: "page")
    app.register_blueprint(bp)
    return app


@pytest.fixture(params=["before the first request", "after it"])
def started(request: pytest.FixtureRequest, app: Erlen) -> None:
    if request.param == "after it":
        for path in ("/", "/book/", "/absent"):
            ask(app, path)


#: Ways to put a function into a registry that has a list for each blueprint.
WAYS: dict[str, cabc.Callable[[t.Any, str, t.Any], None]] = {
    "append": lambda app, name, f: getattr(app, name)[None].append(f),
    "insert": lambda app, name, f: getattr(app, name).setdefault(None, []).insert(0, f),
    "new key": lambda app, name, f: getattr(app, name).__setitem__("book", [f]),
    "update": lambda app, name, f: getattr(app, name).update({None: [f]}),
    "new dict": lambda app, name, f: setattr(app, name, {None: [f]}),
    "new defaultdict": lambda app, name, f: setattr(app, name, defaultdict(list, {None: [f]})),
}
REGISTRIES = [
    "before_request_funcs",
    "after_request_funcs",
    "teardown_request_funcs",
    "url_value_preprocessors",
]


@pytest.mark.usefixtures("started")
@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name", REGISTRIES)
def test_a_function_put_into_a_registry_is_called(app: Erlen, name: str, way: str) -> None:
    record: Record = []

    def function(*args: t.Any) -> t.Any:
        record.append(name)
        return args[0] if name == "after_request_funcs" else None

    WAYS[way](app, name, function)
    ask(app, "/book/")
    assert record == [name]
    getattr(app, name).clear()
    ask(app, "/book/")
    assert record == [name]


@pytest.mark.usefixtures("started")
def test_a_function_taken_out_is_not_called(app: Erlen) -> None:
    record: Record = []
    function = lambda: record.append("called")  # noqa: E731
    app.before_request_funcs[None].append(function)
    ask(app)
    app.before_request_funcs[None].remove(function)
    ask(app)
    assert record == ["called"]
    app.before_request_funcs[None].append(function)
    del app.before_request_funcs[None]
    ask(app)
    assert record == ["called"]


@pytest.mark.usefixtures("started")
@pytest.mark.parametrize("name", ["teardown_appcontext_funcs", "before_first_request_funcs"])
def test_the_lists_of_the_application_alone_as_well(app: Erlen, name: str) -> None:
    record: Record = []
    function = lambda *args: record.append("called")  # noqa: E731
    getattr(app, name).append(function)
    ask(app)
    assert record == ["called"]
    setattr(app, name, [])
    ask(app)
    assert record == ["called"]
    assert getattr(app, name) == []


@pytest.mark.usefixtures("started")
def test_a_view_can_be_replaced_added_and_taken_away(app: Erlen) -> None:
    app.view_functions["home"] = lambda: "replaced"
    assert ask(app).body == b"replaced"
    app.view_functions = {"home": lambda: "new dict"}
    assert ask(app).body == b"new dict"
    app.view_functions.update(home=lambda: {"kind": "json"})
    assert ask(app).body == b'{"kind":"json"}\n'
    del app.view_functions["home"]
    assert ask(app).code == 500


@pytest.mark.usefixtures("started")
def test_a_view_can_become_a_coroutine(app: Erlen) -> None:
    async def home() -> str:
        return "awaited"

    app.view_functions["home"] = home
    assert ask(app).body == b"awaited"


@pytest.mark.usefixtures("started")
@pytest.mark.parametrize("path", ["/added", "/added/7"])
def test_a_rule_can_be_added_to_the_map(app: Erlen, path: str) -> None:
    app.view_functions["added"] = lambda n=0: f"added {n}"
    app.url_map.add(Rule("/added", endpoint="added"))
    app.url_map.add(Rule("/added/<int:n>", endpoint="added"))
    assert ask(app, path).code == 200


@pytest.mark.usefixtures("started")
def test_the_map_can_be_replaced(app: Erlen) -> None:
    app.url_map = Map([Rule("/elsewhere", endpoint="home")])
    assert ask(app, "/elsewhere").body == b"home"
    assert ask(app, "/").code == 404
    app.url_map.add(Rule("/", endpoint="home"))
    assert ask(app, "/").body == b"home"


@pytest.mark.usefixtures("started")
def test_a_map_of_werkzeug_is_asked_itself(app: Erlen) -> None:
    from werkzeug.routing import Map as WerkzeugMap
    from werkzeug.routing import Rule as WerkzeugRule

    app.url_map = WerkzeugMap([WerkzeugRule("/elsewhere", endpoint="home")])
    assert ask(app, "/elsewhere").body == b"home"
    app.url_map.add(WerkzeugRule("/", endpoint="home"))
    assert ask(app, "/").body == b"home"


@pytest.mark.usefixtures("started")
def test_a_converter_can_be_added(app: Erlen) -> None:
    class Reversed(BaseConverter):
        def to_python(self, value: str) -> str:
            return value[::-1]

    app.url_map.converters["reversed"] = Reversed
    app.view_functions["back"] = lambda word: word
    app.url_map.add(Rule("/back/<reversed:word>", endpoint="back"))
    assert ask(app, "/back/abc").body == b"cba"


@pytest.mark.usefixtures("started")
@pytest.mark.parametrize("setting", ["merge_slashes", "redirect_defaults"])
def test_a_setting_of_the_map_can_be_changed(app: Erlen, setting: str) -> None:
    app.view_functions["pages"] = lambda page: str(page)
    app.url_map.add(Rule("/p/", endpoint="pages", defaults={"page": 1}))
    app.url_map.add(Rule("/p/<int:page>", endpoint="pages"))
    path = "/p//2" if setting == "merge_slashes" else "/p/1"
    assert ask(app, path).code == 308
    setattr(app.url_map, setting, False)
    assert ask(app, path).code == (404 if setting == "merge_slashes" else 200)


@pytest.mark.usefixtures("started")
@pytest.mark.parametrize("way", ["nested", "new code", "new scope", "new dict"])
def test_an_error_handler_put_into_the_registry_answers(app: Erlen, way: str) -> None:
    handler = lambda exc: ("handled", 404)  # noqa: E731
    spec = app.error_handler_spec
    if way == "nested":
        spec[None][404][NotFound] = handler
    elif way == "new code":
        spec[None][404] = {NotFound: handler}
    elif way == "new scope":
        spec[None] = {404: {NotFound: handler}}
    else:
        app.error_handler_spec = {None: {404: {NotFound: handler}}}
    assert ask(app, "/absent").body == b"handled"
    app.error_handler_spec[None][404].clear()
    assert b"Not Found" in ask(app, "/absent").body


@pytest.mark.usefixtures("started")
def test_a_dict_of_handlers_that_was_taken_out_before_still_counts(app: Erlen) -> None:
    handlers = app.error_handler_spec[None][404]
    assert b"Not Found" in ask(app, "/absent").body
    handlers[NotFound] = lambda exc: ("handled", 404)
    assert ask(app, "/absent").body == b"handled"


@pytest.mark.usefixtures("started")
def test_what_templates_are_rendered_with_can_be_changed(app: Erlen) -> None:
    app.view_functions["home"] = lambda: erlen.render_template_string(
        "{{ a }}{{ b }}{{ 'x' | twice }}"
    )
    app.template_context_processors[None].append(lambda: {"a": 1})
    app.jinja_env.globals["b"] = 2
    app.jinja_env.filters["twice"] = lambda text: text * 2
    assert ask(app).body == b"12xx"
    app.template_context_processors[None].append(lambda: {"a": 3})
    app.jinja_env.globals["b"] = 4
    assert ask(app).body == b"34xx"


@pytest.mark.usefixtures("started")
def test_what_urls_are_built_with_can_be_changed(app: Erlen) -> None:
    app.view_functions["home"] = lambda: erlen.url_for("page")
    app.url_map.add(Rule("/p/<int:n>", endpoint="page"))
    app.url_default_functions[None].append(lambda endpoint, values: values.setdefault("n", 7))
    assert ask(app).body == b"/p/7"
    app.url_default_functions.clear()
    app.url_build_error_handlers.append(lambda error, endpoint, values: "/handled")
    assert ask(app).body == b"/handled"


# Attributes of the application


@pytest.mark.usefixtures("started")
def test_the_classes_of_request_and_response_can_be_replaced(app: Erlen) -> None:
    class OwnRequest(Request):
        def __init__(self, *args: t.Any, **kwargs: t.Any) -> None:
            super().__init__(*args, **kwargs)
            self.mark = "own"

    class OwnResponse(Response):
        default_mimetype = "text/plain"
        default_status = 202

    app.view_functions["home"] = lambda: erlen.request.mark  # type: ignore[attr-defined]
    app.request_class = OwnRequest
    app.response_class = OwnResponse
    answer = ask(app)
    assert (answer.code, answer.body) == (202, b"own")
    assert answer.header("Content-Type") == "text/plain; charset=utf-8"


@pytest.mark.usefixtures("started")
def test_the_json_provider_can_be_replaced_and_set(app: Erlen) -> None:
    class Own(DefaultJSONProvider):
        def dumps(self, obj: t.Any, **kwargs: t.Any) -> str:
            return "own"

    app.view_functions["home"] = lambda: {"b": 1, "a": 2}
    assert ask(app).body == b'{"a":2,"b":1}\n'
    app.json.sort_keys = False  # type: ignore[attr-defined]
    assert ask(app).body == b'{"b":1,"a":2}\n'
    app.json.mimetype = "application/own"  # type: ignore[attr-defined]
    assert ask(app).header("Content-Type") == "application/own"
    app.json = Own(app)
    assert ask(app).body == b"own\n"


@pytest.mark.usefixtures("started")
def test_the_session_interface_can_be_replaced(app: Erlen) -> None:
    opened: Record = []

    class Own(SecureCookieSessionInterface):
        def open_session(self, app: Erlen, request: Request) -> t.Any:
            opened.append(request.path)
            return super().open_session(app, request)

    app.session_interface = Own()
    ask(app, "/book/")
    assert opened == ["/book/"]


@pytest.mark.usefixtures("started")
@pytest.mark.parametrize(
    "step",
    [
        "full_dispatch_request",
        "preprocess_request",
        "dispatch_request",
        "make_response",
        "finalize_request",
        "process_response",
        "do_teardown_request",
        "do_teardown_appcontext",
        "request_context",
        "app_context",
        "create_url_adapter",
        "wsgi_app",
    ],
)
def test_a_step_replaced_on_the_application_is_called(app: Erlen, step: str) -> None:
    called: Record = []
    original = getattr(app, step)

    def replacement(*args: t.Any, **kwargs: t.Any) -> t.Any:
        called.append(step)
        return original(*args, **kwargs)

    setattr(app, step, replacement)
    assert ask(app).body == b"home"
    assert called[:1] == [step]
    called.clear()
    delattr(app, step)
    ask(app)
    assert called == []


@pytest.mark.usefixtures("started")
@pytest.mark.parametrize("step", ["handle_exception", "handle_user_exception", "log_exception"])
def test_a_step_for_failures_replaced_on_the_application_is_called(app: Erlen, step: str) -> None:
    called: Record = []
    original = getattr(app, step)

    def replacement(*args: t.Any) -> t.Any:
        called.append(step)
        return original(*args)

    app.logger.disabled = True
    app.view_functions["home"] = lambda: str(1 // 0)
    setattr(app, step, replacement)
    assert ask(app).code == 500
    assert called == [step]


@pytest.mark.usefixtures("started")
@pytest.mark.parametrize(
    "step", ["handle_http_exception", "handle_user_exception", "raise_routing_exception"]
)
def test_a_step_for_unknown_urls_replaced_on_the_application_is_called(
    app: Erlen, step: str
) -> None:
    called: Record = []
    original = getattr(app, step)

    def replacement(*args: t.Any) -> t.Any:
        called.append(step)
        return original(*args)

    setattr(app, step, replacement)
    assert ask(app, "/absent").code == 404
    assert called == [step]


@pytest.mark.usefixtures("started")
def test_settings_take_effect(app: Erlen) -> None:
    app.logger.disabled = True
    app.config["TRUSTED_HOSTS"] = ["example.org"]
    assert ask(app).code == 400
    app.config["TRUSTED_HOSTS"] = None
    assert ask(app).code == 200
    app.config.update(TRAP_HTTP_EXCEPTIONS=True)
    assert ask(app, "/absent").code == 500
    app.config.from_mapping(TRAP_HTTP_EXCEPTIONS=False, TESTING=True)
    assert ask(app, "/absent").code == 404


# Signals, and the middle of a request


@pytest.mark.usefixtures("started")
@pytest.mark.parametrize(
    "signal",
    [
        signals.appcontext_pushed,
        signals.request_started,
        signals.request_finished,
        signals.request_tearing_down,
        signals.appcontext_tearing_down,
        signals.appcontext_popped,
    ],
)
@pytest.mark.parametrize("way", ["app", "any", "decorator"])
def test_a_receiver_connected_late_is_told(
    app: Erlen, signal: signals.CoreSignal, way: str
) -> None:
    heard: list[t.Any] = []

    def receiver(sender: t.Any, **extra: t.Any) -> None:
        heard.append(sender)

    if way == "app":
        signal.connect(receiver, app)
    elif way == "any":
        signal.connect(receiver)
    else:
        signal.connect_via(app)(receiver)
    ask(app)
    signal.disconnect(receiver)
    ask(app)
    assert heard == [app]


@pytest.mark.usefixtures("started")
def test_a_receiver_that_is_gone_is_not_missed(app: Erlen) -> None:
    def receiver(sender: t.Any, **extra: t.Any) -> None:
        pass

    signals.request_started.connect(receiver, app)
    ask(app)
    del receiver
    gc.collect()
    assert ask(app).body == b"home"


def test_what_is_registered_in_the_middle_of_a_direct_request_counts_at_its_end(
    app: Erlen,
) -> None:
    record: Record = []

    def after(response: Response) -> Response:
        record.append("after")
        return response

    def home() -> str:
        app.after_request_funcs[None].append(after)
        app.teardown_request_funcs[None].append(lambda exc: record.append("teardown"))
        app.teardown_appcontext_funcs.append(lambda exc: record.append("end"))
        return "home"

    app.view_functions["home"] = home
    assert ask(app).body == b"home"
    assert record == ["after", "teardown", "end"]


def test_who_listens_from_the_middle_of_a_direct_request_hears_its_end(app: Erlen) -> None:
    record: Record = []
    receivers = []

    def home() -> str:
        for name in ("request_finished", "request_tearing_down", "appcontext_popped"):
            receiver = lambda sender, name=name, **extra: record.append(name)  # noqa: E731
            receivers.append(receiver)
            getattr(signals, name).connect(receiver, app)
        return "home"

    app.view_functions["home"] = home
    ask(app)
    assert record == ["request_finished", "request_tearing_down", "appcontext_popped"]


def test_registries_do_not_keep_the_application_alive() -> None:
    app = Erlen("short-lived", static_folder=None, root_path="/")
    app.add_url_rule("/", "home", lambda: "home")
    ask(app)
    registry, url_map, gone = app.before_request_funcs, app.url_map, weakref.ref(app)
    del app
    gc.collect()
    assert gone() is None
    registry[None].append(lambda: None)
    url_map.add(Rule("/x", endpoint="x"))


def test_plans_that_go_stale_while_they_are_made_are_not_served_from() -> None:
    class Restless(Erlen):
        def _plans(self) -> t.Any:
            plans = super()._plans()
            self._plans_are_stale()
            return plans

    app = Restless("restless", static_folder=None)
    assert app._start_serving() is not None
    assert app._serving is None


def test_a_provider_that_makes_no_parts_is_asked_for_the_response() -> None:
    class Provider(DefaultJSONProvider):
        def response_parts(self, obj: t.Any) -> tuple[None, None]:
            return None, None

    app = Erlen("provider", static_folder=None)
    app.json = Provider(app)
    app.add_url_rule("/", "home", lambda: {"a": 1})
    answer = ask(app)
    assert (answer.body, answer.header("Content-Type")) == (b'{"a":1}\n', "application/json")


def test_a_provider_of_another_library_is_asked_for_the_response() -> None:
    class Provider(JSONProvider):
        def dumps(self, obj: t.Any, **kwargs: t.Any) -> str:
            return repr(obj)

    app = Erlen("provider", static_folder=None)
    app.json = Provider(app)
    app.add_url_rule("/", "home", lambda: [1])
    answer = ask(app)
    assert (answer.body, answer.header("Content-Type")) == (b"[1]", "application/json")
