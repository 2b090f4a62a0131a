"""What a server-side session keeps of its values, and what was done to them.

This is the part of a session that every request goes through. Cython makes an extension type of
it where it can (see ``contents.pxd``); :class:`~.record.ServerSideSession` is that type with
everything that a dict and a session do.
"""

from __future__ import annotations

import typing as t

from .failures import SessionTooLarge, UnstorableValue
from .scalars import UNCHANGING
from .stores.change import PERMANENT, Change, Record

if t.TYPE_CHECKING:
    from .lock import SessionLock
    from .server import ServerSideSessionInterface


class Contents:
    """Values by key, decoded when they are asked for."""

    _interface: ServerSideSessionInterface
    _id: str
    _record: Record | None
    #: What is stored, as far as this request has not deleted it, and what was decoded or set.
    _stored: dict[str, bytes]
    _values: dict[str, t.Any]
    #: The keys that something was done to: True for those that were set, False for deleted ones.
    _touched: dict[str, bool]
    _cleared: bool
    _marked: bool
    #: The id of the record that :meth:`regenerate` leaves behind.
    _old_id: str | None
    #: Whether the browser has a cookie that should go if there is nothing to keep.
    _leaves_cookie: bool
    _is_gone: bool
    _lock: SessionLock | None
    #: The keys of stored values that could not be decoded. They count as missing, and stay stored.
    _unreadable: set[str] | None
    accessed: bool

    def __init__(self, interface: ServerSideSessionInterface, id: str, record: Record | None):
        self._interface = interface
        self._id = id
        self._old_id = self._lock = self._unreadable = None
        self._leaves_cookie = self._is_gone = self.accessed = False
        self._take(record)

    def _take(self, record: Record | None) -> None:
        """Begin from *record*, with nothing done to it yet."""
        self._record = record
        # The store may keep the very record that it gave; nothing is applied yet.
        self._stored = {} if record is None else record.fields.copy()
        self._values = {}
        self._forget_changes()

    def _forget_changes(self) -> None:
        self._touched = {}
        self._cleared = self._marked = False

    # What a dict does

    def __getitem__(self, key: str) -> t.Any:
        values = self._values
        if key in values:
            return values[key]
        data = self._stored[key]
        try:
            value = values[key] = self._interface.serializer.loads(data)
        except Exception as exc:  # a tag's own, too, for what is no date say
            _report(self, key, exc)
            raise KeyError(key) from None
        return value

    def __setitem__(self, key: str, value: t.Any) -> None:
        if type(key) is not str or key[:1] == "\0":
            key = _plain_key(key)
        self._values[key] = value
        self._touched[key] = True

    def __delitem__(self, key: str) -> None:
        if key not in self._values and key not in self._stored:
            raise KeyError(key)
        self._values.pop(key, None)
        self._stored.pop(key, None)
        self._touched[key] = False

    def __contains__(self, key: object) -> bool:
        if key in self._values:
            return True
        if key not in self._stored:
            return False
        try:
            self[key]
        except KeyError:
            return False
        return True

    def __len__(self) -> int:
        return len(self._keys())

    def __bool__(self) -> bool:
        """Tell whether there is anything in it but whether it is permanent."""
        for keys in (self._stored, self._values):
            if keys and (len(keys) > 1 or PERMANENT not in keys):
                return True
        return False

    def _keys(self) -> list[str]:
        return [key for key in self._stored | self._values if key in self]

    # What was done to it

    def _sets(self) -> dict[str, bytes]:
        """Return the encoded values that were set, or that no longer are what was stored."""
        sets: dict[str, bytes] = {}
        touched, stored = self._touched, self._stored
        for key, value in self._values.items():
            if key in touched:
                sets[key] = _encode(self, key, value)
            elif type(value) not in UNCHANGING and key in stored:
                data, before = _encode(self, key, value), stored[key]
                # What was written in the other format, or otherwise than it would be now, differs
                # without a change.
                if data != before and data != _again(self, key, before):
                    sets[key] = data
        return sets

    def _deletes(self) -> list[str]:
        return [key for key, was_set in self._touched.items() if not was_set]

    def _change(self, token: str | None = None) -> Change | None:
        """Return what this request did; None when that is nothing."""
        sets = self._sets() if self._values else {}
        touched = self._touched
        if not (sets or touched or self._cleared):
            return None
        if sets:
            _check_size(self, sets)
        generation = "" if self._record is None else self._record.generation
        return Change(generation, sets, self._deletes(), self._cleared, token=token)

    def _was_applied(self, change: Change) -> None:
        """Take it that *change* is stored."""
        if self._record is None:
            self._record = Record(change.generation, change.expires or 0, self._stored)
        elif change.expires is not None:
            self._record.expires = change.expires
        stored = self._stored
        for key, data in change.sets.items():
            stored[key] = data
        self._forget_changes()


def _report(session: Contents, key: str, exc: Exception) -> None:
    """Log, once a request, that the value of *key* counts as missing."""
    if session._unreadable is None:
        session._unreadable = set()
    if key not in session._unreadable:
        session._unreadable.add(key)
        session._interface.report_unreadable(key, exc)


def _again(session: Contents, key: str, data: bytes) -> bytes:
    """Return what *data* would be if it were written now."""
    return _encode(session, key, session._interface.serializer.loads(data))


def _encode(session: Contents, key: str, value: t.Any) -> bytes:
    try:
        return session._interface.serializer.dumps(value)
    except UnstorableValue as exc:
        raise UnstorableValue(f"session[{key!r}]: {exc}") from None


def _check_size(session: Contents, sets: dict[str, bytes]) -> None:
    limit = session._interface.max_size
    if not limit:
        return
    size = 0
    for key, data in session._stored.items():
        size += len(key) + len(data)
    for key, data in sets.items():
        size += len(key) + len(data)
        if key in session._stored:
            size -= len(key) + len(session._stored[key])
    if size > limit:
        _refuse_size(session._stored | sets, size, limit)


def _refuse_size(fields: dict[str, bytes], size: int, limit: int) -> t.NoReturn:
    largest = sorted(fields, key=lambda key: len(fields[key]), reverse=True)[:3]
    shares = ", ".join([f"{key!r} {len(fields[key]):,}" for key in largest])
    raise SessionTooLarge(
        f"The session has {size:,} bytes, and SESSION_MAX_SIZE allows {limit:,}. The"
        f" largest values: {shares}. Keep them elsewhere, and their keys in the session."
    )


def _plain_key(key: object) -> str:
    """Return a key that is no plain string as one, a member of an enumeration say."""
    if not isinstance(key, str):
        raise TypeError(
            f"The keys of a session are strings; {key!r} is of type {type(key).__name__}."
        )
    if key[:1] == "\0":
        raise ValueError(f"A key of a session cannot begin with a zero byte: {key!r}.")
    return str.__str__(key)
