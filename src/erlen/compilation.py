"""The registrations of an application, compiled when a request needs them.

Whatever is assigned to an attribute that plans are compiled from, or put into a registry behind
it, drops what was compiled; the next request compiles anew (see :mod:`erlen._core.plan`).
"""

from __future__ import annotations

import threading
import typing as t
import weakref

from . import signals
from ._core.plan import STEPS, Hooks, Served
from ._core.registry import observe
from .config import Config
from .registration import App
from .routing import Map
from .sessions import opens_on_first_touch
from .sessions.keys import fallback_keys
from .sessions.plan import SESSION_SETTINGS
from .wrappers import Request, Response

if t.TYPE_CHECKING:
    import collections.abc as cabc

#: Attributes whose contents the plans are compiled from.
_REGISTRIES = frozenset(
    {
        "after_request_funcs",
        "before_first_request_funcs",
        "before_request_funcs",
        "error_handler_spec",
        "teardown_appcontext_funcs",
        "teardown_request_funcs",
        "url_value_preprocessors",
        "view_functions",
    }
)
_COMPILED_FROM = (
    STEPS
    | _REGISTRIES
    | {
        "config",
        "json",
        "request_class",
        "response_class",
        "session_interface",
        "subdomain_matching",
        "url_map",
    }
)
_COMPILED_SETTINGS = (
    "SESSION_COOKIE_NAME",
    "SESSION_REFRESH_EACH_REQUEST",
    "TRAP_HTTP_EXCEPTIONS",
    "TRUSTED_HOSTS",
)

#: Signals that are sent while the contexts are pushed and popped.
_CONTEXT_SIGNALS = (
    signals.appcontext_pushed,
    signals.appcontext_popped,
    signals.appcontext_tearing_down,
    signals.request_tearing_down,
)
_REQUEST_SIGNALS = (signals.request_started, signals.request_finished)

#: Attributes of a response class that leave the way its answers are made as it is.
_HARMLESS_ATTRIBUTES = frozenset(
    {
        "__annotations__",
        "__doc__",
        "__firstlineno__",
        "__module__",
        "__qualname__",
        "__static_attributes__",
        "_keeps_construction",
        "_keeps_iteration",
        "_keeps_sending",
        "_keeps_set_data",
        "_keeps_status",
        "default_mimetype",
    }
)


