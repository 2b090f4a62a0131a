"""The two ways to lend connections: from a pool, and one for each thread.

Both are DBUtils' classes. The pool is locked by DBUtils while it looks for a connection and while
it takes one back; everything that waits for the database is done before or after that, by
:class:`SteadyConnection`.
"""

from __future__ import annotations

import collections.abc as cabc
import dataclasses
import threading
import time
import typing as t
import weakref

from dbutils.persistent_db import PersistentDB
from dbutils.pooled_db import PooledDB

from .connection import Connection
from .errors import PoolExhausted
from .holders import Holder, listed, make_holder
from .steady import SteadyConnection
from .turns import Turns

if t.TYPE_CHECKING:
    from .options import Options


@dataclasses.dataclass(frozen=True, slots=True)
class PoolStats:
    """What a pool has and does at one moment."""

    #: ``pooled`` or ``persistent``.
    mode: str
    #: Connections that are lent.
    in_use: int
    #: Connections that are open and not lent.
    idle: int
    #: Callers that wait for a connection.
    waiting: int
    #: The most connections there can be; None: no limit.
    maximum: int | None
    #: Connections that were opened since the pool was made in this process.
    opened: int


class Lender:
    """What is common to both ways."""

    def __init__(self, options: Options) -> None:
        self.options = options
        #: Set when the pool is closed, and in the child of a fork.
        self.abandoned = False
        self._mutex = threading.Lock()
        self._made: weakref.WeakSet[SteadyConnection] = weakref.WeakSet()
        # Changed and read in single steps: it has no lock.
        self._holders: dict[int, Holder] = {}
        self._opened = 0

    def lend(self, *, shareable: bool = False, shared: bool = False) -> Connection:
        """Lend a connection, *shared* by a request or *shareable* as DBUtils means it.

        Raises :class:`PoolExhausted`, or what the driver raises when it cannot connect.
        """
        holder = make_holder()
        handle, steady = self._take(shareable)
        self._holders[id(handle)] = holder
        return Connection(self, handle, steady, holder, shared)

    def give_back(self, handle: t.Any, steady: SteadyConnection) -> None:
        self._holders.pop(id(handle), None)
        self._return(handle, steady)

    def holders(self) -> list[Holder]:
        """Return who has a connection, the one who has it longest first."""
        return sorted(self._holders.values(), key=lambda holder: holder.since)

    def stats(self) -> PoolStats:
        raise NotImplementedError

    def close(self) -> None:
        """Close all connections, those that are lent included."""
        self.abandoned = True
        for steady in self._connections_made():
            steady._close()

    def abandon(self) -> None:
        """Let go of the connections of the process before a fork, in the process after it."""
        self.abandoned = True
        self._mutex = threading.Lock()  # the old one may be held by a thread that is not here
        for steady in self._connections_made():
            steady.abandon()

    def _take(self, shareable: bool) -> tuple[t.Any, SteadyConnection]:
        raise NotImplementedError

    def _return(self, handle: t.Any, steady: SteadyConnection) -> None:
        raise NotImplementedError

    def _make_steady(self) -> SteadyConnection:
        steady = SteadyConnection(self.options, self._count_opened)
        with self._mutex:
            self._made.add(steady)
        return steady

    def _connections_made(self) -> list[SteadyConnection]:
        with self._mutex:
            return list(self._made)

    def _count_opened(self) -> None:
        with self._mutex:
            self._opened += 1


