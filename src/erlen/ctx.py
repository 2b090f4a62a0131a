"""The application context and the request context."""

from __future__ import annotations

import collections.abc as cabc
import sys
import typing as t
import weakref
from functools import update_wrapper

from werkzeug.exceptions import HTTPException

from ._core import contexts
from ._core.states import AppContextState, RequestContextState, RequestState, environ_of
from .globals import _app_ctx_stack, _request_ctx_stack
from .signals import appcontext_popped, appcontext_pushed

if t.TYPE_CHECKING:
    from types import TracebackType

    from _typeshed.wsgi import WSGIEnvironment
    from werkzeug.routing import MapAdapter

    from . import typing as ft
    from .app import Erlen
    from .sessions import SessionMixin
    from .streaming import _ContextStream
    from .wrappers import Request

_sentinel: t.Any = object()

F = t.TypeVar("F", bound=cabc.Callable[..., t.Any])


class _AppCtxGlobals:
    """A namespace for whatever lasts as long as an application context: ``g``."""

    if t.TYPE_CHECKING:

        def __getattr__(self, name: str) -> t.Any: ...
        def __setattr__(self, name: str, value: t.Any) -> None: ...
        def __delattr__(self, name: str) -> None: ...

    def get(self, name: str, default: t.Any = None) -> t.Any:
        return self.__dict__.get(name, default)

    def pop(self, name: str, default: t.Any = _sentinel) -> t.Any:
        """Remove *name* and return its value; ``KeyError`` when missing without a default."""
        if default is _sentinel:
            return self.__dict__.pop(name)
        return self.__dict__.pop(name, default)

    def setdefault(self, name: str, default: t.Any = None) -> t.Any:
        return self.__dict__.setdefault(name, default)

    def __contains__(self, name: object) -> bool:
        return name in self.__dict__

    def __iter__(self) -> cabc.Iterator[str]:
        return iter(self.__dict__)

    def __repr__(self) -> str:
        ctx = _app_ctx_stack.top
        if ctx is None:
            return object.__repr__(self)
        return f"<flask.g of '{ctx.app.name}'>"


class AppContext(AppContextState):
    """Bundles an application and its ``g``, for a request, a command or a script.

    Pushing the same context again only counts; the teardown functions run when the last push
    is popped.
    """

    @property
    def app_ctx(self) -> AppContext:
        return self

    _app_ctx = app_ctx

    @property
    def url_adapter(self) -> MapAdapter | None:
        if not self.has_adapter:
            self._adapter = self.app.create_url_adapter(None)
            self.has_adapter = True
        adapter: MapAdapter | None = self._adapter
        return adapter

    @url_adapter.setter
    def url_adapter(self, value: MapAdapter | None) -> None:
        self._adapter = value
        self.has_adapter = True

    def push(self) -> None:
        contexts.push_app(self)
        self._depth += 1
        self._announce(appcontext_pushed)

    def pop(self, exc: BaseException | None = _sentinel) -> None:
        """Leave the context; *exc* is handed to the teardown functions."""
        try:
            if self._depth == 1:
                if exc is _sentinel:
                    exc = sys.exc_info()[1]
                self.app.do_teardown_appcontext(exc)
        finally:
            self._depth -= 1
            popped = _app_ctx_stack.pop()
        if popped is not self:
            raise AssertionError(f"Popped wrong app context. ({popped!r} instead of {self!r})")
        self._announce(appcontext_popped)

    def _announce(self, signal: t.Any) -> None:
        if signal.receivers:
            signal.send(self.app, _async_wrapper=self.app.ensure_sync)

    def __enter__(self) -> AppContext:
        self.push()
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        tb: TracebackType | None,
    ) -> None:
        self.pop(exc_value)


