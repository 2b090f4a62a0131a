"""What contexts and requests keep, as attributes of classes that Cython makes extension types of.

The contexts (:mod:`erlen.ctx`) and the request (:mod:`erlen.wrappers`) are subclasses in Python:
they add what is done with these attributes, and take any others that a program or an extension
puts there.
"""

from __future__ import annotations

import typing as t

if t.TYPE_CHECKING:
    import weakref

    from _typeshed.wsgi import WSGIEnvironment
    from werkzeug.exceptions import HTTPException
    from werkzeug.routing import Rule

    from ..app import Erlen
    from ..ctx import AppContext, _AppCtxGlobals
    from ..sessions import SessionMixin
    from ..streaming import _ContextStream
    from ..typing import AfterRequestCallable
    from ..wrappers import Request


class AppContextState:
    app: Erlen
    _g: _AppCtxGlobals | None
    _adapter: t.Any
    _depth: int
    has_adapter: bool

    def __init__(self, app: Erlen) -> None:
        self.app = app

    @property
    def g(self) -> _AppCtxGlobals:
        """The namespace, made when first asked for."""
        if self._g is None:
            self._g = self.app.app_ctx_globals_class()
        return self._g

    @g.setter
    def g(self, value: _AppCtxGlobals) -> None:
        self._g = value


class RequestContextState:
    """``touched`` is True once the end of the request has more to do than to pop the context.

    That is a session to save, a function to run after this request, a stream that still needs it.
    """

    app: Erlen
    request: Request
    _opened: SessionMixin | None
    _after: list[AfterRequestCallable[t.Any]] | None
    _app_ctx: AppContext | None
    #: The URL adapter, where `has_adapter` says that one was made, or put here.
    _adapter: t.Any
    #: How often the context was pushed.
    _depth: int
    #: Weak references to the streams that hold this context.
    _streams: list[weakref.ref[_ContextStream[t.Any]]] | None
    flashes: list[tuple[str, str]] | None
    #: The exception that is being answered with a 500.
    failure: Exception | None
    has_adapter: bool
    touched: bool
    #: The methods that the path would take, where it does not take the request's.
    allowed_methods: tuple[str, ...] | None

    @property
    def app_ctx(self) -> AppContext:
        """The application context that came with this request, made when first asked for."""
        # PERF: here and not in Python a request that writes to `g` takes 0.2 µs less.
        if self._app_ctx is None:
            self._app_ctx = self.app.app_context()
            self._app_ctx._depth = 1
        return self._app_ctx

    @property
    def g(self) -> _AppCtxGlobals:
        return self.app_ctx.g

    @property
    def session(self) -> SessionMixin:
        """The session, opened now if it was not yet; reading it marks it as accessed."""
        session = self._opened
        if session is None:
            session = self.open_session()
        session.accessed = True
        return session

    @session.setter
    def session(self, value: SessionMixin) -> None:
        self._opened = value
        self.touched = True

    def open_session(self) -> SessionMixin:
        """Open the session, anew if it is open already, without marking it as accessed."""
        self.touched = True
        interface = self.app.session_interface
        session = interface.open_session(self.app, self.request)
        if session is None:
            session = interface.make_null_session(self.app)
        self._opened = session
        return session


class RequestState:
    # PERF: hello takes 11,550 instructions, with attributes of a Python class 12,380 (callgrind).

    _environ: WSGIEnvironment
    #: True once ``environ`` was handed out, which then points back to the request.
    _in_environ: bool
    #: The rule that matched, or None when none did.
    url_rule: Rule | None
    #: The values of the rule's variables, or None when no rule matched.
    view_args: dict[str, t.Any] | None
    #: Why no rule matched: an HTTP exception that is raised when the request is dispatched.
    routing_exception: HTTPException | None


def _set_defaults(cls: type, **defaults: object) -> None:
    """Give the attributes of *cls* the values that those of an extension type begin with."""
    for name in defaults.keys() - vars(cls).keys():
        setattr(cls, name, defaults[name])


_set_defaults(AppContextState, _g=None, _adapter=None, _depth=0, has_adapter=False)
_set_defaults(
    RequestContextState,
    _opened=None,
    _after=None,
    _app_ctx=None,
    _adapter=None,
    _depth=0,
    _streams=None,
    flashes=None,
    failure=None,
    has_adapter=False,
    touched=False,
    allowed_methods=None,
)
_set_defaults(
    RequestState,
    _environ=None,
    _in_environ=False,
    url_rule=None,
    view_args=None,
    routing_exception=None,
)


def environ_of(request: Request) -> WSGIEnvironment:
    """Return the request's environ, and leave the request out of it where that can be."""
    # PERF: ``request.environ`` leaves the request in it, which has to be taken out again.
    try:
        return request._environ
    except AttributeError:  # a request of Werkzeug's
        return request.environ


def keeps_state(request_class: type) -> bool:
    """Tell whether the dispatcher may read and write the state of such requests directly."""
    names = ("_environ", "_in_environ", "url_rule", "view_args", "routing_exception")
    return issubclass(request_class, RequestState) and all(
        getattr(request_class, name) is getattr(RequestState, name) for name in names
    )
