"""Test an application without a server."""

from __future__ import annotations

import collections.abc as cabc
import contextlib
import copy
import functools
import types
import typing as t
from urllib.parse import urlsplit

import werkzeug.test
from werkzeug.wrappers import Request as BaseRequest

if t.TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment
    from werkzeug.test import TestResponse

    from .app import Erlen
    from .cli.runner import ErlenCliRunner, FlaskCliRunner
    from .sessions import SessionMixin

__all__ = ["EnvironBuilder", "ErlenCliRunner", "ErlenClient", "FlaskCliRunner", "FlaskClient"]

#: What the application calls with each context that is to outlive the request.
PRESERVE_CONTEXT = "werkzeug.debug.preserve_context"


def __getattr__(name: str) -> t.Any:
    # The runner is a subclass of click's, and a test that runs no command needs no click.
    if name in {"ErlenCliRunner", "FlaskCliRunner"}:
        from .cli import runner

        return getattr(runner, name)

    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


class EnvironBuilder(werkzeug.test.EnvironBuilder):
    """Build a WSGI environment with the application's configuration for defaults.

    :param path: a path, or a whole URL, whose host and scheme are then used.
    :param base_url: where the application is mounted; by default built from
        ``PREFERRED_URL_SCHEME``, ``SERVER_NAME`` and ``APPLICATION_ROOT``.
    :param subdomain: put in front of ``SERVER_NAME``.
    :param url_scheme: used instead of ``PREFERRED_URL_SCHEME``.
    :param args: as for :class:`werkzeug.test.EnvironBuilder`, and so for ``kwargs``, in which
        ``json`` is serialized by the application's own provider.
    """

    def __init__(
        self,
        app: Erlen,
        path: str = "/",
        base_url: str | None = None,
        subdomain: str | None = None,
        url_scheme: str | None = None,
        *args: t.Any,
        **kwargs: t.Any,
    ) -> None:
        if base_url is None:
            base_url, path = _split_url(app, path, subdomain, url_scheme)
        elif subdomain or url_scheme:
            # An AssertionError because that is what Flask's tests and users know.
            raise AssertionError('Cannot pass "subdomain" or "url_scheme" with "base_url".')

        self.app = app
        super().__init__(path, base_url, *args, **kwargs)

    def json_dumps(self, obj: t.Any, **kwargs: t.Any) -> str:
        """Serialize ``obj`` as the application would."""
        return self.app.json.dumps(obj, **kwargs)


def _split_url(
    app: Erlen, path: str, subdomain: str | None, url_scheme: str | None
) -> tuple[str, str]:
    """Return base URL and path with query; what ``path`` leaves out is the application's."""
    url = urlsplit(path)
    host = url.netloc or app.config.get("SERVER_NAME") or "localhost"
    scheme = url.scheme or url_scheme or app.config["PREFERRED_URL_SCHEME"]
    root = app.config["APPLICATION_ROOT"].lstrip("/")

    if subdomain and not url.netloc:
        host = f"{subdomain}.{host}"

    return f"{scheme}://{host}/{root}", f"{url.path}?{url.query}" if url.query else url.path


@functools.cache
def _get_werkzeug_version() -> str:
    from importlib import metadata

    return metadata.version("werkzeug")


