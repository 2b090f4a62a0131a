"""The shelf as comma-separated values, for the download and for the script alike."""

from __future__ import annotations

import collections.abc as cabc
import csv
import io

from .models import Book
from .presentation import iso

COLUMNS = ("id", "title", "author", "year", "genre", "isbn", "owner", "created_at")


def csv_lines(books: cabc.Iterable[Book]) -> cabc.Iterator[str]:
    """Yield the header and one line for each book, as the books come in."""
    line = io.StringIO()
    writer = csv.writer(line)
    writer.writerow(COLUMNS)
    for book in books:
        yield _drain(line)
        writer.writerow(map(_harmless, _values(book)))
    yield _drain(line)


def _values(book: Book) -> tuple[object, ...]:
    return (
        *(book.id, book.title, book.author, book.year, book.genre, book.isbn),
        *(book.owner.name, iso(book.created_at)),
    )


def _drain(line: io.StringIO) -> str:
    text = line.getvalue()
    line.seek(0)
    line.truncate()
    return text


def _harmless(value: object) -> object:
    """Keep a spreadsheet from taking a title such as ``=1+1`` for a formula."""
    if isinstance(value, str) and value.startswith(("=", "+", "-", "@", "\t", "\r")):
        return "'" + value
    return value
