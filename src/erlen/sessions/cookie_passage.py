"""The way of a session in a cookie through a request: out of the header that the browser sent, and
into one of the answer's.

Here is what nearly every request with such a session comes by, and what Cython compiles where it
can (see ``cookie_passage.pxd``). What only methods, settings that are none or a response can tell
is left to :class:`~.cookie.SecureCookieSessionInterface`.
"""

from __future__ import annotations

import collections.abc as cabc
import datetime as dt
import functools
import typing as t

from .._core.respond import VARY_BY_COOKIE
from .data import SecureCookieSession
from .header import NO_CACHE
from .plan import SessionPlan

if t.TYPE_CHECKING:
    from ..app import Erlen
    from ..wrappers import Request, Response
    from .cookie import SecureCookieSessionInterface
    from .data import SessionMixin

    Completion = cabc.Callable[[Response], Response]
    Pairs = list[tuple[str, str]]


_new = dict.__new__

# PERF: this compiled, and no response made for a text, took a request that reads and writes from
# 114,000 to 98,700 instructions, one that reads from 67,800 to 54,200 (callgrind).


def plan_of(interface: SecureCookieSessionInterface, app: Erlen) -> SessionPlan | None:
    """Return what the settings come to; None where methods or attributes must be asked."""
    plan = app._session_plan
    if type(plan) is SessionPlan and plan.interface is interface and not interface.__dict__:
        return plan
    return interface._make_plan(app)


def open_session(
    interface: SecureCookieSessionInterface, app: Erlen, request: Request
) -> SecureCookieSession | None:
    """Return the session of the request's cookie, or an empty one; None without a secret key."""
    plan = plan_of(interface, app)
    if plan is None:
        return interface._open_by_settings(app, request)
    text = plan.text_of(request)
    data = plan.codec.read(text, plan.max_age) if text else None
    if type(data) is not dict or interface.session_class is not SecureCookieSession:
        return interface.session_class(data if is_mapping(data) else None)
    # PERF: 1,000 instructions less than through type.__call__ and __init__, which does no more
    # (callgrind).
    session = _new(SecureCookieSession)
    dict.update(session, data)
    return session


def is_mapping(data: object) -> bool:
    return type(data) is dict or isinstance(data, cabc.Mapping)


def save_apart(
    interface: SecureCookieSessionInterface, app: Erlen, session: SessionMixin
) -> Pairs | Completion:
    """Return the headers of *session* for a response that need not be made; else what makes them.

    The latter takes the response and returns it finished.
    """
    plan = plan_of(interface, app)
    if (
        plan is not None
        and type(session) is SecureCookieSession
        and type(interface).save_session is plan.save_session
        and type(interface).is_null_session is plan.is_null_session
    ):
        pairs = _pairs_of(plan, app, session)
        if pairs is not None:
            return pairs
    return functools.partial(app._save_session, session)


def _pairs_of(plan: SessionPlan, app: Erlen, session: SecureCookieSession) -> Pairs | None:
    accessed = session.accessed
    is_permanent = session.get("_permanent", False)
    touched = session.modified or (plan.refreshes and is_permanent)
    if not touched:
        return [VARY_BY_COOKIE] if accessed else []
    if not session:  # the cookie goes
        return None
    if app.response_class.set_cookie is not plan.set_cookie:
        return None
    expires = dt.datetime.now(dt.UTC) + plan.lifetime if is_permanent else None
    text = plan.codec.write(dict.copy(session))  # PERF: dict() takes 800 instructions more
    cookie = plan.cookie.plain_pair(text, expires, plan.max_cookie_size)
    if cookie is None:
        return None
    # In the order in which `save_session` adds them.
    return [VARY_BY_COOKIE, NO_CACHE, cookie] if accessed else [cookie, VARY_BY_COOKIE, NO_CACHE]
