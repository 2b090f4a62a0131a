"""The application object."""

from __future__ import annotations

import os
import typing as t
import weakref
from datetime import timedelta

from werkzeug.datastructures import ImmutableDict

from ._core.dispatch import call, serve
from ._core.plan import STEPS
from ._core.redirects import redirect_for
from .ctx import AppContext, RequestContext
from .globals import g, request
from .logging.formats import printable
from .steps import Steps
from .templating import collect_context
from .urls import Urls

if t.TYPE_CHECKING:
    import collections.abc as cabc

    from _typeshed.wsgi import WSGIEnvironment

    from .steps import ExcInfo
    from .testing import ErlenClient, ErlenCliRunner
    from .wrappers import Response


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
            "JSON_MAX_DEPTH": 512,
            "MAX_CONTENT_LENGTH": None,
            "MAX_FORM_MEMORY_SIZE": 500_000,
            "MAX_FORM_PARTS": 1_000,
            "MAX_FORM_TOTAL_MEMORY": 8_000_000,
            "MAX_QUERY_FIELDS": 10_000,
            "SEND_FILE_MAX_AGE_DEFAULT": None,
            "TRAP_BAD_REQUEST_ERRORS": None,
            "TRAP_HTTP_EXCEPTIONS": False,
            "EXPLAIN_TEMPLATE_LOADING": False,
            "PREFERRED_URL_SCHEME": "http",
            "TEMPLATES_AUTO_RELOAD": None,
            "MAX_COOKIE_SIZE": 4093,
            "PROVIDE_AUTOMATIC_OPTIONS": True,
            "SEND_FILE_FOLLOW_SYMLINKS": False,
        }
    )
    _request_context_class = RequestContext

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

    # Contexts

    def app_context(self) -> AppContext:
        """Return an application context, to be used with ``with``."""
        return AppContext(self)

    def request_context(self, environ: WSGIEnvironment) -> RequestContext:
        """Return the context of a request with this WSGI environ."""
        return self._request_context_class(self, environ)

    def test_request_context(self, *args: t.Any, **kwargs: t.Any) -> RequestContext:
        """Return the context of a made-up request; takes what the test client's calls take."""
        from .testing import EnvironBuilder

        builder = EnvironBuilder(self, *args, **kwargs)
        try:
            return self.request_context(builder.get_environ())
        finally:
            builder.close()

    # Answers

    def log_exception(self, exc_info: ExcInfo) -> None:
        """Log an exception that became a 500."""
        # Here and not among the steps, for the record names the module: Flask's is "app".
        place = printable(f"{request.path} [{request.method}]")
        self.logger.error(f"Exception on {place}", exc_info=exc_info)

    redirect = redirect_for

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
        from .testing import ErlenClient

        cls = self.test_client_class or ErlenClient
        return cls(self, self.response_class, use_cookies=use_cookies, **kwargs)

    def test_cli_runner(self, **kwargs: t.Any) -> ErlenCliRunner:
        """Return a runner of commands for tests, of ``test_cli_runner_class`` if that is set."""
        from .testing import ErlenCliRunner

        cls = self.test_cli_runner_class or ErlenCliRunner
        return cls(self, **kwargs)

    # WSGI

    # PERF: the function itself and not a method around it: 1.64 against 1.70 µs for hello.
    wsgi_app = serve

    # PERF: hello takes 11,510 instructions, with a method of Python's 11,980 (callgrind).
    __call__ = call


def _static_view(app: Erlen) -> cabc.Callable[[str], Response]:
    """Return the view of the static rule, which does not keep its application alive."""
    app_of = weakref.ref(app)

    def static(filename: str) -> Response:
        serving: t.Any = app_of()
        return serving.send_static_file(filename)  # type: ignore[no-any-return]

    return static


Erlen._original_steps = {name: getattr(Erlen, name) for name in STEPS}

#: Under Flask's name, for code that is moved over.
Flask = Erlen