class RequestContext(RequestContextState):
    """Bundles a request and its session, and answers for the application context it brought.

    The dispatcher makes contexts without the constructor.
    """

    def __init__(
        self,
        app: Erlen,
        environ: WSGIEnvironment,
        request: Request | None = None,
        session: SessionMixin | None = None,
    ) -> None:
        self.app = app
        self.request = app.request_class(environ) if request is None else request
        if request is None:
            self.request.json_module = app.json
        if session is not None:
            self._opened = session
            self.touched = True
        self.url_adapter  # noqa: B018 - an unacceptable host is found out at once

    # The application's side

    @property
    def url_adapter(self) -> MapAdapter | None:
        if not self.has_adapter:
            self.has_adapter = True
            try:
                self._adapter = self.app.create_url_adapter(self.request)
            except HTTPException as exc:
                self.request.routing_exception = _without_frames(exc)
        adapter: MapAdapter | None = self._adapter
        return adapter

    @url_adapter.setter
    def url_adapter(self, value: MapAdapter | None) -> None:
        self._adapter = value
        self.has_adapter = True

    # The request's side

    @property
    def _session(self) -> SessionMixin:
        """The session, opened without marking it as accessed."""
        return self.open_session() if self._opened is None else self._opened

    @_session.setter
    def _session(self, value: SessionMixin) -> None:
        self.session = value

    def match_request(self) -> None:
        """Set the request's rule and view arguments, or the exception that says why not."""
        adapter = self.url_adapter
        if adapter is None:
            return
        try:
            rule, arguments = adapter.match(return_rule=True)
        except HTTPException as exc:
            self.request.routing_exception = _without_frames(exc)
        else:
            self.request.url_rule = rule
            self.request.view_args = t.cast("dict[str, t.Any]", arguments)

    @property
    def _after_request_functions(self) -> list[ft.AfterRequestCallable[t.Any]]:
        if self._after is None:
            self._after = []
            self.touched = True
        return self._after

    def hold(self, stream: _ContextStream[t.Any]) -> None:
        """Keep the context until *stream* has ended: its teardown waits for one more ``pop``."""
        self._depth += 1
        self.touched = True
        if self._streams is None:
            self._streams = []
        self._streams.append(weakref.ref(stream))

    def drop_streams(self) -> None:
        """Close the streams of a response that will not be sent, so that the request can end."""
        streams, self._streams = self._streams or (), None
        for reference in streams:
            stream = reference()
            if stream is None:
                continue
            try:
                stream.close()
            except Exception:
                self.app.log_exception(t.cast(t.Any, sys.exc_info()))

    def copy(self) -> RequestContext:
        """Return a context for the same request and session, to be pushed elsewhere.

        A session that was not opened yet is opened, for each of the two would open its own.
        """
        return type(self)(self.app, self.request.environ, self.request, self._session)

    def push(self) -> None:
        self._enter()
        try:
            self._begin()
        except BaseException:
            self.pop(sys.exc_info()[1])
            raise

    def _enter(self) -> None:
        contexts.push_request(self)
        self._depth += 1

    def _begin(self) -> None:
        """Do what a request starts with, inside its context, where a failure can be handled."""
        if self._depth == 1:
            frame = contexts.current.get()
            if frame is not None and frame[3] == contexts.BOTH:
                self.app_ctx._announce(appcontext_pushed)
        if self._opened is None:
            self._open_early()
        if self.request.url_rule is None and self.request.routing_exception is None:
            self.match_request()

    def _open_early(self) -> None:
        """Open a session that cannot wait for its first touch."""
        app = self.app
        if app._opens_session_at_push():
            self.open_session()
        else:
            self._open_if_permanent()

    def _open_if_permanent(self) -> None:
        """Open a session that must be sent again although nobody touched it."""
        if self._opened is not None:
            return
        cookies = environ_of(self.request).get("HTTP_COOKIE")
        may_be_permanent = self.app._plans().refreshes_session
        if cookies and may_be_permanent is not None and may_be_permanent(cookies):
            self.open_session()

    def pop(self, exc: BaseException | None = _sentinel) -> None:
        """Leave the context; at the last push run the teardown functions with *exc*."""
        last = self._depth == 1
        if exc is _sentinel:
            exc = sys.exc_info()[1]
        try:
            if last:
                try:
                    self.app.do_teardown_request(exc)
                finally:
                    _finish(self.request)
        finally:
            self._depth -= 1
            self._leave(exc, last)

    def _leave(self, exc: BaseException | None, last: bool) -> None:
        frame = contexts.current.get()
        if (
            last
            and frame is not None
            and frame[1] is self
            and frame[3] == contexts.BOTH
            and not self.app._leaves_app_context()
        ):
            # PERF: a request with a teardown function takes 2.7 µs, the general way 4.6 (timeit).
            contexts.current.set(frame[2])
            if self._app_ctx is not None:
                self._app_ctx._depth = 0
            return
        popped, brought_app = contexts.pop_request()
        try:
            if brought_app and last:
                popped.app_ctx.pop(exc)
            elif brought_app:  # a stream still holds both contexts
                contexts.pop_app()
        finally:
            if popped is not self:
                raise AssertionError(
                    f"Popped wrong request context. ({popped!r} instead of {self!r})"
                )

    def __enter__(self) -> RequestContext:
        self.push()
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        tb: TracebackType | None,
    ) -> None:
        self.pop(exc_value)

    def __repr__(self) -> str:
        return (
            f"<{type(self).__name__} {self.request.url!r} [{self.request.method}]"
            f" of {self.app.name}>"
        )


def _finish(request: Request) -> None:
    """Close what is open, and break the cycle between request and environ."""
    if isinstance(request, RequestState):
        request._finish()
        return
    try:  # a request of Werkzeug's
        request.close()
    finally:
        request.environ["werkzeug.request"] = None


def _without_frames(exc: HTTPException) -> HTTPException:
    """Return *exc* without the frames it came through: they know the request that will keep it."""
    exc.__context__ = None
    return exc.with_traceback(None)


def has_request_context() -> bool:
    """Tell whether there is a current request."""
    return _request_ctx_stack.top is not None


def has_app_context() -> bool:
    """Tell whether there is a current application."""
    return contexts.current.get() is not None


def after_this_request(f: ft.AfterRequestCallable[t.Any]) -> ft.AfterRequestCallable[t.Any]:
    """Run *f* on the response of the current request, before the ``after_request`` functions."""
    ctx = _request_ctx_stack.top
    if ctx is None:
        raise RuntimeError(
            "'after_this_request' can only be used when a request"
            " context is active, such as in a view function."
        )
    ctx._after_request_functions.append(f)
    return f


def copy_current_request_context(f: F) -> F:
    """Make *f* run, in another thread or greenlet, with a copy of the current request context."""
    ctx = _request_ctx_stack.top
    if ctx is None:
        raise RuntimeError(
            "'copy_current_request_context' can only be used when a"
            " request context is active, such as in a view function."
        )
    copied = ctx.copy()

    def with_request_context(*args: t.Any, **kwargs: t.Any) -> t.Any:
        with copied:
            return copied.app.ensure_sync(f)(*args, **kwargs)

    return t.cast(F, update_wrapper(with_request_context, f))