class ErlenClient(werkzeug.test.Client):
    """Make requests to an application, and look at what they left behind.

    Inside ``with client:`` the contexts of the last request stay pushed, so that a test can read
    ``session``, ``g`` and ``request`` after it.
    """

    application: Erlen

    def __init__(self, *args: t.Any, **kwargs: t.Any) -> None:
        super().__init__(*args, **kwargs)
        self.preserve_context = False
        self._new_contexts: list[contextlib.AbstractContextManager[t.Any]] = []
        self._context_stack = contextlib.ExitStack()
        #: Part of the environment of every request.
        self.environ_base: dict[str, t.Any] = {
            "REMOTE_ADDR": "127.0.0.1",
            "HTTP_USER_AGENT": f"Werkzeug/{_get_werkzeug_version()}",
        }

    @contextlib.contextmanager
    def session_transaction(self, *args: t.Any, **kwargs: t.Any) -> cabc.Iterator[SessionMixin]:
        """Open the session that the next request will find, and save it at the end.

        ::

            with client.session_transaction() as session:
                session["user"] = 42

        Takes the arguments of ``app.test_request_context``, for session interfaces that look at
        the request.

        :raises TypeError: the client was made with ``use_cookies=False``.
        :raises RuntimeError: the session interface gave no session; is there a secret key?
        """
        if self._cookies is None:
            raise TypeError("Cookies are disabled. Create a client with 'use_cookies=True'.")

        app = self.application
        ctx = app.test_request_context(*args, **kwargs)
        self._add_cookies_to_wsgi(ctx.request.environ)

        with ctx:
            session = app.session_interface.open_session(app, ctx.request)

        if session is None:
            raise RuntimeError(
                "Session backend did not open a session. Set 'app.secret_key', or look at"
                " 'open_session' of the session interface."
            )

        yield session

        if app.session_interface.is_null_session(session):
            return

        response = app.response_class()

        with ctx:
            app.session_interface.save_session(app, session, response)

        self._update_cookies_from_response(
            ctx.request.host.partition(":")[0],
            ctx.request.path,
            response.headers.getlist("Set-Cookie"),
        )

    def open(
        self,
        *args: t.Any,
        buffered: bool = False,
        follow_redirects: bool = False,
        **kwargs: t.Any,
    ) -> TestResponse:
        """Make a request.

        Takes the arguments of :class:`EnvironBuilder` after the application, or one finished
        request: a builder, an environment or a request object.
        """
        request = self._make_request(args, kwargs)

        # What the request before this one left; its contexts must not lie under the new ones.
        self._context_stack.close()
        response = super().open(request, buffered=buffered, follow_redirects=follow_redirects)
        response.json_module = self.application.json  # type: ignore[assignment]

        for context in self._new_contexts:
            self._context_stack.enter_context(context)

        self._new_contexts.clear()
        return response

    def _make_request(self, args: tuple[t.Any, ...], kwargs: dict[str, t.Any]) -> BaseRequest:
        given = args[0] if args else None

        if isinstance(given, werkzeug.test.EnvironBuilder):
            builder = copy.copy(given)  # theirs stays open, and as it is
            builder.environ_base = self._copy_environ(given.environ_base or {})
            return builder.get_request()

        if isinstance(given, dict):
            return EnvironBuilder.from_environ(
                given, app=self.application, environ_base=self._copy_environ({})
            ).get_request()

        if isinstance(given, BaseRequest):
            request = copy.copy(given)
            request.environ = self._copy_environ(given.environ)
            return request

        return self._request_from_builder_args(args, kwargs)

    def _request_from_builder_args(
        self, args: tuple[t.Any, ...], kwargs: dict[str, t.Any]
    ) -> BaseRequest:
        environ_base = self._copy_environ(kwargs.pop("environ_base", None) or {})
        builder = EnvironBuilder(self.application, *args, environ_base=environ_base, **kwargs)

        with contextlib.closing(builder):
            return builder.get_request()

    def _copy_environ(self, other: cabc.Mapping[str, t.Any]) -> WSGIEnvironment:
        environ = {**self.environ_base, **other}

        if self.preserve_context:
            environ[PRESERVE_CONTEXT] = self._new_contexts.append

        return environ

    def __enter__(self) -> t.Self:
        if self.preserve_context:
            raise RuntimeError("Cannot nest client invocations")

        self.preserve_context = True
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        tb: types.TracebackType | None,
    ) -> None:
        self.preserve_context = False
        self._context_stack.close()


#: Flask's name for it.
FlaskClient = ErlenClient
