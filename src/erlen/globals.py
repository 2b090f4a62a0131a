"""The names that stand for the current application and request, and the stacks behind them."""

from __future__ import annotations

import typing as t

from ._core import contexts, standins
from ._core.contexts import current
from .local import LocalProxy, lasting_proxy

if t.TYPE_CHECKING:
    from .app import Erlen
    from .ctx import AppContext, RequestContext, _AppCtxGlobals
    from .sessions import SessionMixin
    from .wrappers import Request

_no_app_msg = """\
Working outside of application context.

This typically means that you attempted to use functionality that needed
the current application. To solve this, set up an application context
with 'app.app_context()':

    with app.app_context():
        ...

In a view function, a command made with '@app.cli.command()' or 'erlen shell' there is one already.\
"""
_no_req_msg = """\
Working outside of request context.

This typically means that you attempted to use functionality that needed
an active HTTP request. In a test, set one up with 'app.test_request_context()':

    with app.test_request_context("/path", method="POST"):
        ...

In a thread, wrap the function with '@copy_current_request_context' before you start it.\
"""

_get_frame = current.get


def _find_app() -> Erlen:
    frame = _get_frame()
    if frame is None:
        raise RuntimeError(_no_app_msg)
    return frame[0].app


def _find_g() -> _AppCtxGlobals:
    frame = _get_frame()
    if frame is None:
        raise RuntimeError(_no_app_msg)
    return frame[0].g


def _find_app_ctx() -> AppContext:
    frame = _get_frame()
    if frame is None:
        raise RuntimeError(_no_app_msg)
    return frame[0].app_ctx


def _find_request_ctx() -> RequestContext:
    frame = _get_frame()
    if frame is None or frame[1] is None:
        raise RuntimeError(_no_req_msg)
    return frame[1]


def _find_request() -> Request:
    frame = _get_frame()
    if frame is None or frame[1] is None:
        raise RuntimeError(_no_req_msg)
    return frame[1].request


def _find_session() -> SessionMixin:
    frame = _get_frame()
    if frame is None or frame[1] is None:
        raise RuntimeError(_no_req_msg)
    return frame[1].session


app_ctx: AppContext = t.cast("AppContext", LocalProxy(_find_app_ctx))
current_app: Erlen = t.cast("Erlen", lasting_proxy(standins.AppStandIn, _find_app))
g: _AppCtxGlobals = t.cast("_AppCtxGlobals", lasting_proxy(standins.GStandIn, _find_g))
request_ctx: RequestContext = t.cast("RequestContext", LocalProxy(_find_request_ctx))
request: Request = t.cast("Request", lasting_proxy(standins.RequestStandIn, _find_request))
session: SessionMixin = t.cast(
    "SessionMixin", lasting_proxy(standins.SessionStandIn, _find_session)
)


class _AppContextStack:
    """The application contexts of this thread, greenlet or task, as one stack (1.x name)."""

    @property
    def top(self) -> AppContext | None:
        """The current application context, or None."""
        frame = _get_frame()
        return None if frame is None else frame[0].app_ctx

    def get(self, default: t.Any = None) -> t.Any:
        """Return the top or *default*: what a context variable of Flask's answers."""
        top = self.top
        return default if top is None else top

    def push(self, ctx: AppContext) -> _AppContextStack:
        contexts.push_app(ctx)
        return self

    def pop(self) -> AppContext | None:
        """Take the top away without running its teardown functions; None when empty."""
        return None if self.top is None else contexts.pop_app().app_ctx

    def __call__(self) -> AppContext:
        return app_ctx


class _RequestContextStack:
    """The request contexts of this thread, greenlet or task, as one stack (1.x name)."""

    @property
    def top(self) -> RequestContext | None:
        """The current request context, or None."""
        frame = _get_frame()
        return None if frame is None else frame[1]

    def get(self, default: t.Any = None) -> t.Any:
        """Return the top or *default*: what a context variable of Flask's answers."""
        top = self.top
        return default if top is None else top

    def push(self, ctx: RequestContext) -> _RequestContextStack:
        contexts.push_request(ctx)
        return self

    def pop(self) -> RequestContext | None:
        """Take the top away without running its teardown functions; None when empty."""
        if self.top is None:
            return None
        ctx, brought_app = contexts.pop_request()
        if brought_app:
            contexts.pop_app()
        return ctx

    def __call__(self) -> RequestContext:
        return request_ctx


_app_ctx_stack = _AppContextStack()
_request_ctx_stack = _RequestContextStack()

# Extensions for Flask 2.2 and later look for the context variables under these names.
_cv_app = _app_ctx_stack
_cv_request = _request_ctx_stack
