"""Whether a pooled connection is alive, found out for less than a round trip.

SQLAlchemy's ``pool_pre_ping`` asks the server before each use. A server that was restarted, or
that dropped a connection, has closed its end, and the socket of a connection that nobody uses
then has something to read. So a look at the socket answers most of the time. The server is asked
where the socket has news, and where it has not been asked for a while: what lies between the two
may have forgotten the connection without telling.
"""

from __future__ import annotations

import select
import time
import typing as t
import weakref

import sqlalchemy as sa

#: Seconds for which an answer of the server counts, as long as the socket is quiet.
TRUSTED = 10.0
#: Drivers whose connections tell the number of their socket.
_DRIVERS = frozenset({"psycopg", "psycopg2"})


def watch_sockets(engine: sa.Engine) -> None:
    """Let *engine*, if it checks connections before their use, look at the socket first."""
    if engine.dialect.driver in _DRIVERS and hasattr(select, "poll"):
        dialect: t.Any = engine.dialect
        dialect.do_ping = SocketFirst(dialect.do_ping)


class SocketFirst:
    """In place of a dialect's ``do_ping``."""

    def __init__(self, ask: t.Callable[[t.Any], bool]) -> None:
        self._ask = ask
        self._asked: weakref.WeakKeyDictionary[t.Any, float] = weakref.WeakKeyDictionary()

    def __call__(self, connection: t.Any) -> bool:
        # PERF: a request for one row of PostgreSQL takes 375 µs instead of 435
        # (benchmarks/databases.py, with and without pool_pre_ping=False: the look is 2 of them).
        now = time.monotonic()
        if now - self._asked.get(connection, -TRUSTED) < TRUSTED and is_quiet(connection.fileno()):
            return True
        alive = self._ask(connection)
        self._asked[connection] = now
        return alive


def is_quiet(fd: int) -> bool:
    """Tell whether there is nothing to read, not even that the other end has closed."""
    poll = select.poll()
    poll.register(fd, select.POLLIN)
    return not poll.poll(0)
