"""The application object."""

from __future__ import annotations

import os
import threading
import typing as t
import weakref
from datetime import timedelta

from werkzeug.datastructures import ImmutableDict
from werkzeug.utils import redirect as _werkzeug_redirect

from . import signals
from ._core.dispatch import serve
from ._core.plan import STEPS
from ._core.plan import Served
from ._core.registry import observe
from .config import Config
from .ctx import AppContext
from .ctx import RequestContext
from .globals import g
from .routing import Map
from .sessions import SecureCookieSessionInterface
from .sessions import SessionInterface
from .sessions import opens_on_first_touch
from .steps import Steps
from .templating import collect_context
from .urls import Urls
from .wrappers import Request
from .wrappers import Response

if t.TYPE_CHECKING:
    import collections.abc as cabc

    from _typeshed.wsgi import StartResponse
    from _typeshed.wsgi import WSGIEnvironment
    from werkzeug.wrappers import Response as BaseResponse

    from .testing import ErlenClient
    from .testing import ErlenCliRunner

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
    STEPS | _REGISTRIES | {"request_class", "response_class", "session_interface", "url_map", "json"}
)
_COMPILED_SETTINGS = frozenset({"SESSION_REFRESH_EACH_REQUEST", "TRUSTED_HOSTS"})

#: Signals that are sent while the contexts are pushed and popped.
_CONTEXT_SIGNALS = (
    signals.appcontext_pushed,
    signals.appcontext_popped,
    signals.appcontext_tearing_down,
    signals.request_tearing_down,
)
_REQUEST_SIGNALS = (signals.request_started, signals.request_finished)


