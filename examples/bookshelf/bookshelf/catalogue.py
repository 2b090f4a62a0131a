"""The books in the database: finding, adding, changing and removing them."""

from __future__ import annotations

import collections.abc as cabc
import dataclasses
import typing as t

from sqlalchemy import Select, func, or_, select
from sqlalchemy.exc import IntegrityError

from . import isbn
from .db import db
from .models import Book, User, fold

if t.TYPE_CHECKING:
    from erlen.db import Pagination

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
    "recent": (Book.created_at.desc(), Book.id.desc()),
    "title": (Book.title_key, Book.id),
    "author": (Book.author_key, Book.id),
    "year": (Book.year.is_(None), Book.year, Book.id),
}


class ISBNTaken(Exception):
    """Another book on the shelf has that ISBN."""


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
            text=_searchable(args.get("q", ""))[:200],
            genre=genre if genre in GENRES else "",
            owner=_searchable(args.get("owner", ""))[:40],
            sort=sort if sort in SORTS else "recent",
        )

    def args(self) -> dict[str, str]:
        """The query string that leads here again, without what is default."""
        sort = "" if self.sort == "recent" else self.sort
        pairs = {"q": self.text, "genre": self.genre, "owner": self.owner, "sort": sort}
        return {key: value for key, value in pairs.items() if value}

    def select(self) -> Select[Book]:
        found = select(Book).order_by(*SORTS[self.sort])
        for word in self.text.split():
            found = found.where(_holds(isbn.normalise(word) or fold(word)))
        if self.genre:
            found = found.where(Book.genre == self.genre)
        if self.owner:
            found = found.join(User).where(User.name_key == fold(self.owner))
        return found


def _searchable(text: str) -> str:
    """PostgreSQL takes no NUL, and nobody looks for one."""
    return text.replace("\0", "").strip()


def _holds(word: str) -> t.Any:
    columns = (Book.title_key, Book.author_key, Book.isbn)
    return or_(*(column.contains(word, autoescape=True) for column in columns))


def search(query: Query, number: int, per_page: int) -> Pagination[Book]:
    """Return page *number* of what *query* finds, or abort with 404 if there is no such page."""
    return db.paginate(query.select(), page=number, per_page=per_page)


def get(book_id: int) -> Book:
    """Return a book, or abort with 404."""
    return db.get_or_404(Book, book_id)


def by_isbn(number: str) -> Book:
    """Return a book, or abort with 404."""
    return db.first_or_404(select(Book).filter_by(isbn=number))


def latest(limit: int) -> cabc.Sequence[Book]:
    return db.session.scalars(Query().select().limit(limit)).all()


def similar(book: Book, limit: int) -> cabc.Sequence[Book]:
    """Other books of the same genre, those by the same author first."""
    others = select(Book).where(Book.genre == book.genre, Book.id != book.id)
    by_same_author = (Book.author_key == book.author_key).desc()
    return db.session.scalars(others.order_by(by_same_author, Book.id).limit(limit)).all()


def everything() -> cabc.Iterator[Book]:
    """Yield every book by author and title, some rows at a time."""
    books = select(Book).order_by(Book.author_key, Book.title_key)
    yield from db.session.scalars(books.execution_options(yield_per=100))


def count_by_genre() -> dict[str, int]:
    counts = select(Book.genre, func.count()).group_by(Book.genre).order_by(Book.genre)
    return dict(db.session.execute(counts).all())


def count_readers() -> int:
    return db.session.scalars(select(func.count(Book.owner_id.distinct()))).one()


def add(draft: Draft, owner_id: int, cover: str | None = None) -> Book:
    """Raises :exc:`ISBNTaken`."""
    book = Book(owner_id=owner_id, cover=cover, **draft.values())
    db.session.add(book)
    _commit(book)
    return book


def change(book: Book, draft: Draft, cover: str | None) -> None:
    """Raises :exc:`ISBNTaken`."""
    book.cover = cover
    for name, value in draft.values().items():
        setattr(book, name, value)
    _commit(book)


def remove(book: Book) -> None:
    db.session.delete(book)
    db.session.commit()


def _commit(book: Book) -> None:
    number, own = book.isbn, book.id
    try:
        db.session.commit()
    except IntegrityError:
        db.session.rollback()
        # Each database words it in its own way, so ask.
        taken = select(Book.id).where(Book.isbn == number, Book.id != (own or 0))
        if number is not None and db.session.scalar(taken) is not None:
            raise ISBNTaken from None
        raise
