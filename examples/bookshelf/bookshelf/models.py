"""The tables: readers, their books, and the audit log."""

from __future__ import annotations

import datetime
import unicodedata

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from .db import Base

Moment = datetime.datetime


def now() -> Moment:
    """Return this second in UTC, without a zone: no two databases agree about zones."""
    return datetime.datetime.now(datetime.UTC).replace(tzinfo=None, microsecond=0)


def fold(text: str) -> str:
    """Make *text* comparable: no case, no accents. "García" is found by "garcia"."""
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(c for c in decomposed if not unicodedata.combining(c)).casefold()


class User(Base):
    __tablename__ = "users"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(30))
    #: The name without its capitals: "Ada" and "ada" are one reader, in every database.
    name_key: Mapped[str] = mapped_column(String(30), unique=True)
    password_hash: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[Moment] = mapped_column(default=now)

    @validates("name")
    def _keep_key(self, key: str, name: str) -> str:
        self.name_key = fold(name)
        return name


class Book(Base):
    __tablename__ = "books"
    __table_args__ = {"sqlite_autoincrement": True}  # the number of a book that went stays unused

    id: Mapped[int] = mapped_column(primary_key=True)
    owner_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    title: Mapped[str] = mapped_column(String(200))
    author: Mapped[str] = mapped_column(String(120))
    year: Mapped[int | None]
    genre: Mapped[str] = mapped_column(String(30), index=True)
    isbn: Mapped[str | None] = mapped_column(String(13), unique=True)
    blurb: Mapped[str] = mapped_column(Text, default="")
    cover: Mapped[str | None] = mapped_column(String(40))
    created_at: Mapped[Moment] = mapped_column(default=now)
    #: Title and author as they are searched and sorted; folding can make a text longer.
    title_key: Mapped[str] = mapped_column(Text)
    author_key: Mapped[str] = mapped_column(Text)

    #: Comes with the book, in the same query.
    owner: Mapped[User] = relationship(lazy="joined", innerjoin=True)

    @validates("title", "author")
    def _keep_key(self, key: str, text: str) -> str:
        setattr(self, f"{key}_key", fold(text))
        return text


class Event(Base):
    """A line of the audit log.

    What a book was called stays readable after the book is gone, so ``book_id`` refers to nothing.
    """

    __tablename__ = "audit"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[Moment] = mapped_column(default=now)
    event: Mapped[str] = mapped_column(String(30))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"), index=True)
    book_id: Mapped[int | None]
    detail: Mapped[str] = mapped_column(String(200), default="")
    address: Mapped[str | None] = mapped_column(String(45))

    user: Mapped[User | None] = relationship(lazy="joined")