class Erlen(Steps, Urls):
    """A WSGI application, made of views, functions around them, and configuration.

    Takes the arguments of ``flask.Flask``: *import_name*, usually ``__name__``, tells where
    templates and static files lie.
    """

    default_config = ImmutableDict(
        {
            "DEBUG": None,
            "TESTING": False,
            "PROPAGATE_EXCEPTIONS": None,
            "SECRET_KEY": None,
            "SECRET_KEY_FALLBACKS": None,
            "PERMANENT_SESSION_LIFETIME": timedelta(days=31),
            "USE_X_SENDFILE": False,
            "TRUSTED_HOSTS": None,
            "SERVER_NAME": None,
            "APPLICATION_ROOT": "/",
            "SESSION_COOKIE_NAME": "session",
            "SESSION_COOKIE_DOMAIN": None,
            "SESSION_COOKIE_PATH": None,
            "SESSION_COOKIE_HTTPONLY": True,
            "SESSION_COOKIE_SECURE": False,
            "SESSION_COOKIE_PARTITIONED": False,
            "SESSION_COOKIE_SAMESITE": None,
            "SESSION_REFRESH_EACH_REQUEST": True,
            "MAX_CONTENT_LENGTH": None,
            "MAX_FORM_MEMORY_SIZE": 500_000,
            "MAX_FORM_PARTS": 1_000,
            "SEND_FILE_MAX_AGE_DEFAULT": None,
            "TRAP_BAD_REQUEST_ERRORS": None,
            "TRAP_HTTP_EXCEPTIONS": False,
            "EXPLAIN_TEMPLATE_LOADING": False,
            "PREFERRED_URL_SCHEME": "http",
            "TEMPLATES_AUTO_RELOAD": None,
            "MAX_COOKIE_SIZE": 4093,
            "PROVIDE_AUTOMATIC_OPTIONS": True,
        }
    )
    request_class: type[Request] = Request
    response_class: type[Response] = Response
    session_interface: SessionInterface = SecureCookieSessionInterface()
    _request_context_class = RequestContext

    _serving: Served | None = None
    _compiled: Served | None = None
    _changes = 0
    _first_request_done = False

    def __init__(
        self,
        import_name: str,
        static_url_path: str | None = None,
        static_folder: str | os.PathLike[str] | None = "static",
        static_host: str | None = None,
        host_matching: bool = False,
        subdomain_matching: bool = False,
        template_folder: str | os.PathLike[str] | None = "templates",
        instance_path: str | None = None,
        instance_relative_config: bool = False,
        root_path: str | None = None,
    ) -> None:
        self._announce_change = _weak_caller(self)
        self._compile_lock = threading.RLock()
        self._first_request_lock = threading.RLock()
        super().__init__(
            import_name,
            static_url_path,
            static_folder,
            static_host,
            host_matching,
            subdomain_matching,
            template_folder,
            instance_path,
            instance_relative_config,
            root_path,
        )
        signals._audience.add(self)
        if self.has_static_folder:
            self._add_static_rule(static_host, host_matching)

    def _add_static_rule(self, static_host: str | None, host_matching: bool) -> None:
        if bool(static_host) != host_matching:
            raise AssertionError(
                "Invalid static_host/host_matching combination: pass static_host with"
                " host_matching=True, or static_folder=None."
            )
        self.add_url_rule(
            f"{self.static_url_path}/<path:filename>",
            endpoint="static",
            host=static_host,
            view_func=_static_view(self),
        )

    # Compilation

    def __setattr__(self, name: str, value: t.Any) -> None:
        if name in _COMPILED_FROM:
            if name in _REGISTRIES:
                value = observe(value, self._announce_change)
            elif name == "url_map" and isinstance(value, Map):
                value.on_change.append(self._announce_change)
            object.__setattr__(self, name, value)
            self._plans_are_stale()
        elif name == "config":
            if isinstance(value, Config):
                value.watched = _COMPILED_SETTINGS
                value.on_change = self._announce_change
            object.__setattr__(self, name, value)
        else:
            object.__setattr__(self, name, value)

    def __delattr__(self, name: str) -> None:
        object.__delattr__(self, name)
        self._plans_are_stale()

    def _plans_are_stale(self) -> None:
        """Drop what was compiled: the next request compiles anew."""
        attributes = self.__dict__
        attributes["_changes"] = self._changes + 1
        attributes["_compiled"] = attributes["_serving"] = None

    def _plans(self) -> Served:
        """Return the compiled registrations, as they are now."""
        compiled = self._compiled
        if compiled is not None:
            return compiled
        with self._compile_lock:
            while True:
                changes = self._changes
                compiled = Served(self, _ORIGINAL_STEPS)
                self.__dict__["_compiled"] = compiled
                if changes == self._changes:  # otherwise it may lack what came meanwhile
                    return compiled

    def _start_serving(self) -> Served:
        self._got_first_request = True
        with self._compile_lock:
            served = self._plans()
            self.__dict__["_serving"] = served
            if self._compiled is not served:
                self.__dict__["_serving"] = None
            return served

    def _has_plain_request_class(self) -> bool:
        cls = self.request_class
        return cls.__init__ is Request.__init__ and cls.__new__ is object.__new__

    def _has_own_url_map(self) -> bool:
        return isinstance(self.url_map, Map)

    def _opens_session_at_push(self) -> bool:
        return not opens_on_first_touch(self.session_interface)

    def _session_refresher(self) -> cabc.Callable[[Erlen, str], bool] | None:
        """Return what tells by the Cookie header that an untouched session must be sent again."""
        if not self.config["SESSION_REFRESH_EACH_REQUEST"]:
            return None
        return getattr(self.session_interface, "may_be_permanent", None)

    def _context_signals_are_heard(self) -> bool:
        return any(signal.receivers for signal in _CONTEXT_SIGNALS)

    def _request_signals_are_heard(self) -> bool:
        return any(signal.receivers for signal in _REQUEST_SIGNALS)

    def _first_request_is_pending(self) -> bool:
        return bool(self.before_first_request_funcs) and not self._first_request_done

    def _direct_text_type(self) -> tuple[str, str] | None:
        """Return the header of a plain text answer, or None when its class must be asked."""
        cls = self.response_class
        for base in cls.__mro__[: cls.__mro__.index(Response)]:
            if any(
                hasattr(Response, name) and name not in _HARMLESS_ATTRIBUTES for name in vars(base)
            ):
                return None
        if cls.default_mimetype is None:
            return None
        return cls("").headers.to_wsgi_list()[0]

    def _direct_json(self, value: t.Any) -> tuple[bytes, tuple[str, str]] | tuple[None, None]:
        """Return body and header of a JSON answer, or None twice when its provider must be asked."""
        response_bytes = getattr(self.json, "response_bytes", None)
        if response_bytes is None:
            return None, None
        body = response_bytes(value)
        if body is None:
            return None, None
        return body, ("Content-Type", self.json.mimetype)  # type: ignore[attr-defined]

    # Contexts

    def app_context(self) -> AppContext:
        """Return an application context, to be used with ``with``."""
        return AppContext(self)

    def request_context(self, environ: WSGIEnvironment) -> RequestContext:
        """Return the context of a request with this WSGI environ."""
        return self._request_context_class(self, environ)

    def test_request_context(self, *args: t.Any, **kwargs: t.Any) -> RequestContext:
        """Return the context of a made-up request; takes the arguments of the test client's calls."""
        from .testing import EnvironBuilder

        builder = EnvironBuilder(self, *args, **kwargs)
        try:
            return self.request_context(builder.get_environ())
        finally:
            builder.close()

    # Answers

    def redirect(self, location: str, code: int = 302) -> BaseResponse:
        """Return a redirect to *location*: what :func:`erlen.redirect` does."""
        return _werkzeug_redirect(location, code=code, Response=self.response_class)

    def update_template_context(self, context: dict[str, t.Any]) -> None:
        """Add the context processors' variables to *context*, whose own stay."""
        collect_context(self, context)

    def make_shell_context(self) -> dict[str, t.Any]:
        """Return the names that ``erlen shell`` offers."""
        names: dict[str, t.Any] = {"app": self, "g": g}
        for processor in self.shell_context_processors:
            names.update(processor())
        return names

    # Faces

    def run(
        self,
        host: str | None = None,
        port: int | None = None,
        debug: bool | None = None,
        load_dotenv: bool = True,
        **options: t.Any,
    ) -> None:
        """Serve with the development server, on http://127.0.0.1:5000 by default.

        *options* are those of :func:`werkzeug.serving.run_simple`. Not for production: that is
        what ``erlen serve`` is for.
        """
        from .cli.server import run_app

        run_app(self, host, port, debug, load_dotenv, **options)

    def test_client(self, use_cookies: bool = True, **kwargs: t.Any) -> ErlenClient:
        """Return a client for tests, of ``test_client_class`` if that is set."""
        cls = self.test_client_class
        if cls is None:
            from .testing import ErlenClient as cls
        return t.cast(
            "ErlenClient", cls(self, self.response_class, use_cookies=use_cookies, **kwargs)
        )

    def test_cli_runner(self, **kwargs: t.Any) -> ErlenCliRunner:
        """Return a runner of commands for tests, of ``test_cli_runner_class`` if that is set."""
        cls = self.test_cli_runner_class
        if cls is None:
            from .testing import ErlenCliRunner as cls
        return t.cast("ErlenCliRunner", cls(self, **kwargs))

    # WSGI

    def wsgi_app(
        self, environ: WSGIEnvironment, start_response: StartResponse
    ) -> cabc.Iterable[bytes]:
        """Answer a request; wrap it to put middleware around the application."""
        return serve(self, environ, start_response)

    def __call__(
        self, environ: WSGIEnvironment, start_response: StartResponse
    ) -> cabc.Iterable[bytes]:
        return self.wsgi_app(environ, start_response)


def _weak_caller(app: Erlen) -> cabc.Callable[[], None]:
    """Return a function for registries to call that does not keep the application alive."""
    app_of = weakref.ref(app)

    def announce_change() -> None:
        app = app_of()
        if app is not None:
            app._plans_are_stale()

    return announce_change


def _static_view(app: Erlen) -> cabc.Callable[[str], Response]:
    """Return the view of the static rule, which does not keep its application alive."""
    app_of = weakref.ref(app)

    def static(filename: str) -> Response:
        return t.cast(Erlen, app_of()).send_static_file(filename)

    return static


_HARMLESS_ATTRIBUTES = frozenset(
    {
        "__doc__",
        "__module__",
        "__qualname__",
        "__annotations__",
        "__firstlineno__",
        "__static_attributes__",
        "default_mimetype",
        "_keeps_sending",
        "_keeps_set_data",
    }
)
#: The steps as they are written here, to tell which ones a subclass or an application replaced.
_ORIGINAL_STEPS = {name: getattr(Erlen, name) for name in STEPS}

#: Under Flask's name, for code that is moved over.
Flask = Erlen

