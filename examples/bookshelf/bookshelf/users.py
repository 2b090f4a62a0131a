"""Users: who they are and whether a password is theirs."""

from __future__ import annotations

import dataclasses
import functools
import sqlite3

from werkzeug.security import check_password_hash, generate_password_hash

from erlen import current_app

from . import db


class NameTaken(Exception):
    """Someone else is registered under that name."""


@dataclasses.dataclass(frozen=True, slots=True)
class User:
    id: int
    name: str


def find(user_id: int) -> User | None:
    row = db.get().execute("SELECT id, name FROM users WHERE id = ?", (user_id,)).fetchone()
    return User(**row) if row else None


def register(name: str, password: str) -> User:
    """Raises :exc:`NameTaken`."""
    connection = db.get()
    try:
        with connection:
            cursor = connection.execute(
                "INSERT INTO users (name, password_hash) VALUES (?, ?)", (name, hashed(password))
            )
    except sqlite3.IntegrityError:
        raise NameTaken(name) from None
    assert cursor.lastrowid is not None
    return User(cursor.lastrowid, name)


def authenticate(name: str, password: str) -> User | None:
    row = (
        db.get()
        .execute("SELECT id, name, password_hash FROM users WHERE name = ?", (name,))
        .fetchone()
    )
    # An unknown name costs as much time as a wrong password, so that the clock tells nobody which.
    known_hash = (
        row["password_hash"] if row else _nobodys_hash(current_app.config["PASSWORD_METHOD"])
    )
    if not check_password_hash(known_hash, password) or not row:
        return None
    return User(row["id"], row["name"])


def hashed(password: str) -> str:
    return generate_password_hash(password, current_app.config["PASSWORD_METHOD"])


@functools.cache
def _nobodys_hash(method: str) -> str:
    return generate_password_hash("nobody", method)
