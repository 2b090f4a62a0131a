"""The way from ``request``, ``session``, ``g`` and ``current_app`` to what they stand for.

A view takes it with every attribute, so this is the most travelled code of all. It is written for
two readers: the interpreter, and Cython, which makes extension types of these classes (see
``standins.pxd``) wherever a compiler is found when Erlen is installed.

Where there is nothing to be found, `LocalProxy` says so: each of these classes stands in front of
it, and hands on to it what is not quite ordinary.
"""

from __future__ import annotations

import typing as t

from .contexts import current
from .states import AppContextState, RequestContextState

_get_frame: t.Any = current.get
#: What a proxy answers itself.
_OWN = frozenset({"_get_current_object", "__deepcopy__"})


def _find_app() -> t.Any:
    frame = _get_frame()
    if frame is None:
        return None
    scope = frame[0]
    if isinstance(scope, RequestContextState):
        ctx = scope
        return ctx.app
    return scope.app


def _find_request() -> t.Any:
    frame = _get_frame()
    if frame is None or frame[1] is None:
        return None
    if isinstance(frame[1], RequestContextState):
        ctx = frame[1]
        return ctx.request
    return frame[1].request  # a context that somebody made up and pushed


def _find_g() -> t.Any:
    """Return the namespace of the current application context, made now if it was not yet."""
    frame = _get_frame()
    if frame is None:
        return None
    scope = frame[0]
    if isinstance(scope, RequestContextState):
        ctx = scope
        if ctx._app_ctx is not None:
            scope = ctx._app_ctx
    if isinstance(scope, AppContextState):
        app_ctx = scope
        if app_ctx._g is not None:
            return app_ctx._g
    return scope.g


def _find_session() -> t.Any:
    """Return the session of the current request, opened by now and marked as looked at."""
    frame = _get_frame()
    if frame is None or frame[1] is None:
        return None
    if isinstance(frame[1], RequestContextState):
        ctx = frame[1]
        session = ctx._opened
        if session is not None:
            session.accessed = True
            return session
    return frame[1].session


class AppStandIn:
    """Finds the current application."""

    __slots__ = ()

    def __getattribute__(self, name: str) -> t.Any:
        app = _find_app()
        if app is None or name in _OWN:
            return super().__getattribute__(name)
        return getattr(app, name)


class RequestStandIn:
    """Finds the current request."""

    __slots__ = ()

    def __getattribute__(self, name: str) -> t.Any:
        request = _find_request()
        if request is None or name in _OWN:
            return super().__getattribute__(name)
        return getattr(request, name)


class GStandIn:
    """Finds the namespace of the current application context."""

    __slots__ = ()

    def __getattribute__(self, name: str) -> t.Any:
        namespace = _find_g()
        if namespace is None or name in _OWN:
            return super().__getattribute__(name)
        return getattr(namespace, name)

    def __setattr__(self, name: str, value: t.Any) -> None:
        namespace = _find_g()
        if namespace is None:
            super().__setattr__(name, value)
        else:
            setattr(namespace, name, value)

    def __delattr__(self, name: str) -> None:
        super().__delattr__(name)


class SessionStandIn:
    """Finds the session of the current request, opens it, and notes that it was looked at."""

    __slots__ = ()

    def __getattribute__(self, name: str) -> t.Any:
        if name in _OWN:
            return super().__getattribute__(name)
        session = _find_session()
        if session is None:
            return super().__getattribute__(name)
        return getattr(session, name)

    def __getitem__(self, key: str) -> t.Any:
        session = _find_session()
        if session is None:
            return super().__getitem__(key)  # type: ignore[misc]
        return session[key]

    def __setitem__(self, key: str, value: t.Any) -> None:
        session = _find_session()
        if session is None:
            super().__setitem__(key, value)  # type: ignore[misc]
        else:
            session[key] = value

    def __delitem__(self, key: str) -> None:
        super().__delitem__(key)  # type: ignore[misc]
