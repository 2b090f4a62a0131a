"""Demo content, so that the first start has something to show."""

from __future__ import annotations

import json
import typing as t
from pathlib import Path

from sqlalchemy import inspect, or_, select

from erlen import current_app
from erlen.migrate import upgrade

from . import users
from .db import db
from .files import alone
from .models import Book, User

if t.TYPE_CHECKING:
    from erlen import Erlen

READERS = ("ada", "jorge", "mary")
PASSWORD = "bookshelf"


def first_start(app: Erlen) -> None:
    """Make the tables and fill them, if the database has none yet.

    What comes later is for ``erlen db upgrade``: no start changes a database that is in use.
    """
    with app.app_context(), alone(Path(app.instance_path, "first-start.lock")):
        if not inspect(db.engine).has_table("alembic_version"):
            upgrade()
            fill()
            app.logger.info("made the tables of %r", db.engine.url)


def fill() -> int:
    """Add the readers and books that are missing; say how many books that were."""
    owners = [_reader(name) for name in READERS]
    added = [_book(owners[number % len(owners)], book) for number, book in enumerate(_books())]
    db.session.commit()
    return sum(added)


def _books() -> list[dict[str, t.Any]]:
    with current_app.open_resource("seed.json") as file:
        return t.cast(list[dict[str, t.Any]], json.load(file))


def _reader(name: str) -> User:
    user = users.by_name(name)
    if user is None:
        user = User(name=name, password_hash=users.hashed(PASSWORD))
        db.session.add(user)
    return user


def _book(owner: User, book: dict[str, t.Any]) -> bool:
    same = (Book.title == book["title"]) & (Book.author == book["author"])
    known = select(Book.id).where(or_(same, Book.isbn == book.get("isbn", "")))
    if db.session.scalar(known) is not None:
        return False
    db.session.add(Book(owner=owner, **book))
    return True
