"""Statements for rows by their primary key, made once for each model."""

from __future__ import annotations

import typing as t
import uuid

import sqlalchemy as sa
import sqlalchemy.orm as sa_orm

#: Keys that are one value as they stand. None, dicts and tuples are SQLAlchemy's to understand.
SIMPLE_KEYS: t.Final = frozenset({int, str, uuid.UUID})
_KEY = "the_primary_key"


class Lookup:
    """How to find one model's rows."""

    def __init__(self, model: type, column: sa.ColumnElement[t.Any]) -> None:
        self._model = model
        self._statement: sa.Select[t.Any] = sa.select(model).where(column == sa.bindparam(_KEY))

    def is_loaded(self, session: sa_orm.Session, ident: t.Any) -> bool:
        """Tell whether *session* has a row by that key already, be it deleted or expired."""
        return (self._model, (ident,), None) in session.identity_map

    def load(self, session: sa_orm.Session, ident: t.Any) -> t.Any:
        return session.execute(self._statement, {_KEY: ident}).unique().scalars().one_or_none()


class Lookups:
    """The lookups of the models that were asked for."""

    def __init__(self) -> None:
        self._of: dict[t.Any, Lookup | None] = {}

    def find(self, model: t.Any) -> Lookup | None:
        """Return the lookup of *model*; None for one whose rows are not found so simply."""
        try:
            return self._of[model]
        except KeyError:
            found = self._of[model] = _make_lookup(model)
            return found


def _make_lookup(model: t.Any) -> Lookup | None:
    mapper = sa.inspect(model, raiseerr=False) if isinstance(model, type) else None
    if not isinstance(mapper, sa_orm.Mapper) or len(mapper.primary_key) != 1:
        return None
    if mapper.inherits is not None or mapper.polymorphic_on is not None:
        return None
    return Lookup(model, mapper.primary_key[0])
