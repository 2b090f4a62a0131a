"""What can be done with accounts, in SQL."""

from __future__ import annotations

import collections.abc as cabc
import datetime as dt
import typing as t

from .database import pool, sql

Row = dict[str, t.Any]


class Refused(Exception):
    """A transfer that is not possible, with the reason."""


# [start: reading]
def find(name: str) -> Row | None:
    with pool.cursor() as cursor:
        cursor.execute(sql("SELECT name, cents FROM account WHERE name = ?"), (name,))
        return t.cast("Row | None", cursor.fetchone())


# [end: reading]


def open_account(name: str, cents: int) -> None:
    with pool.transaction() as cursor:
        cursor.execute(sql("INSERT INTO account (name, cents) VALUES (?, ?)"), (name, cents))


# [start: transfer]
def transfer(payer: str, payee: str, cents: int) -> None:
    """Move money, or raise ``Refused`` and move none."""
    with pool.transaction() as cursor:
        cursor.execute(
            sql("UPDATE account SET cents = cents - ? WHERE name = ? AND cents >= ?"),
            (cents, payer, cents),
        )
        if cursor.rowcount != 1:
            raise Refused(f"{payer} does not have that much.")
        cursor.execute(sql("UPDATE account SET cents = cents + ? WHERE name = ?"), (cents, payee))
        if cursor.rowcount != 1:
            raise Refused(f"There is no account {payee}.")
        now = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
        cursor.execute(
            sql("INSERT INTO transfer (made_at, payer, payee, cents) VALUES (?, ?, ?, ?)"),
            (now, payer, payee, cents),
        )


# [end: transfer]


# [start: stream]
def all_transfers() -> cabc.Iterator[Row]:
    with pool.cursor() as cursor:
        cursor.execute("SELECT made_at, payer, payee, cents FROM transfer ORDER BY made_at")
        yield from cursor


# [end: stream]
