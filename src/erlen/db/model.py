"""What ``db.Model`` adds to a declarative base: table names, bind keys, ``query``.

It is a mixin, so that it serves each kind of base that SQLAlchemy has. It works in
``__init_subclass__``, which for all of them runs before the class is mapped.
"""

from __future__ import annotations

import re
import typing as t

import sqlalchemy as sa
import sqlalchemy.orm as sa_orm

from .query import Query

if t.TYPE_CHECKING:
    from .extension import SQLAlchemy

_M = t.TypeVar("_M")


class _QueryProperty:
    """``Model.query``: a query of the class it is asked of."""

    def __get__(self, instance: object, owner: type[_M]) -> Query[_M]:
        model: t.Any = owner
        query: Query[_M] = model.query_class(owner, session=model.__fsa__.session())
        return query


class Model:
    """The mixin under ``db.Model``; subclass it to add something to all models.

    For models that a type checker understands, make a base of your own with it::

        class Base(Model, DeclarativeBase):
            pass

        db = SQLAlchemy(model_class=Base)

    ``Base`` and ``db.Model`` are then the same class.
    """

    #: The extension that the model belongs to.
    __fsa__: t.ClassVar[SQLAlchemy]
    #: Whether a class without ``__tablename__`` is given one.
    __autoname__: t.ClassVar[bool] = True
    query_class: t.ClassVar[type[Query[t.Any]]] = Query
    query: t.ClassVar[_QueryProperty] = _QueryProperty()

    def __init_subclass__(cls, **kwargs: t.Any) -> None:
        if _is_model(cls):
            _choose_metadata(cls)
            if cls.__autoname__ and _wants_name(cls):
                t.cast(t.Any, cls).__tablename__ = camel_to_snake_case(cls.__name__)
        super().__init_subclass__(**kwargs)
        drop_missing_table(cls)

    @classmethod
    def __table_cls__(cls, *args: t.Any, **kwargs: t.Any) -> sa.Table | None:
        """Make the table of a model; none for a subclass that shares its parent's."""
        if cls.__autoname__ and _shares_parents_table(cls, args, kwargs.get("schema")):
            if "__tablename__" in cls.__dict__:
                del t.cast(t.Any, cls).__tablename__
            return None
        return sa.Table(*args, **kwargs)

    def __repr__(self) -> str:
        state: sa_orm.InstanceState[t.Any] = sa.inspect(self)
        if state.transient:
            key = f"(transient {id(self)})"
        elif state.pending:
            key = f"(pending {id(self)})"
        else:
            key = ", ".join(map(str, state.identity or ()))
        return f"<{type(self).__name__} {key}>"


class DefaultMeta(sa_orm.DeclarativeMeta):
    """The metaclass for ``declarative_base(cls=Model, metaclass=DefaultMeta)`` of 1.x."""

    def __init__(cls, name: str, bases: tuple[type, ...], namespace: t.Any, **kwargs: t.Any):
        super().__init__(name, bases, namespace, **kwargs)
        drop_missing_table(cls)


def drop_missing_table(cls: type) -> None:
    """Let a class without a table of its own, once mapped, find that of its parent."""
    if "__tablename__" not in cls.__dict__ and cls.__dict__.get("__table__", cls) is None:
        del t.cast(t.Any, cls).__table__


def camel_to_snake_case(name: str) -> str:
    """Return *name* as a table's: ``HTTPLogEntry`` is ``http_log_entry``."""
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?!^)(?=[A-Z][a-z])", "_", name)
    return words.lower().lstrip("_")


_BASES = (sa_orm.DeclarativeBase, sa_orm.DeclarativeBaseNoMeta)


def is_declarative(cls: type) -> bool:
    """Tell whether *cls* is a declarative base or derives from one, be it 1.x or 2.x style."""
    return issubclass(cls, _BASES) or isinstance(cls, sa_orm.DeclarativeMeta)


def _is_model(cls: type) -> bool:
    """Tell whether *cls* derives from a declarative base, rather than being one."""
    return any(is_declarative(base) for base in cls.__mro__[1:] if base not in _BASES)


def _choose_metadata(cls: t.Any) -> None:
    """Give the class the metadata of its bind key, unless it brings its own."""
    if "metadata" in cls.__dict__ or "__table__" in cls.__dict__:
        return
    key = getattr(cls, "__bind_key__", None)
    if key is None or not hasattr(cls, "__fsa__"):
        return
    metadata = cls.__fsa__._make_metadata(key)
    if metadata is not getattr(cls, "metadata", None):
        cls.metadata = metadata


def _wants_name(cls: type) -> bool:
    """Tell whether a table's name is to be made: no class in the line of *cls* settled it.

    A name that a mapped parent has is the parent's. One of a mixin is meant for the models
    under it, and so is a ``declared_attr``.
    """
    if cls.__dict__.get("__abstract__", False):
        return False
    for base in cls.__mro__:
        if "__tablename__" in base.__dict__:
            if isinstance(base.__dict__["__tablename__"], sa_orm.declared_attr):
                return False
            is_mixin = base.__dict__.get("__abstract__", False) or not is_declarative(base)
            return not (base is cls or is_mixin)
    return True


def _shares_parents_table(cls: type, args: tuple[t.Any, ...], schema: str | None) -> bool:
    """Tell whether the table would have no primary key while a parent has a table: then this
    is single-table inheritance. A table that was reflected under the name is taken as it is."""
    metadata: sa.MetaData = t.cast(t.Any, cls).metadata
    key = args[0] if schema is None else f"{schema}.{args[0]}"
    if key in metadata.tables or any(map(_is_primary_key, args)):
        return False
    return any("__table__" in base.__dict__ for base in cls.__mro__[1:-1])


def _is_primary_key(item: object) -> bool:
    if isinstance(item, sa.Column):
        return item.primary_key
    return isinstance(item, sa.PrimaryKeyConstraint)
