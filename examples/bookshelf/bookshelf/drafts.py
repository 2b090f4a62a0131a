"""A book as somebody typed it, checked before it comes near the database."""

from __future__ import annotations

import collections.abc as cabc
import dataclasses
import datetime
import typing as t

from . import isbn
from .catalogue import GENRES
from .models import Book

LIMITS = {"title": 200, "author": 120, "blurb": 1200}
FIELDS = ("title", "author", "year", "genre", "isbn", "blurb")


class Invalid(Exception):
    """Raised with one message for each field that is wrong."""

    def __init__(self, errors: dict[str, str]) -> None:
        super().__init__(", ".join(errors))
        self.errors = errors


@dataclasses.dataclass(frozen=True, slots=True)
class Draft:
    title: str
    author: str
    year: int | None
    genre: str
    isbn: str | None
    blurb: str

    def values(self) -> dict[str, str | int | None]:
        """By the names that the columns have, too."""
        return dataclasses.asdict(self)

    @classmethod
    def read(cls, data: cabc.Mapping[str, t.Any]) -> Draft:
        """Check *data*, a form or a JSON object. Raises :exc:`Invalid`."""
        errors: dict[str, str] = {}
        draft = cls(
            title=_text(data, "title", errors, required=True),
            author=_text(data, "author", errors, required=True),
            year=_year(data, errors),
            genre=_genre(data, errors),
            isbn=_isbn(data, errors),
            blurb=_text(data, "blurb", errors),
        )
        if errors:
            raise Invalid(errors)
        return draft


def as_data(book: Book) -> dict[str, t.Any]:
    """The other way round: what a form or a partial change starts from."""
    return {field: getattr(book, field) for field in FIELDS}


def _string(data: cabc.Mapping[str, t.Any], name: str) -> str:
    value = data.get(name)
    if value is None or isinstance(value, bool | list | dict):
        return ""
    # JSON can smuggle in half a surrogate pair, which no database and no page can encode.
    return str(value).encode("utf-8", "replace").decode().replace("\0", "").strip()


def _text(
    data: cabc.Mapping[str, t.Any], name: str, errors: dict[str, str], required: bool = False
) -> str:
    text = _string(data, name)
    if required and not text:
        errors[name] = f"The {name} is missing."
    elif len(text) > LIMITS[name]:
        errors[name] = f"That is too long: {len(text)} of {LIMITS[name]} characters."
    return text


def _year(data: cabc.Mapping[str, t.Any], errors: dict[str, str]) -> int | None:
    text = _string(data, "year")
    if not text:
        return None
    latest = datetime.date.today().year + 1
    try:
        year = int(text)
    except ValueError:
        year = latest + 1
    if not -3000 <= year <= latest:
        errors["year"] = f"A year between −3000 and {latest}, please."
    return year


def _genre(data: cabc.Mapping[str, t.Any], errors: dict[str, str]) -> str:
    genre = _string(data, "genre")
    if genre not in GENRES:
        errors["genre"] = "Choose one of: " + ", ".join(GENRES) + "."
    return genre


def _isbn(data: cabc.Mapping[str, t.Any], errors: dict[str, str]) -> str | None:
    text = _string(data, "isbn")
    number = isbn.normalise(text)
    if text and number is None:
        errors["isbn"] = "That is not an ISBN: a digit is missing or wrong."
    return number
