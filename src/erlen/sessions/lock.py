"""A session's lock, as a block of a view holds it."""

from __future__ import annotations

import contextlib
import typing as t

from .failures import SessionLockLost, StoreError
from .stores.base import Held, Outcome

if t.TYPE_CHECKING:
    from types import TracebackType

    from .record import ServerSideSession
    from .stores.base import Store


class SessionLock:
    """What ``session.lock()`` returns. Within itself it is held already, and goes on being so."""

    def __init__(self, session: ServerSideSession, timeout: float) -> None:
        self._session = session
        self._timeout = timeout
        self._stack: contextlib.ExitStack | None = None
        self._held: Held | None = None
        self._id = ""
        self._before: dict[str, bytes] = {}

    def __enter__(self) -> ServerSideSession:
        session = self._session
        # Nobody else knows of a session that is not stored yet.
        if session._lock is not None or session._record is None or session._is_gone:
            return session
        with contextlib.ExitStack() as stack:
            self._id = session._old_id or session._id
            self._held = session._interface.hold(stack, self._id, self._timeout)
            self._save_before()
            self._stack = stack.pop_all()
        session._lock = self
        return session

    @property
    def store(self) -> Store:
        """The store as who holds the lock sees it."""
        return t.cast(Held, self._held).store

    def _save_before(self) -> None:
        """Save what was changed before the block, and read the session again."""
        session = self._session
        self._save()
        session._interface.read_again(session, self._held, self._id)
        self._before = dict(session._stored)

    def _save(self) -> None:
        session = self._session
        held = t.cast(Held, self._held)
        if session._record is None or session._is_gone:
            return
        change = session._change(held.token)
        if change is None:
            return
        outcome = session._interface.apply(held.store, self._id, change)
        if outcome is Outcome.LOCK_LOST:
            session._interface.read_again(session, held, self._id)
            raise SessionLockLost(
                "The session's lock expired while its block was running, and what the block"
                " changed is not saved. Keep what takes long outside of session.lock()."
            )
        session._settle(outcome, change)

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        tb: TracebackType | None,
    ) -> None:
        stack = self._stack
        if stack is None:
            return
        session = self._session
        session._lock = self._stack = None
        try:
            with stack:
                if exc_type is None:
                    self._save()
                elif session._record is not None:
                    session._take(session._record.with_fields(self._before))
        except StoreError as exc:
            raise session._interface.unavailable("saved", exc) from exc
