"""The database: one connection for each application context, kept on ``g``."""

from __future__ import annotations

import sqlite3
import typing as t
import unicodedata

from erlen import current_app, g

if t.TYPE_CHECKING:
    from erlen import Erlen


def init_app(app: Erlen) -> None:
    app.teardown_appcontext(close)


def get() -> sqlite3.Connection:
    """Return the connection of the current application context, opening it at first use."""
    if "db" not in g:
        g.db = connect(current_app.config["DATABASE"])
    return t.cast(sqlite3.Connection, g.db)


def close(exc: BaseException | None = None) -> None:
    connection: sqlite3.Connection | None = g.pop("db", None)
    if connection is not None:
        connection.close()


def connect(path: str) -> sqlite3.Connection:
    connection = sqlite3.connect(path)
    connection.row_factory = sqlite3.Row
    connection.execute("PRAGMA foreign_keys = ON")
    connection.create_function("fold", 1, fold, deterministic=True)
    return connection


def create_schema(connection: sqlite3.Connection) -> None:
    """Drop what is there and create the empty tables."""
    with current_app.open_resource("schema.sql", mode="r", encoding="utf-8") as file:
        connection.executescript(file.read())


def fold(text: str) -> str:
    """Make *text* comparable: no case, no accents. "García" is found by "garcia"."""
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(c for c in decomposed if not unicodedata.combining(c)).casefold()
