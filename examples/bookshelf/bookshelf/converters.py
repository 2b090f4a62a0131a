"""Kinds of URL parts that the rules of this application use."""

from __future__ import annotations

import typing as t

from werkzeug.routing import BaseConverter, IntegerConverter, Map, ValidationError

from . import isbn

if t.TYPE_CHECKING:
    from erlen import Erlen

LARGEST_ID = 2**31 - 1


class ISBNConverter(BaseConverter):
    """``<isbn:number>``: any way of writing an ISBN reaches the view as thirteen digits."""

    regex = r"[0-9][0-9Xx-]{9,16}"

    def to_python(self, value: str) -> str:
        number = isbn.normalise(value)
        if number is None:
            raise ValidationError
        return number


class IdConverter(IntegerConverter):
    """``<id:book_id>``: a positive integer that every database can hold; a larger one is a 404."""

    def __init__(self, map: Map) -> None:
        super().__init__(map, min=1, max=LARGEST_ID)


def init_app(app: Erlen) -> None:
    app.url_map.converters["isbn"] = ISBNConverter
    app.url_map.converters["id"] = IdConverter
