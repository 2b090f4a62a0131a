"""One connection to a database, which outlives the server's restarts but no transaction."""

from __future__ import annotations

import sys
import threading
import typing as t

from dbutils.steady_db import SteadyDBConnection

from .errors import ConnectionLost

if t.TYPE_CHECKING:
    import collections.abc as cabc

    from .options import Options

#: When to ping: the pool hands the connection out; a statement is executed. (2: a cursor is made,
#: which here is also the last moment before a statement.)
FETCHED, EXECUTED = 1, 4

# Connections of the process before a fork. Freeing one may send a goodbye to the server over the
# socket that both processes share, and end it for the other process.
_inherited: list[t.Any] = []


class SteadyConnection(SteadyDBConnection):  # type: ignore[misc]
    """DBUtils' connection with two things changed.

    It is opened, pinged and rolled back by the borrower (:meth:`prepare`, :meth:`settle`). DBUtils'
    pool does all three while it is locked, so that one slow answer holds up every thread.

    It is replaced only while nothing can be lost. DBUtils knows of a transaction only after
    ``begin()``; otherwise it replaces a connection between two statements, and what the first one
    did is gone while the second is committed. Here a transaction starts with the first statement.
    For the same reason a statement that failed is not repeated, unless ``failures`` asks for it.
    """

    _con: t.Any
    # While this is set no connection is opened: the constructor wants to.
    _waits = True
    # How many statements had run at the end of the last transaction.
    _settled_at = 0
    _begun = False

    #: For connections that belong to threads: whether the thread's one is lent, and whether it is
    #: a further one.
    lent = is_extra = False

    def __init__(self, options: Options, on_open: cabc.Callable[[], None]) -> None:
        self._on_open = on_open
        self._check = options.ping
        self._mutex = threading.Lock()
        #: Whether the last borrower's work is rolled back already.
        self.settled = False
        super().__init__(
            options.creator,
            maxusage=options.maxusage or sys.maxsize,
            setsession=options.setsession,
            failures=(ConnectionLost, *options.failures),
            ping=0,
        )
        self._waits = False

    @property
    def is_open(self) -> bool:
        return self._con is not None and not self._closed

    def prepare(self, ping: bool = True) -> None:
        """Make the connection ready for a borrower; raise what the driver raises if it cannot."""
        with self._mutex:  # two borrowers of a shared connection may come at once
            if self.is_open and (self._is_worn_out() or (ping and not self._answers(FETCHED))):
                self._close()
            if not self.is_open:
                self._store(self._create())
            self.settled = False

    def settle(self, force: bool | None) -> None:
        """Roll back what was not committed; close a connection that cannot even do that."""
        try:
            if self.is_open and (force or self._transaction):
                self.rollback()
        except Exception:
            self._close()
        self.settled = True

    def touch(self) -> None:
        """Take it that a transaction is open from now on: somebody has the means to open one."""
        self._begun = True

    def abandon(self) -> None:
        """Forget a connection that belongs to the process before a fork, without a word to it."""
        _inherited.append(self._con)
        self._con = None
        self._closed = True

    def _is_worn_out(self) -> bool:
        return bool(self._usage >= self._maxusage)

    def _answers(self, moment: int) -> bool:
        if not self._check.moments & moment:
            return True
        try:
            answer = self._check.ask(self._con)
        except Exception:
            return False
        return answer is None or bool(answer)

    # What DBUtils calls

    @property
    def _transaction(self) -> bool:
        return self._begun or self._usage != self._settled_at

    @_transaction.setter
    def _transaction(self, begun: bool) -> None:
        self._begun = begun
        if not begun:
            self._settled_at = getattr(self, "_usage", 0)

    def _create(self) -> t.Any:
        if self._waits:
            return None
        connection = super()._create()
        self._on_open()
        return connection

    def _store(self, connection: t.Any) -> None:
        super()._store(connection)
        self._settled_at = 0

    def _ping_check(self, ping: int = FETCHED, reconnect: bool = True) -> None:
        # The check at fetching is done by prepare(). At the others no transaction is open; a
        # connection that counts as used up is replaced by what DBUtils does next.
        if ping != FETCHED and not self._answers(ping | EXECUTED):
            self._usage = self._settled_at = self._maxusage

    def _reset(self, force: bool | None = False) -> None:
        if not self.settled:
            self.settle(force)
