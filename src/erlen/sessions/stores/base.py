"""The seam between sessions and where they are kept.

A store knows nothing of Python values. It keeps *records*: encoded values by key, with an expiry
and a generation. A *change* says what a request did to a record, and :meth:`Change.merge` is all
there is to know about how the two come together; a store only has to do it to the newest record
and in one atomic step.

Nothing but a change that ``creates`` brings a record into being. A change of an existing session
that finds no record, or one of another generation, comes too late: the session was destroyed,
rotated or has expired meanwhile, and stays so.
"""

from __future__ import annotations

import abc
import collections.abc as cabc
import contextlib
import secrets
import time
import typing as t

from ..failures import StoreError
from .change import PERMANENT, Change, Lease, Outcome, Record
from .waiting import wait_for

__all__ = [
    "PERMANENT",
    "Change",
    "Held",
    "Lease",
    "LeasingStore",
    "Outcome",
    "Record",
    "Store",
    "UpdatingStore",
]


class Held(t.NamedTuple):
    """A lock that is held: the store to use under it, and the token for changes, if it has one."""

    store: Store
    token: str | None


class Store(abc.ABC):
    """Keeps records under ids. Threads share it.

    Every method may raise :exc:`~erlen.sessions.failures.StoreError`. Whatever takes longer than
    the store's timeout does.
    """

    @abc.abstractmethod
    def load(self, id: str) -> Record | None:
        """Return the newest record; None when there is none or it has expired."""

    @abc.abstractmethod
    def apply(self, id: str, change: Change) -> Outcome:
        """Merge *change* into the newest record in one atomic step."""

    @abc.abstractmethod
    def destroy(self, id: str) -> Record | None:
        """Remove the record for good and return it, in one atomic step."""

    @abc.abstractmethod
    def lock(self, id: str, timeout: float) -> contextlib.AbstractContextManager[Held]:
        """Hold the session's lock against all other processes that use the store.

        :raises SessionLockTimeout: others held it for *timeout* seconds.
        """

    def touch(self, id: str, generation: str, expires: float) -> bool:
        """Move the expiry and nothing else; tell whether the record is still there."""
        return self.apply(id, Change(generation, expires=expires)) is Outcome.APPLIED

    def prune(self) -> int:
        """Remove what has expired and return how many; 0 where the store does so by itself."""
        return 0

    def close(self) -> None:  # noqa: B027 - most have nothing to close
        """Close the connections; using the store opens new ones."""

    def ping(self) -> None:
        """Ask the store whether it is there; :exc:`StoreError` when it is not."""
        self.load("ping")


class LeasingStore(Store):
    """A store whose locks are leases: each has a token and ends by itself."""

    #: For how many seconds a lock is held at most, so that a holder that died ends it.
    lock_lifetime = 30.0

    @contextlib.contextmanager
    def lock(self, id: str, timeout: float) -> cabc.Iterator[Held]:
        token = secrets.token_hex(8)
        wait_for(lambda: self._lease(id, token), timeout)
        try:
            yield Held(self, token)
        finally:
            with contextlib.suppress(StoreError):  # it expires by itself
                self._release(id, token)

    @abc.abstractmethod
    def _lease(self, id: str, token: str) -> bool:
        """Take the lease if it is free, and tell whether it was."""

    @abc.abstractmethod
    def _release(self, id: str, token: str) -> None:
        """Give the lease back, unless another has it now."""


class UpdatingStore(LeasingStore):
    """A store that can replace one record by a function of it, in one atomic step.

    The lock is a lease within the record, unless a subclass has something better.
    """

    @abc.abstractmethod
    def update(self, id: str, function: cabc.Callable[[Record | None], Record | None]) -> None:
        """Replace the newest record, None for none, by what *function* makes of it.

        What it returns unchanged, the very same object, needs no writing. It may be called more
        than once.
        """

    def create(self, id: str, record: Record) -> None:
        """Bring a record into being. Nobody else knows its id yet: no lock is needed for it."""
        self.update(id, lambda newest: record)

    def apply(self, id: str, change: Change) -> Outcome:
        if change.creates:
            self.create(id, change.new_record())
            return Outcome.APPLIED
        outcome = Outcome.GONE

        def merge(newest: Record | None) -> Record | None:
            nonlocal outcome
            outcome, merged = change.merge(newest)
            return merged

        self.update(id, merge)
        return outcome

    def destroy(self, id: str) -> Record | None:
        last: Record | None = None

        def take(newest: Record | None) -> None:
            nonlocal last
            last = newest

        self.update(id, take)
        return last

    def _lease(self, id: str, token: str) -> bool:
        """Take the lease if it is free; a session that is gone has nothing to be locked."""
        leased = True

        def take(newest: Record | None) -> Record | None:
            nonlocal leased
            now = time.time()
            if newest is None:
                leased = True
                return None
            leased = newest.lease is None or newest.lease.until <= now
            if not leased:
                return newest
            return newest.with_lease(Lease(token, now + self.lock_lifetime))

        self.update(id, take)
        return leased

    def _release(self, id: str, token: str) -> None:
        def free(newest: Record | None) -> Record | None:
            if newest is None or newest.lease is None or newest.lease.token != token:
                return newest
            return newest.with_lease(None)

        self.update(id, free)