class PooledLender(Lender, PooledDB):  # type: ignore[misc]
    """Lends connections from DBUtils' pool, waits for a limited time, and tells who has them."""

    def __init__(self, options: Options) -> None:
        Lender.__init__(self, options)
        # Only who has the turn asks DBUtils for a connection, and waits for it.
        self._turns = Turns()
        self._is_waiting = False
        self._deadline: float | None = None
        PooledDB.__init__(
            self,
            options.creator,
            mincached=options.mincached,
            maxcached=options.maxcached,
            maxshared=options.maxshared,
            maxconnections=options.maxconnections,
            blocking=options.blocking,
            reset=options.reset,
        )
        for steady in self._idle_cache:
            steady.prepare()

    def steady_connection(self) -> SteadyConnection:
        return self._make_steady()

    def _take(self, shareable: bool) -> tuple[t.Any, SteadyConnection]:
        handle = self._wait_for_turn(shareable) if self._blocking else self.connection(shareable)
        steady: SteadyConnection = handle._con
        shared = getattr(handle, "_shared_con", None)
        try:
            # What another thread is using already is neither pinged nor replaced.
            steady.prepare(ping=shared is None or shared.shared == 1)
        except BaseException:
            handle.close()
            raise
        return handle, steady

    def _wait_for_turn(self, shareable: bool) -> t.Any:
        maxwait = self.options.maxwait
        deadline = None if maxwait is None else time.monotonic() + maxwait
        if not self._turns.take(maxwait):
            raise PoolExhausted(self._explain())
        try:
            self._deadline = deadline
            return self.connection(shareable)
        finally:
            self._turns.pass_on()

    def _return(self, handle: t.Any, steady: SteadyConnection) -> None:
        if not hasattr(handle, "_shared_con"):  # else the last of its users does, in `_reset`
            steady.settle(self.options.reset)
        handle.close()

    def _wait_lock(self) -> None:
        left = None if self._deadline is None else self._deadline - time.monotonic()
        if not self._blocking or (left is not None and left <= 0):
            raise PoolExhausted(self._explain())
        self._is_waiting = True
        try:
            self._lock.wait(left)
        finally:
            self._is_waiting = False

    def _explain(self) -> str:
        prefix, size = self.options.prefix, self.options.maxconnections
        waited = "none is free"
        mend = f"set {prefix}BLOCKING = True to wait for one"
        if self.options.blocking:
            waited = f"none came back in {self.options.maxwait:g} seconds"
            mend = f"{prefix}MAXWAIT to wait longer"
        return "\n".join(
            (
                f"All {size} connections of the pool are taken, and {waited}. They are held by,"
                " longest first:",
                *listed(self.holders()),
                "A connection goes back at the end of its request or context; one of your own"
                " at the end of 'with pool.dedicated_connection() as connection:'. If all of"
                f" them are at work, raise {prefix}MAXCONNECTIONS, or {mend}.",
            )
        )

    def stats(self) -> PoolStats:
        with self._lock:
            idle = sum(steady.is_open for steady in self._idle_cache)
            in_use, waiting = self._connections, len(self._turns) + self._is_waiting
        maximum = self.options.maxconnections or None
        return PoolStats("pooled", in_use, idle, waiting, maximum, self._opened)

    def close(self) -> None:
        Lender.close(self)
        PooledDB.close(self)

    def abandon(self) -> None:
        super().abandon()
        self._lock = threading.Condition()


class PersistentLender(Lender, PersistentDB):  # type: ignore[misc]
    """Lends every thread a connection of its own, which stays open for it."""

    def __init__(self, options: Options) -> None:
        Lender.__init__(self, options)
        PersistentDB.__init__(self, options.creator, threadlocal=threading.local)

    def steady_connection(self) -> SteadyConnection:
        return self._make_steady()

    def _take(self, shareable: bool) -> tuple[t.Any, SteadyConnection]:
        steady: SteadyConnection = self.connection()
        if steady.lent:
            # A context inside of another, or a stream that is not at its end: to roll back the
            # work of the one must not undo that of the other.
            steady = self.steady_connection()
            steady.is_extra = True
        steady.prepare()
        steady.lent = True
        return object(), steady

    def _return(self, handle: t.Any, steady: SteadyConnection) -> None:
        steady.settle(self.options.reset)
        steady.lent = False
        if steady.is_extra:
            steady._close()

    def stats(self) -> PoolStats:
        found = [steady for steady in self._connections_made() if steady.is_open]
        in_use = sum(steady.lent for steady in found)
        return PoolStats("persistent", in_use, len(found) - in_use, 0, None, self._opened)


LENDERS: cabc.Mapping[str, cabc.Callable[[Options], Lender]] = {
    "pooled": PooledLender,
    "persistent": PersistentLender,
}
