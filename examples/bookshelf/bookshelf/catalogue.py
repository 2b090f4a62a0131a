"""The books in the database: finding, adding, changing and removing them."""

from __future__ import annotations

import collections.abc as cabc
import dataclasses
import sqlite3
import typing as t

from . import db, isbn
from .paging import Page, last_page

if t.TYPE_CHECKING:
    from .drafts import Draft

GENRES = (
    "Novel",
    "Mystery",
    "Science fiction",
    "Poetry",
    "Essays",
    "Science",
    "Philosophy",
    "Travel",
)

SORTS = {
    "recent": "books.created_at DESC, books.id DESC",
    "title": "fold(books.title), books.id",
    "author": "fold(books.author), books.id",
    "year": "books.year IS NULL, books.year, books.id",
}

SEARCHED = "fold(books.title || ' ' || books.author || ' ' || ifnull(books.isbn, ''))"
SELECT = "SELECT books.*, users.name AS owner FROM books JOIN users ON users.id = books.owner_id"


class ISBNTaken(Exception):
    """Another book on the shelf has that ISBN."""


@dataclasses.dataclass(frozen=True, slots=True)
class Book:
    id: int
    owner_id: int
    owner: str
    title: str
    author: str
    year: int | None
    genre: str
    isbn: str | None
    blurb: str
    cover: str | None
    created_at: str


@dataclasses.dataclass(frozen=True, slots=True)
class Query:
    """What a reader looks for. Every word of *text* must occur in title, author or ISBN."""

    text: str = ""
    genre: str = ""
    owner: str = ""
    sort: str = "recent"

    @classmethod
    def from_args(cls, args: cabc.Mapping[str, str]) -> Query:
        """Read a query string; values that mean nothing are left out rather than refused."""
        genre, sort = args.get("genre", ""), args.get("sort", "")
        return cls(
            text=args.get("q", "").strip()[:200],
            genre=genre if genre in GENRES else "",
            owner=args.get("owner", "").strip()[:40],
            sort=sort if sort in SORTS else "recent",
        )

    def args(self) -> dict[str, str]:
        """The query string that leads here again, without what is default."""
        sort = "" if self.sort == "recent" else self.sort
        pairs = {"q": self.text, "genre": self.genre, "owner": self.owner, "sort": sort}
        return {key: value for key, value in pairs.items() if value}

    def where(self) -> tuple[str, list[str]]:
        tests: list[str] = []
        values: list[str] = []
        for word in self.text.split():
            tests.append(f"instr({SEARCHED}, ?)")
            values.append(isbn.normalise(word) or db.fold(word))
        if self.genre:
            tests.append("books.genre = ?")
            values.append(self.genre)
        if self.owner:
            tests.append("users.name = ?")
            values.append(self.owner)
        return " AND ".join(tests) or "1", values


def search(query: Query, number: int, per_page: int) -> Page[Book] | None:
    """Return page *number* of what *query* finds, ``None`` if there is no such page."""
    where, values = query.where()
    count = f"SELECT count(*) FROM books JOIN users ON users.id = books.owner_id WHERE {where}"
    total: int = db.get().execute(count, values).fetchone()[0]
    if not 1 <= number <= last_page(total, per_page):
        return None
    rows = db.get().execute(
        f"{SELECT} WHERE {where} ORDER BY {SORTS[query.sort]} LIMIT ? OFFSET ?",
        (*values, per_page, (number - 1) * per_page),
    )
    return Page([Book(**row) for row in rows], number, per_page, total)


def get(book_id: int) -> Book | None:
    row = db.get().execute(f"{SELECT} WHERE books.id = ?", (book_id,)).fetchone()
    return Book(**row) if row else None


def by_isbn(number: str) -> Book | None:
    row = db.get().execute(f"{SELECT} WHERE books.isbn = ?", (number,)).fetchone()
    return Book(**row) if row else None


def latest(limit: int) -> list[Book]:
    rows = db.get().execute(f"{SELECT} ORDER BY {SORTS['recent']} LIMIT ?", (limit,))
    return [Book(**row) for row in rows]


def similar(book: Book, limit: int) -> list[Book]:
    """Other books of the same genre, those by the same author first."""
    rows = db.get().execute(
        f"{SELECT} WHERE books.genre = ? AND books.id <> ?"
        " ORDER BY books.author = ? DESC, books.id LIMIT ?",
        (book.genre, book.id, book.author, limit),
    )
    return [Book(**row) for row in rows]


def everything() -> cabc.Iterator[Book]:
    """Yield every book by author and title, one row at a time."""
    for row in db.get().execute(f"{SELECT} ORDER BY {SORTS['author']}"):
        yield Book(**row)


def count_by_genre() -> dict[str, int]:
    rows = db.get().execute("SELECT genre, count(*) FROM books GROUP BY genre ORDER BY genre")
    return dict(rows.fetchall())


def count_readers() -> int:
    row = db.get().execute("SELECT count(DISTINCT owner_id) FROM books").fetchone()
    return int(row[0])


def add(draft: Draft, owner_id: int, cover: str | None = None) -> Book:
    """Raises :exc:`ISBNTaken`."""
    book_id = _write(
        "INSERT INTO books (owner_id, cover, title, author, year, genre, isbn, blurb)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (owner_id, cover, *draft.values()),
    )
    return _existing(book_id)


def change(book: Book, draft: Draft, cover: str | None) -> Book:
    """Raises :exc:`ISBNTaken`."""
    _write(
        "UPDATE books SET cover = ?, title = ?, author = ?, year = ?, genre = ?, isbn = ?,"
        " blurb = ? WHERE id = ?",
        (cover, *draft.values(), book.id),
    )
    return _existing(book.id)


def remove(book: Book) -> None:
    _write("DELETE FROM books WHERE id = ?", (book.id,))


def _write(statement: str, values: cabc.Sequence[object]) -> int:
    connection = db.get()
    try:
        with connection:
            return connection.execute(statement, values).lastrowid or 0
    except sqlite3.IntegrityError as exc:
        if "books.isbn" in str(exc):
            raise ISBNTaken from None
        raise


def _existing(book_id: int) -> Book:
    book = get(book_id)
    assert book is not None, f"book {book_id} was written a moment ago"
    return book
