"""The session object: a dict that remembers what was done to it."""

from __future__ import annotations

import collections.abc as cabc
import typing as t

from .contents import Contents
from .data import SessionMixin
from .ids import make_id
from .lock import SessionLock
from .stores.base import PERMANENT, Change, Outcome

_missing: t.Any = object()


class ServerSideSession(Contents, SessionMixin):
    """A session whose data is in a store; the browser knows its id and nothing else.

    It begins as a snapshot of what is stored. What is set and deleted is noted, what is changed
    inside of a value is found by comparing when the request ends, and only that is applied, to
    whatever is stored by then. Two requests that change different keys both keep their change;
    of two that set the same key the later one wins. ``clear()`` empties the session also of what
    others put into it meanwhile.
    """

    # What a dict does

    def __iter__(self) -> cabc.Iterator[str]:
        return iter(self._keys())

    def get(self, key: str, default: t.Any = None) -> t.Any:
        try:
            return self[key]
        except KeyError:
            return default

    def setdefault(self, key: str, default: t.Any = None) -> t.Any:
        if key not in self:
            self[key] = default
        return self[key]

    def pop(self, key: str, default: t.Any = _missing) -> t.Any:
        value = self.get(key, default)
        # What cannot be read goes, too.
        if key in self._values or key in self._stored:
            del self[key]
        if value is _missing:
            raise KeyError(key)
        return value

    def clear(self) -> None:
        """Empty the session; whether it is permanent stays."""
        permanent = self.get(PERMANENT, _missing)
        self._stored.clear()
        self._values.clear()
        self._forget_changes()
        self._cleared = True
        if permanent is not _missing:
            self[PERMANENT] = permanent

    def copy(self) -> dict[str, t.Any]:
        """Return its keys and values as a dict."""
        return dict(self)

    def __or__(self, other: cabc.Mapping[str, t.Any]) -> dict[str, t.Any]:
        return dict(self) | dict(other)

    def __ror__(self, other: cabc.Mapping[str, t.Any]) -> dict[str, t.Any]:
        return dict(other) | dict(self)

    def __ior__(self, other: t.Any) -> ServerSideSession:  # type: ignore[misc]
        self.update(other)
        return self

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {dict(self)!r}>"

    # What a session does

    @property
    def id(self) -> str:
        """What the browser is known by. Treat it like a password: never log or show it."""
        return self._id

    @property
    def sid(self) -> str:
        """The id, under Flask-Session's name."""
        return self._id

    @property
    def new(self) -> bool:  # type: ignore[override]
        """Whether the store has no such session yet."""
        return self._record is None

    @property
    def modified(self) -> bool:
        """Whether anything was done to it; setting it to True is allowed and not needed."""
        if self._marked or self._touched or self._cleared:
            return True
        return bool(self._old_id) or bool(self._sets())

    @modified.setter
    def modified(self, value: bool) -> None:
        self._marked = value

    def lock(self, timeout: float = 10) -> SessionLock:
        """Return a context manager that holds the session against all other requests' locks.

        On entry the session is read again; on exit what was changed is saved, whereupon others
        may have the lock. An exception drops what was changed inside.

        :param timeout: for how many seconds to wait for it.
        :raises SessionLockTimeout: that was not enough.
        :raises SessionLockLost: on exit, when the block took longer than the lock lives.
        """
        return SessionLock(self, timeout)

    def regenerate(self) -> None:
        """Give the session a new id, when it is saved, and destroy it under the old one.

        Do so when a user logs in: an id that somebody else may have seen or planted then leads
        nowhere.
        """
        if self._record is not None and self._old_id is None:
            self._old_id = self._id
        self._id = make_id(self._interface.id_length)

    def destroy(self) -> None:
        """End the session now. No request that is under way brings it back.

        What is put into it afterwards begins a new one, with an id of its own.
        """
        self._interface.destroy(self)
        self._become_new()
        self._leaves_cookie = True

    def _become_new(self) -> None:
        self._id = make_id(self._interface.id_length)
        self._old_id = None
        self._take(None)
        if self._interface.permanent:
            self._values[PERMANENT] = True

    def _settle(self, outcome: Outcome, change: Change) -> None:
        """Go on from what became of *change*."""
        if outcome is Outcome.APPLIED:
            self._was_applied(change)
        elif outcome is Outcome.EMPTIED:
            self._become_new()
            self._leaves_cookie = True
        else:
            self._is_gone = True
