"""The way of a server-side session through a request: opened from its store, and saved there.

Here is what nearly every request with a session comes by, and what Cython compiles where it can
(see ``passage.pxd``). What happens to few sessions, that they are created, move or end, is left to
the methods of :class:`~.server.ServerSideSessionInterface`.
"""

from __future__ import annotations

import enum
import time
import typing as t

from .._core.states import environ_of
from .failures import StoreError
from .plan import StoragePlan
from .stores.change import PERMANENT, Change, Outcome, Record
from .unavailable import UnavailableSession

if t.TYPE_CHECKING:
    from ..app import Erlen
    from ..wrappers import Request
    from .record import ServerSideSession
    from .server import ServerSideSessionInterface

# PERF: with the kernel compiled, this, the contents, records and the store for Redis included, a
# request that reads 1 KB takes 96,400 instructions and one that writes 55,400, in place of 213,400
# and 114,200 (callgrind, without what the client does within ``execute_command``).

#: Where a request remembers that it could not have its session.
FAILED: t.Final = "erlen.sessions.failed"

_now = time.time
_APPLIED, _EMPTIED = Outcome.APPLIED, Outcome.EMPTIED


class Cookie(enum.Enum):
    """What is to become of the cookie."""

    SET = "set"
    DELETE = "delete"


def open_session(
    interface: ServerSideSessionInterface, app: Erlen, request: Request
) -> ServerSideSession | UnavailableSession:
    """Return the session whose id the request brought, or a new one."""
    text = _plan_of(interface, app).text_of(request)
    id = interface._ids.read(text) if text else None
    if id is None:
        return interface._new_session()
    environ = environ_of(request)
    if FAILED in environ:
        return UnavailableSession(environ[FAILED])
    try:
        record = interface.store.load(id)
    except StoreError as exc:
        return interface._without_store(request, exc)
    # An id that the store does not know was not issued here, or is no longer good.
    if record is None:
        return interface._new_session()
    return interface.session_class(interface, id, record)


def save(
    interface: ServerSideSessionInterface, app: Erlen, session: ServerSideSession
) -> Cookie | None:
    """Apply what was done; return what is to become of the cookie, None for nothing.

    The cookie is sent only when the store has just confirmed the session: the answer of a
    slow request must not put an id back that another one has replaced.
    """
    if session._is_gone:
        return None
    plan = _plan_of(interface, app)
    record = session._record
    if record is None or session._old_id is not None:
        return interface._save_anew(session, plan.seconds)
    change = session._change()
    if change is None:
        if (plan.refreshes or session._marked) and _is_due(record, plan.seconds):
            return interface._refresh(session, record, plan.seconds)
        return None
    if session._cleared and not session:
        interface.destroy(session)
        return Cookie.DELETE
    if _is_due(record, plan.seconds):
        change.expires = _now() + plan.seconds
    return _apply(interface, session, change)


def _apply(
    interface: ServerSideSessionInterface, session: ServerSideSession, change: Change
) -> Cookie | None:
    try:
        outcome = interface.store.apply(session._id, change)
    except StoreError as exc:
        raise interface.unavailable("saved", exc) from exc
    if outcome is _APPLIED:
        session._was_applied(change)
        if PERMANENT in change.sets or PERMANENT in change.deletes:
            return Cookie.SET
        return Cookie.SET if change.expires is not None and session.permanent else None
    session._settle(outcome, change)
    if outcome is _EMPTIED:
        return Cookie.DELETE
    interface._tell_of_lost_change()
    return None


def _plan_of(interface: ServerSideSessionInterface, app: Erlen) -> StoragePlan:
    """Return what the settings come to; kept while they stay, and no method is replaced."""
    plan = app._session_plan
    if type(plan) is StoragePlan and plan.interface is interface:
        return plan
    return interface._make_plan(app)


def _is_due(record: Record, lifetime: float) -> bool:
    """Tell whether a tenth of the lifetime has passed since the expiry was last moved."""
    left = record.expires - _now()
    return not 0.9 * lifetime <= left <= lifetime + 60
