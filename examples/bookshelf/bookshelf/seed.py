"""Demo content, so that the first start has something to show."""

from __future__ import annotations

import json
import sqlite3
import typing as t
from pathlib import Path

from erlen import current_app

from . import db, users
from .files import create_once

if t.TYPE_CHECKING:
    from erlen import Erlen

READERS = ("ada", "jorge", "mary")
PASSWORD = "bookshelf"


def first_start(app: Erlen) -> None:
    """Make and fill the database if there is none yet."""
    with app.app_context():
        if create_once(Path(app.config["DATABASE"]), _build):
            app.logger.info("made a new database: %s", app.config["DATABASE"])


def _build(path: Path) -> None:
    connection = db.connect(str(path))
    try:
        db.create_schema(connection)
        fill(connection)
    finally:
        connection.close()


def fill(connection: sqlite3.Connection) -> int:
    """Add the readers and books that are missing; say how many books that were."""
    with connection:
        owners = [_reader(connection, name) for name in READERS]
        added = [_book(connection, owners, number, book) for number, book in enumerate(_books())]
    return sum(added)


def _books() -> list[dict[str, t.Any]]:
    with current_app.open_resource("seed.json") as file:
        return t.cast(list[dict[str, t.Any]], json.load(file))


def _reader(connection: sqlite3.Connection, name: str) -> int:
    row = connection.execute("SELECT id FROM users WHERE name = ?", (name,)).fetchone()
    if row is None:
        row = connection.execute(
            "INSERT INTO users (name, password_hash) VALUES (?, ?) RETURNING id",
            (name, users.hashed(PASSWORD)),
        ).fetchone()
    return int(row[0])


def _book(
    connection: sqlite3.Connection, owners: list[int], number: int, book: dict[str, t.Any]
) -> bool:
    cursor = connection.execute(
        "INSERT INTO books (owner_id, title, author, year, genre, isbn, blurb)"
        " SELECT :owner, :title, :author, :year, :genre, :isbn, :blurb"
        " WHERE NOT EXISTS (SELECT 1 FROM books WHERE title = :title AND author = :author)"
        " ON CONFLICT (isbn) DO NOTHING",
        {"isbn": None, **book, "owner": owners[number % len(owners)]},
    )
    return cursor.rowcount == 1
