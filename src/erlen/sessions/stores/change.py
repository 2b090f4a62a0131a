"""Records and changes: what a store keeps, and what a request did to it.

Cython makes extension types of them where it can (see ``change.pxd``).
"""

from __future__ import annotations

import collections.abc as cabc
import enum
import typing as t

#: The key that keeps a session's ``permanent``; a session with nothing else in it is empty.
PERMANENT: t.Final = "_permanent"


class Outcome(enum.Enum):
    """What became of a change."""

    APPLIED = "applied"
    #: It left nothing, so that the record was removed.
    EMPTIED = "emptied"
    #: There was no such record any more; nothing was written.
    GONE = "gone"
    #: The lock that the change was to be made under is held by another now; nothing was written.
    LOCK_LOST = "lock lost"


class Lease(t.NamedTuple):
    """Who may change a record under its lock, and until when (seconds since the epoch)."""

    token: str
    until: float


class Record:
    """A session as it is kept: encoded values by key.

    :param generation: random, drawn when the session is created.
    :param expires: seconds since the epoch.
    :param fields: encoded values by key.
    :param lease: for stores that keep the lock within the record.
    """

    generation: str
    expires: float
    fields: dict[str, bytes]
    lease: Lease | None

    def __init__(
        self,
        generation: str,
        expires: float,
        fields: dict[str, bytes],
        lease: Lease | None = None,
    ) -> None:
        # Compiled, the attributes take no subclass, which a driver may well give.
        self.generation = generation if type(generation) is str else str.__str__(generation)
        self.expires = expires
        self.fields = fields if type(fields) is dict else dict(fields)
        self.lease = lease

    def _parts(self) -> tuple[t.Any, ...]:
        return self.generation, self.expires, self.fields, self.lease

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Record) and self._parts() == other._parts()

    def __repr__(self) -> str:
        return f"{type(self).__name__}{self._parts()!r}"

    @property
    def is_empty(self) -> bool:
        return not self.fields or (len(self.fields) == 1 and PERMANENT in self.fields)

    def with_fields(self, fields: dict[str, bytes]) -> Record:
        return Record(self.generation, self.expires, fields, self.lease)

    def with_lease(self, lease: Lease | None) -> Record:
        return Record(self.generation, self.expires, self.fields, lease)


class Change:
    """What one request did to a session.

    :param generation: that of the record which the request read, or the new session's.
    :param sets: encoded values by key.
    :param deletes: keys; those that are missing already do no harm.
    :param cleared: empty the record before the rest.
    :param expires: the new expiry; None leaves it as it is.
    :param creates: bring the record into being.
    :param token: that of the lock which has to be held.
    """

    generation: str
    sets: dict[str, bytes]
    deletes: cabc.Collection[str]
    cleared: bool
    expires: float | None
    creates: bool
    token: str | None

    def __init__(
        self,
        generation: str,
        sets: dict[str, bytes] | None = None,
        deletes: cabc.Collection[str] = (),
        cleared: bool = False,
        expires: float | None = None,
        creates: bool = False,
        token: str | None = None,
    ) -> None:
        self.generation = generation
        self.sets = {} if sets is None else sets
        self.deletes = deletes
        self.cleared = cleared
        self.expires = expires
        self.creates = creates
        self.token = token

    def merge(self, newest: Record | None) -> tuple[Outcome, Record | None]:
        """Return what becomes of the change and of the newest record; None: it is removed."""
        if self.creates:
            return Outcome.APPLIED, self.new_record()
        if newest is None or newest.generation != self.generation:
            return Outcome.GONE, newest
        lease = newest.lease
        if self.token is not None and (lease is None or lease.token != self.token):
            return Outcome.LOCK_LOST, newest
        merged = self._merged(newest)
        only_touched = not (self.sets or self.deletes or self.cleared)
        if merged.is_empty and not only_touched:
            return Outcome.EMPTIED, None
        return Outcome.APPLIED, merged

    def new_record(self) -> Record:
        """Return the record that a change which ``creates`` brings into being."""
        return Record(self.generation, self.expires or 0, dict(self.sets))

    def _merged(self, newest: Record) -> Record:
        fields = {} if self.cleared else dict(newest.fields)
        fields.update(self.sets)
        for key in self.deletes:
            fields.pop(key, None)
        expires = newest.expires if self.expires is None else self.expires
        return Record(newest.generation, expires, fields, newest.lease)
