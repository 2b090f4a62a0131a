"""What goes wrong with a pool. What goes wrong with a database is the driver's to say."""

from __future__ import annotations

from dbutils.pooled_db import InvalidConnectionError, PooledDBError, TooManyConnectionsError


class PoolExhausted(TooManyConnectionsError):  # type: ignore[misc]
    """All connections of the pool are taken, and none came back in time."""


class ConnectionReturned(InvalidConnectionError):  # type: ignore[misc]
    """The connection was given back to its pool, or belongs to the process before a fork."""


class ConnectionLost(PooledDBError):  # type: ignore[misc]
    """A connection had to be replaced, and no new one could be opened."""

    def __init__(self, message: str | None = None) -> None:
        super().__init__(
            message
            or "The connection was used up ('maxusage') or did not answer a ping, and no new one"
            " could be opened. See whether the database server is running."
        )
