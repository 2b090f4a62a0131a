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

_get_frame: t.Any = current.get
#: What a proxy answers itself.
_OWN = frozenset({"_get_current_object", "__deepcopy__"})


class AppStandIn:
    """Finds the current application."""

    __slots__ = ()

    def __getattribute__(self, name: str) -> t.Any:
        frame = _get_frame()
        if frame is None or name in _OWN:
            return super().__getattribute__(name)
        return getattr(frame[0].app, name)


class RequestStandIn:
    """Finds the current request."""

    __slots__ = ()

    def __getattribute__(self, name: str) -> t.Any:
        frame = _get_frame()
        if frame is None or frame[1] is None or name in _OWN:
            return super().__getattribute__(name)
        return getattr(frame[1].request, name)


class GStandIn:
    """Finds the namespace of the current application context."""

    __slots__ = ()

    def __getattribute__(self, name: str) -> t.Any:
        frame = _get_frame()
        app_ctx = None if frame is None else frame[0]._app_ctx
        if app_ctx is None or app_ctx._g is None or name in _OWN:
            return super().__getattribute__(name)
        return getattr(app_ctx._g, name)

    def __setattr__(self, name: str, value: t.Any) -> None:
        frame = _get_frame()
        app_ctx = None if frame is None else frame[0]._app_ctx
        if app_ctx is None or app_ctx._g is None:
            super().__setattr__(name, value)
        else:
            setattr(app_ctx._g, name, value)

    def __delattr__(self, name: str) -> None:
        super().__delattr__(name)


class SessionStandIn:
    """Finds the session of the current request, opens it, and notes that it was looked at."""

    __slots__ = ()

    # PERF: written out in each method: `session["user"]` takes 122 ns interpreted, with a function
    # that finds the session for all of them 148 (timeit).

    def __getattribute__(self, name: str) -> t.Any:
        frame = _get_frame()
        ctx = None if frame is None else frame[1]
        if ctx is None or name in _OWN:
            return super().__getattribute__(name)
        session = ctx._opened
        if session is None:
            session = ctx.session
        else:
            session.accessed = True
        return getattr(session, name)

    def __getitem__(self, key: str) -> t.Any:
        frame = _get_frame()
        ctx = None if frame is None else frame[1]
        if ctx is None:
            return super().__getitem__(key)  # type: ignore[misc]
        session = ctx._opened
        if session is None:
            session = ctx.session
        else:
            session.accessed = True
        return session[key]

    def __setitem__(self, key: str, value: t.Any) -> None:
        frame = _get_frame()
        ctx = None if frame is None else frame[1]
        if ctx is None:
            super().__setitem__(key, value)  # type: ignore[misc]
        else:
            session = ctx._opened
            if session is None:
                session = ctx.session
            else:
                session.accessed = True
            session[key] = value

    def __delitem__(self, key: str) -> None:
        super().__delitem__(key)  # type: ignore[misc]
