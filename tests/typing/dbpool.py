from __future__ import annotations

import typing as t

from erlen import Erlen
from erlen.dbpool import Connection, Holder, Pool, PoolStats

app = Erlen(__name__)
pool = Pool(app, url="sqlite:///x.db", maxconnections=6)
t.assert_type(Pool().init_app(app), Pool)
t.assert_type(pool.connection(), Connection)
t.assert_type(pool.stats(), PoolStats)
t.assert_type(pool.stats().maximum, "int | None")
t.assert_type(pool.holders(), list[Holder])

with pool.dedicated_connection() as connection:
    t.assert_type(connection, Connection)
    connection.commit()
