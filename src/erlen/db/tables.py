"""``db.Table`` and the metadata it finds by itself."""

from __future__ import annotations

import collections.abc as cabc
import typing as t

import sqlalchemy as sa

if t.TYPE_CHECKING:
    from sqlalchemy.sql.schema import SchemaItem


class BoundTable(sa.Table):
    """A table whose metadata is that of its ``bind_key``, unless one is given."""

    if t.TYPE_CHECKING:

        @t.overload
        def __init__(
            self, name: str, *args: SchemaItem, bind_key: str | None = None, **kwargs: t.Any
        ) -> None: ...
        @t.overload
        def __init__(
            self, name: str, metadata: sa.MetaData, *args: SchemaItem, **kwargs: t.Any
        ) -> None: ...
        def __init__(self, name: str, *args: t.Any, **kwargs: t.Any) -> None: ...


def make_table_class(find: cabc.Callable[[str | None], sa.MetaData]) -> type[BoundTable]:
    """Return a table class that asks *find* for the metadata of a bind key."""

    class Table(BoundTable):
        def __new__(cls, *args: t.Any, bind_key: str | None = None, **kwargs: t.Any) -> t.Any:
            if args and not (len(args) > 1 and isinstance(args[1], sa.MetaData)):
                args = (args[0], find(bind_key), *args[1:])
            return super().__new__(cls, *args, **kwargs)

    return Table
