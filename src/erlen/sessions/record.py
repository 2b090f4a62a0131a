"""The session object: a dict that remembers what was done to it."""

from __future__ import annotations

import collections.abc as cabc
import typing as t

from .data import SessionMixin
from .failures import SessionTooLarge, UnstorableValue
from .ids import make_id
from .lock import SessionLock
from .scalars import UNCHANGING
from .stores.base import PERMANENT, Change, Outcome, Record

if t.TYPE_CHECKING:
    from .server import ServerSideSessionInterface

_missing: t.Any = object()


class ServerSideSession(SessionMixin):
    """A session whose data is in a store; the browser knows its id and nothing else.

    It begins as a snapshot of what is stored. What is set and deleted is noted, what is changed
    inside of a value is found by comparing when the request ends, and only that is applied, to
    whatever is stored by then. Two requests that change different keys both keep their change;
    of two that set the same key the later one wins. ``clear()`` empties the session also of what
    others put into it meanwhile.
    """

    #: The id of the record that :meth:`regenerate` leaves behind.
    _old_id: str | None = None
    #: Whether the browser has a cookie that should go if there is nothing to keep.
    _leaves_cookie = False
    _is_gone = False
    _lock: SessionLock | None = None

    def __init__(self, interface: ServerSideSessionInterface, id: str, record: Record | None):
        self._interface = interface
        self._id = id
        self._take(record)

    def _take(self, record: Record | None) -> None:
        """Begin from *record*, with nothing done to it yet."""
        self._record = record
        self._stored: dict[str, bytes] = {} if record is None else dict(record.fields)
        self._values: dict[str, t.Any] = {}
        self._set: set[str] = set()
        self._deleted: set[str] = set()
        self._cleared = self._marked = False

    def _forget_changes(self) -> None:
        self._set, self._deleted = set(), set()
        self._cleared = self._marked = False

    # What a dict does

    def __getitem__(self, key: str) -> t.Any:
        values = self._values
        if key in values:
            return values[key]
        value = values[key] = self._interface.serializer.loads(self._stored[key])
        return value

    def __setitem__(self, key: str, value: t.Any) -> None:
        if type(key) is not str or key[:1] == "\0":
            _refuse_key(key)
        self._values[key] = value
        self._set.add(key)
        self._deleted.discard(key)

    def __delitem__(self, key: str) -> None:
        if key not in self:
            raise KeyError(key)
        self._values.pop(key, None)
        self._stored.pop(key, None)
        self._set.discard(key)
        self._deleted.add(key)

    def __contains__(self, key: object) -> bool:
        return key in self._values or key in self._stored

    def __iter__(self) -> cabc.Iterator[str]:
        return iter(list(self._stored | self._values))

    def __len__(self) -> int:
        return len(self._stored.keys() | self._values.keys())

    def __bool__(self) -> bool:
        """Tell whether there is anything in it but whether it is permanent."""
        for keys in (self._stored, self._values):
            if keys and (len(keys) > 1 or PERMANENT not in keys):
                return True
        return False

    def get(self, key: str, default: t.Any = None) -> t.Any:
        try:
            return self[key]
        except KeyError:
            return default

    def setdefault(self, key: str, default: t.Any = None) -> t.Any:
        if key not in self:
            self[key] = default
        return self[key]

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
        if self._marked or self._set or self._deleted or self._cleared:
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

    # What was done to it

    def _sets(self) -> dict[str, bytes]:
        """Return the encoded values that were set, or that no longer are what was stored."""
        sets = {}
        for key, value in self._values.items():
            if key in self._set:
                sets[key] = self._encode(key, value)
            elif type(value) not in UNCHANGING and key in self._stored:
                data, before = self._encode(key, value), self._stored[key]
                # What was written in the other format, or otherwise than it would be now, differs
                # without a change.
                if data != before and data != self._again(key, before):
                    sets[key] = data
        return sets

    def _again(self, key: str, data: bytes) -> bytes:
        """Return what *data* would be if it were written now."""
        return self._encode(key, self._interface.serializer.loads(data))

    def _encode(self, key: str, value: t.Any) -> bytes:
        try:
            return self._interface.serializer.dumps(value)
        except UnstorableValue as exc:
            raise UnstorableValue(f"session[{key!r}]: {exc}") from None

    def _change(self, token: str | None = None) -> Change | None:
        """Return what this request did; None when that is nothing."""
        sets = self._sets() if self._values else {}
        if not (sets or self._deleted or self._cleared):
            return None
        if sets:
            self._check_size(sets)
        generation = "" if self._record is None else self._record.generation
        return Change(generation, sets, self._deleted, self._cleared, token=token)

    def _check_size(self, sets: dict[str, bytes]) -> None:
        fields = self._stored | sets
        size = sum(map(len, fields)) + sum(map(len, fields.values()))
        limit = self._interface.max_size
        if limit and size > limit:
            largest = sorted(fields, key=lambda key: len(fields[key]), reverse=True)[:3]
            shares = ", ".join(f"{key!r} {len(fields[key]):,}" for key in largest)
            raise SessionTooLarge(
                f"The session has {size:,} bytes, and SESSION_MAX_SIZE allows {limit:,}. The"
                f" largest values: {shares}. Keep them elsewhere, and their keys in the session."
            )

    def _was_applied(self, change: Change) -> None:
        """Take it that *change* is stored."""
        if self._record is None:
            self._record = Record(change.generation, change.expires or 0, self._stored)
        elif change.expires is not None:
            self._record.expires = change.expires
        self._stored.update(change.sets)
        self._forget_changes()

    def _settle(self, outcome: Outcome, change: Change) -> None:
        """Go on from what became of *change*."""
        if outcome is Outcome.APPLIED:
            self._was_applied(change)
        elif outcome is Outcome.EMPTIED:
            self._become_new()
            self._leaves_cookie = True
        else:
            self._is_gone = True


def _refuse_key(key: object) -> t.NoReturn:
    if not isinstance(key, str):
        raise TypeError(
            f"The keys of a session are strings; {key!r} is of type {type(key).__name__}."
        )
    raise ValueError(f"A key of a session cannot begin with a zero byte: {key!r}.")
