"""What is known before the first request: the registrations, compiled.

Everything here is made once, published as one object (:class:`Served`) and never changed. When a
registration changes, the application drops it and the next request compiles a new one.
"""

from __future__ import annotations

import collections.abc as cabc
import typing as t

from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound

from .contexts import current
from .matcher import Answer
from .refusal import Refusal
from .states import keeps_state

if t.TYPE_CHECKING:
    from werkzeug.routing import Rule

    from ..app import Erlen
    from .ways import Ways

    Functions = tuple[cabc.Callable[..., t.Any], ...]

#: Steps that lie between the matched rule and the finished response. A direct plan replaces
#: them all by the view's own call; where one of them is overridden, no plan is direct.
_DISPATCH_STEPS = (
    "full_dispatch_request",
    "preprocess_request",
    "dispatch_request",
    "raise_routing_exception",
    "make_response",
    "finalize_request",
    "process_response",
)
#: Steps that the dispatcher writes out: where one of them is overridden, every request goes
#: the way of methods.
_CONTEXT_STEPS = (
    "request_context",
    "app_context",
    "create_url_adapter",
)
_URL_STEPS = ("create_url_adapter", "inject_url_defaults", "url_for")
_TEARDOWN_STEPS = ("do_teardown_request", "do_teardown_appcontext")
_ERROR_STEPS = (
    "handle_user_exception",
    "handle_http_exception",
    "trap_http_exception",
    "_find_error_handler",
)
_RESOLVED_STEPS = ("ensure_sync", "async_to_sync")

#: Setting one of these on an application makes its plans stale.
STEPS = frozenset(
    _DISPATCH_STEPS + _CONTEXT_STEPS + _URL_STEPS + _TEARDOWN_STEPS + _ERROR_STEPS + _RESOLVED_STEPS
)


class Hooks:
    """The functions around the requests of one blueprint, or of none, in their order of call."""

    __slots__ = ("after", "before", "handlers", "preprocessors", "teardown")

    def __init__(self, app: Erlen, names: cabc.Sequence[str]) -> None:
        outside_in = (None, *reversed(names))
        inside_out = (*names, None)
        #: Error handlers by exception class, as far as they were looked up.
        self.handlers: dict[type[Exception], cabc.Callable[[Exception], t.Any] | None] = {}
        self.preprocessors = _collect(app.url_value_preprocessors, outside_in)
        self.before = _resolve(app, _collect(app.before_request_funcs, outside_in))
        self.after = _resolve(app, _collect(app.after_request_funcs, inside_out, newest_first=True))
        self.teardown = _resolve(
            app, _collect(app.teardown_request_funcs, inside_out, newest_first=True)
        )

    def around(self) -> bool:
        """Tell whether anything runs between the match and the response but the view."""
        return bool(self.preprocessors or self.before or self.after)


def _collect(
    registry: cabc.Mapping[str | None, cabc.Sequence[t.Any]],
    names: cabc.Iterable[str | None],
    newest_first: bool = False,
) -> Functions:
    functions: list[t.Any] = []
    for name in names:
        registered = registry.get(name, ())
        functions.extend(reversed(registered) if newest_first else registered)
    return tuple(functions)


def _resolve(app: Erlen, functions: Functions) -> Functions:
    return tuple(map(app.ensure_sync, functions))


class Plan:
    """How requests that match *rule* are answered.

    ``direct`` is True when nothing but the view runs: no hook, no listener, no overridden step.
    Where only functions run around it, they are ``hooks``, and where only functions run at the
    end, they are ``ending``: those of the request and those of its application context.
    """

    __slots__ = (
        "direct",
        "ending",
        "for_options",
        "handlers",
        "hooks",
        "refusal",
        "rule",
        "shows_exception",
        "tears_down",
        "view",
    )

    def __init__(
        self,
        rule: Rule | None,
        view: t.Any,
        *,
        direct: bool,
        tears_down: bool,
        hooks: Hooks | None = None,
        ending: tuple[Functions, Functions] | None = None,
        handlers: dict[type[Exception], t.Any] | None = None,
        refusal: Refusal | None = None,
    ) -> None:
        self.rule = rule
        self.view = view
        self.direct = direct and view is not None
        self.hooks = None if view is None else hooks
        self.ending = ending
        #: The error handlers that were found already, where nothing else can have a say.
        self.handlers = handlers
        #: Whether anything runs at the end of the request.
        self.tears_down = tears_down
        #: The ready answer, where no rule matched and nothing can change what that means.
        self.refusal = refusal
        #: Whether anybody can look at the reason why no rule matched.
        self.shows_exception = refusal is None or tears_down
        #: The plan of an OPTIONS request, which the view may not be asked for.
        self.for_options = self
        automatic = getattr(rule, "provide_automatic_options", False)
        if automatic and (self.direct or self.hooks is not None):
            self.for_options = Plan(rule, view, direct=False, tears_down=tears_down, ending=ending)


