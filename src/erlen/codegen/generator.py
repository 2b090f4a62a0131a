"""The generators: sqlacodegen's declarative one, for a base of one's own or for ``db.Model``."""

from __future__ import annotations

import collections.abc as cabc
import re
import typing as t

import sqlalchemy as sa
from sqlacodegen.generators import Base, DeclarativeGenerator, LiteralImport
from sqlacodegen.models import Model


class FlaskGenerator(DeclarativeGenerator):
    """Writes models for ``db.Model``."""

    def __init__(self, *args: t.Any, **kwargs: t.Any) -> None:
        super().__init__(*args, base_class_name="db.Model", **kwargs)

    def generate_base(self) -> None:
        self.base = Base(
            literal_imports=[LiteralImport("erlen.db", "SQLAlchemy")],
            declarations=["db = SQLAlchemy()"],
            metadata_ref="db.metadata",
        )

    def collect_imports(self, models: cabc.Iterable[Model]) -> None:
        self.generate_base()  # for tables alone, sqlacodegen has put a bare MetaData in its place
        super().collect_imports(models)

    def group_imports(self) -> list[list[str]]:
        """Put Erlen in front of SQLAlchemy, wherever the two are installed."""
        own = f"from erlen.db import {', '.join(self.imports['erlen.db'])}"
        others = [[line for line in group if line != own] for group in super().group_imports()]
        filled = [group for group in others if group]
        return [*filled[:1], [own, *(line for group in filled[1:] for line in group)]]


def generate_models(
    engine: sa.Engine,
    *,
    tables: cabc.Sequence[str] | None = None,
    schemas: cabc.Sequence[str | None] = (None,),
    flask: bool = False,
    views: bool = True,
    options: cabc.Sequence[str] = (),
) -> str:
    """Return the source of a module with models for the tables of a database.

    :param tables: names; by default all.
    :param schemas: names; by default the connection's own.
    :param flask: derive from ``db.Model`` instead of a ``DeclarativeBase``.
    :param views: whether views become models, too.
    :param options: sqlacodegen's, "nocomments" for example.
    """
    metadata = sa.MetaData()
    for schema in schemas:
        metadata.reflect(engine, schema, views, tables)
    if getattr(engine.dialect, "is_mariadb", False):
        _restore_json(engine, metadata)
    generator = FlaskGenerator if flask else DeclarativeGenerator
    return generator(metadata, engine, options).generate()


_JSON_CHECKS = sa.text(
    "SELECT constraint_schema, table_name, check_clause"
    " FROM information_schema.check_constraints WHERE check_clause LIKE 'json_valid(%'"
)


def _restore_json(engine: sa.Engine, metadata: sa.MetaData) -> None:
    """Make JSON again of what MariaDB stores as a text with a check."""
    own = engine.url.database
    with engine.connect() as connection:
        for schema, table, check in connection.execute(_JSON_CHECKS):
            found = metadata.tables.get(table if schema == own else f"{schema}.{table}")
            column = re.fullmatch(r"json_valid\(`(.+)`\)", check)
            if found is not None and column is not None and column[1] in found.c:
                found.c[column[1]].type = sa.JSON()
