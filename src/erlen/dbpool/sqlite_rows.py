"""Dictionary rows for sqlite3, whose own rows are no dictionaries."""

from __future__ import annotations

import sqlite3
import typing as t


def as_dict(cursor: sqlite3.Cursor, row: tuple[t.Any, ...]) -> dict[str, t.Any]:
    return {column[0]: value for column, value in zip(cursor.description, row, strict=True)}


class DictCursor(sqlite3.Cursor):
    def __init__(self, connection: sqlite3.Connection) -> None:
        super().__init__(connection)
        self.row_factory = as_dict