class Served:
    """Everything that requests are served from.

    ``by_methods`` is True when something is overridden, or listened to, that the dispatcher
    writes out: requests then go step by step through the application's methods.
    """

    __slots__ = (
        "_app",
        "_hooks",
        "_hooks_by_endpoint",
        "_keeps_errors",
        "_keeps_teardown",
        "_plans",
        "answer_json",
        "app_teardown",
        "builds_paths",
        "by_exception",
        "by_methods",
        "context_class",
        "direct_response",
        "find",
        "is_current",
        "leaves_app_context",
        "method_not_allowed",
        "not_found",
        "plain_class",
        "plain_host",
        "plain_request",
        "refreshes_session",
        "remembers_handlers",
        "request_class",
        "response_class",
        "save_apart",
        "statics",
        "tears_down",
        "text_type",
        "views",
        "ways",
    )

    def __init__(self, app: Erlen, originals: cabc.Mapping[str, t.Any]) -> None:
        overridden = {name for name in STEPS if _is_overridden(app, name, originals)}
        self._app = app
        #: False once something changed that this was made of.
        self.is_current = True
        self.views = {  # of a list, for another thread may add a view meanwhile
            endpoint: app.ensure_sync(view) for endpoint, view in list(app.view_functions.items())
        }
        self._hooks: dict[str | None, Hooks] = {}
        self._hooks_by_endpoint: dict[t.Any, Hooks] = {}
        self.plain_request = app._has_plain_request_class()
        self.text_type: t.Any = app._direct_text_type()
        self.answer_json = app._json_answerer()
        self.context_class = app._request_context_class
        self.request_class = app.request_class
        self.response_class = app.response_class
        #: The same where it makes and sends its responses as Erlen's own does, else None.
        self.plain_class = None if self.text_type is None else self.response_class
        self.refreshes_session = app._session_refresher()
        #: Saves a session for a text that needs no response object, where nothing else can.
        self.save_apart: t.Any = None if self.plain_class is None else app._session_saver()
        self.by_methods = (
            not overridden.isdisjoint(_CONTEXT_STEPS)
            or app._opens_session_at_push()
            or not keeps_state(app.request_class)
            or bool(app.config["TRUSTED_HOSTS"] or app.request_class.trusted_hosts)
            or app._context_signals_are_heard()
        )
        self.app_teardown = _resolve(app, tuple(reversed(app.teardown_appcontext_funcs)))
        self._keeps_errors = overridden.isdisjoint(_ERROR_STEPS)
        self._keeps_teardown = overridden.isdisjoint(_TEARDOWN_STEPS)
        self.tears_down = bool(self.app_teardown) or not self._keeps_teardown
        #: Whether an application context that a request brought needs more than to be dropped.
        self.leaves_app_context = self.tears_down or app._context_signals_are_heard()
        self.direct_response = (
            self.text_type is not None
            and overridden.isdisjoint(_DISPATCH_STEPS)
            and not app._request_signals_are_heard()
            and not app._first_request_is_pending()
        )
        #: The last host that was looked at and is in order: the one value that requests change.
        self.plain_host: str | None = "localhost"
        self.remembers_handlers = "_find_error_handler" not in overridden
        #: Whether a path can be built without an adapter.
        self.builds_paths = not url_map_is_foreign(app) and overridden.isdisjoint(_URL_STEPS)
        self._plans: dict[int, Plan] = {}
        self.by_exception = self._plan_without_view()
        self.not_found = self._plan_refusal(NotFound(), overridden)
        self.method_not_allowed = self._plan_refusal(MethodNotAllowed(), overridden)
        self._compile_matcher()

    def _compile_matcher(self) -> None:
        app = self._app
        url_map = app.url_map
        self.statics: dict[str, dict[str, Plan]] = {}
        self.find: cabc.Callable[[str, str], Answer[Plan]] | None = None
        self.ways: Ways | None = None
        if url_map_is_foreign(app):
            return
        table = url_map.compile_table(self.plan_for)
        self.find = table.find
        self.ways = table.ways
        # A server hands the path over as bytes read as latin-1, and so are the keys here.
        self.statics = {
            path.encode().decode("latin1"): dict(by_method)
            for path, by_method in table.static.items()
        }
        for by_method in self.statics.values():
            if "OPTIONS" in by_method:
                by_method["OPTIONS"] = by_method["OPTIONS"].for_options

    def _plan_refusal(self, exc: HTTPException, overridden: set[str]) -> Plan:
        """Return the plan of requests that no rule answers, with the answer if that is certain."""
        app = self._app
        certain = (
            self.direct_response
            and self._keeps_errors
            and not app.config["TRAP_HTTP_EXCEPTIONS"]
            and not self.hooks_for(None).around()
            and app._find_error_handler(exc, ()) is None
        )
        refusal = Refusal(exc, self.text_type) if certain else None
        return self._plan_without_view(refusal)

    def _plan_without_view(self, refusal: Refusal | None = None) -> Plan:
        hooks = self.hooks_for(None)
        return Plan(
            None,
            None,
            direct=False,
            tears_down=self.tears_down or bool(hooks.teardown),
            ending=self._ending(hooks),
            refusal=refusal,
        )

    def _ending(self, hooks: Hooks) -> tuple[Functions, Functions] | None:
        return (hooks.teardown, self.app_teardown) if self._keeps_teardown else None

    def plan_for(self, rule: Rule) -> Plan:
        plan = self._plans.get(id(rule))
        if plan is None:
            endpoint = rule.endpoint
            hooks = self.hooks_for(_blueprint_of(endpoint))
            is_hooked = hooks.around()
            plan = self._plans[id(rule)] = Plan(
                rule,
                self.views.get(endpoint),
                direct=self.direct_response and not is_hooked,
                hooks=hooks if self.direct_response and is_hooked else None,
                tears_down=self.tears_down or bool(hooks.teardown),
                ending=self._ending(hooks),
                handlers=hooks.handlers if self._keeps_errors else None,
            )
        return plan

    def hooks_for(self, blueprint: str | None) -> Hooks:
        """Return the hooks of requests to *blueprint*, a dotted name, or to none."""
        hooks = self._hooks.get(blueprint)
        if hooks is None:
            hooks = self._hooks[blueprint] = Hooks(self._app, _lineage(blueprint))
        return hooks

    def current_hooks(self) -> Hooks:
        """Return the hooks of the current request."""
        frame: t.Any = current.get()
        rule = frame[1].request.url_rule
        if rule is None:
            return self.hooks_for(None)
        hooks = self._hooks_by_endpoint.get(rule.endpoint)
        if hooks is None:
            hooks = self.hooks_for(_blueprint_of(rule.endpoint))
            self._hooks_by_endpoint[rule.endpoint] = hooks
        return hooks


def url_map_is_foreign(app: Erlen) -> bool:
    """Tell whether only an adapter can match and build: for hosts, or another kind of map."""
    return app.url_map.host_matching or app.subdomain_matching or not app._has_own_url_map()


def _blueprint_of(endpoint: t.Any) -> str | None:
    name, dot, _ = str(endpoint).rpartition(".")
    return name if dot else None


def _lineage(blueprint: str | None) -> list[str]:
    """Return a dotted blueprint name and the names it is nested in, from the inside out."""
    if blueprint is None:
        return []
    parts = blueprint.split(".")
    return [".".join(parts[:end]) for end in range(len(parts), 0, -1)]


def _is_overridden(app: Erlen, name: str, originals: cabc.Mapping[str, t.Any]) -> bool:
    return name in app.__dict__ or getattr(type(app), name) is not originals[name]