class CompiledApp(App):
    """An application that knows when its plans are stale."""

    #: The steps as Erlen has them, to tell which ones a subclass or an application replaced.
    _original_steps: t.ClassVar[dict[str, t.Any]] = {}

    _serving: Served | None = None
    #: What the session interface made of the settings; None when it has to do so anew.
    _session_plan: t.Any = None
    #: Another one after every change of what that plan is made of.
    _session_settings: object = None
    _compiled: Served | None = None
    _changes = 0
    _first_request_done = False

    def __init__(self, *args: t.Any, **kwargs: t.Any) -> None:
        self._announce_change = _weak_caller(self, CompiledApp._plans_are_stale)
        self._compile_lock = threading.RLock()
        self._first_request_lock = threading.RLock()
        super().__init__(*args, **kwargs)
        signals._audience.add(self)

    def __setattr__(self, name: str, value: t.Any) -> None:
        if name in _REGISTRIES:
            value = observe(value, self._announce_change)
        elif name == "url_map" and isinstance(value, Map):
            value.on_change.append(self._announce_change)
        elif name == "config" and isinstance(value, Config):
            drop_session_plan = _weak_caller(self, CompiledApp._drop_session_plan)
            value.watchers.append(
                {
                    **dict.fromkeys(SESSION_SETTINGS, drop_session_plan),
                    **dict.fromkeys(_COMPILED_SETTINGS, self._announce_change),
                }
            )
        object.__setattr__(self, name, value)
        if name in _COMPILED_FROM:
            self._plans_are_stale()

    def __delattr__(self, name: str) -> None:
        object.__delattr__(self, name)
        self._plans_are_stale()

    def _plans_are_stale(self) -> None:
        """Drop what was compiled: the next request compiles anew."""
        self._changes += 1
        self._session_settings = object()
        if self._compiled is not None:
            self._compiled.is_current = False
        self._compiled = self._serving = self._session_plan = None

    def _drop_session_plan(self) -> None:
        self._session_settings = object()
        self._session_plan = None
        fallback_keys(self.config.get("SECRET_KEY_FALLBACKS"))  # an empty one is refused here

    def _plans(self) -> Served:
        """Return the compiled registrations, as they are now."""
        compiled = self._compiled
        if compiled is not None:
            return compiled
        with self._compile_lock:
            while True:
                changes = self._changes
                compiled = self._compiled = Served(t.cast(t.Any, self), self._original_steps)
                if changes == self._changes:  # otherwise it may lack what came meanwhile
                    return compiled

    def _hooks(self) -> Hooks:
        """Return the functions around the current request."""
        compiled = self._compiled
        return (self._plans() if compiled is None else compiled).current_hooks()

    def _start_serving(self) -> Served:
        """Return the plans for a request that found none; from now on set-up is over."""
        if not self._first_request_is_pending():
            self._got_first_request = True
        with self._compile_lock:
            served = self._plans()
            self._serving = served
            if self._compiled is not served:
                self._serving = None
            return served

    def _leaves_app_context(self) -> bool:
        """Tell whether the end of an application context is more than to drop it."""
        return self._plans().leaves_app_context

    # What the plans ask of the application

    def _has_plain_request_class(self) -> bool:
        cls = self.request_class
        return (
            type(cls) is type
            and cls.__init__ is Request.__init__
            and cls.__new__ is Request.__new__
        )

    def _has_own_url_map(self) -> bool:
        return isinstance(self.url_map, Map)

    def _opens_session_at_push(self) -> bool:
        return not opens_on_first_touch(self.session_interface)

    def _session_refresher(self) -> cabc.Callable[[str], bool] | None:
        """Return what tells by the Cookie header that an untouched session must be sent again."""
        if not self.config["SESSION_REFRESH_EACH_REQUEST"]:
            return None
        make = getattr(self.session_interface, "permanence_check", None)
        return None if make is None else make(self)

    def _session_saver(self) -> cabc.Callable[..., t.Any] | None:
        """Return what saves a session before there is a response; None where there has to be."""
        interface = self.session_interface
        for cls in type(interface).__mro__:
            if "save_apart" in vars(cls):
                return t.cast(t.Any, interface).save_apart  # type: ignore[no-any-return]
            if "save_session" in vars(cls) or "is_null_session" in vars(cls):
                return None
        return None

    def _context_signals_are_heard(self) -> bool:
        return any(signal.receivers for signal in _CONTEXT_SIGNALS)

    def _request_signals_are_heard(self) -> bool:
        return any(signal.receivers for signal in _REQUEST_SIGNALS)

    def _first_request_is_pending(self) -> bool:
        return bool(self.before_first_request_funcs) and not self._first_request_done

    def _direct_text_type(self) -> tuple[str, str] | None:
        """Return the header of a plain text answer, or None when its class must be asked."""
        cls = self.response_class
        if type(cls) is not type or Response not in cls.__mro__ or cls.default_mimetype is None:
            return None
        for base in cls.__mro__[: cls.__mro__.index(Response)]:
            if any(
                hasattr(Response, name) and name not in _HARMLESS_ATTRIBUTES for name in vars(base)
            ):
                return None
        return cls("").headers.to_wsgi_list()[0]

    def _json_answerer(self) -> cabc.Callable[[t.Any], tuple[t.Any, t.Any]]:
        """Return what makes body and header of a JSON answer; None twice: ask the provider."""
        return getattr(self.json, "response_parts", _no_parts)


def _no_parts(value: t.Any) -> tuple[None, None]:
    return None, None


def _weak_caller(
    app: CompiledApp, method: cabc.Callable[[CompiledApp], None]
) -> cabc.Callable[[], None]:
    """Return a function that calls *method* and does not keep the application alive."""
    app_of = weakref.ref(app)

    def call() -> None:
        app = app_of()
        if app is not None:
            method(app)

    return call
