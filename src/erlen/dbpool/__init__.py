"""DB-API connections from a pool: a connection for each request, taken at first use::

    pool = Pool(app)

    @app.get("/books")
    def books():
        with pool.cursor() as cursor:
            cursor.execute("SELECT title FROM book")
            return cursor.fetchall()

Stands on DBUtils and needs the extra ``dbpool``: ``pip install 'erlen[dbpool]'``.
"""

from __future__ import annotations

from .connection import Connection
from .errors import ConnectionLost, ConnectionReturned, PoolExhausted
from .extension import Pool
from .holders import Holder
from .lenders import PoolStats

__all__ = [
    "Pool",
    "Connection",
    "ConnectionLost",
    "ConnectionReturned",
    "Holder",
    "PoolExhausted",
    "PoolStats",
]
