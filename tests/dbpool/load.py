"""Many threads that send requests to an application which keeps an account."""

from __future__ import annotations

import collections
import threading
import time
import typing as t

from erlen import Erlen
from erlen.dbpool import Pool, PoolExhausted
from tests.wsgi import ask

#: Seconds; generous, for machines are busy.
PATIENCE = 60.0


def make_bank(app: Erlen, pool: Pool) -> None:
    @app.get("/pay")
    def pay() -> str:
        with pool.cursor() as cursor:
            cursor.execute("UPDATE account SET balance = balance + 1 WHERE name = 'ada'")
        pool.connection().commit()
        return "paid"

    @app.get("/fail")
    def fail() -> str:
        with pool.cursor() as cursor:
            cursor.execute("UPDATE account SET balance = balance + 1000 WHERE name = 'ada'")
        raise ValueError("too much")

    @app.get("/read")
    def read() -> dict[str, t.Any]:
        with pool.cursor() as cursor:
            cursor.execute("SELECT balance FROM account WHERE name = 'ada'")
            return t.cast("dict[str, t.Any]", cursor.fetchone())

    @app.get("/slow")
    def slow() -> str:
        pool.connection()
        time.sleep(0.005)
        return "slow"


def send(app: Erlen, threads: int, each: int, paths: tuple[str, ...]) -> collections.Counter[str]:
    """Send *each* requests from every thread, *paths* in turn; count the endings."""
    endings: list[str] = []
    start = threading.Barrier(threads)

    def run() -> None:
        start.wait()
        for number in range(each):
            try:
                endings.append(ask(app, paths[number % len(paths)]).body.decode())
            except (PoolExhausted, ValueError) as exc:
                endings.append(type(exc).__name__)

    workers = [threading.Thread(target=run) for _ in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(PATIENCE)
        assert not worker.is_alive()
    return collections.Counter(endings)
