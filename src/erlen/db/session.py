"""The session of an application context, and which engine a statement goes to."""

from __future__ import annotations

import collections.abc as cabc
import typing as t
import weakref

import sqlalchemy as sa
import sqlalchemy.exc as sa_exc
import sqlalchemy.orm as sa_orm

from ..globals import app_ctx
from .lookups import SIMPLE_KEYS

if t.TYPE_CHECKING:
    from ..ctx import AppContext
    from .extension import SQLAlchemy

_S = t.TypeVar("_S")
_M = t.TypeVar("_M")


class Session(sa_orm.Session):
    """A session that knows the engines of the current application.

    A model or table goes to the engine of its bind key, all else to the default one. For a
    class of your own: ``SQLAlchemy(session_options={"class_": MySession})``.
    """

    def __init__(self, db: SQLAlchemy, **kwargs: t.Any) -> None:
        super().__init__(**kwargs)
        self._db = db
        self._engines: cabc.Mapping[str | None, sa.Engine] | None = None

    @property
    def engines(self) -> cabc.Mapping[str | None, sa.Engine]:
        """The engines by bind key: those of the application that was current at first use.

        A row that loads something while another application is current stays with its own.
        """
        if self._engines is None:
            self._engines = self._db.engines
        return self._engines

    def get_bind(
        self,
        mapper: t.Any = None,
        *,
        clause: t.Any = None,
        bind: sa.Engine | sa.Connection | None = None,
        **kwargs: t.Any,
    ) -> sa.Engine | sa.Connection:
        """Return the engine for a mapper or clause."""
        if bind is not None:
            return bind
        engines = self.engines
        for find, mapped in ((_table_of, mapper), (_table_of_clause, clause)):
            table = find(mapped)
            if table is not None and "bind_key" in table.metadata.info:
                return engine_for(table.metadata.info["bind_key"], engines)
        if self.bind is None and None in engines:
            return engines[None]
        return super().get_bind(mapper, clause=clause, **kwargs)

    def get(
        self, entity: type[_M] | sa_orm.Mapper[_M], ident: t.Any, **options: t.Any
    ) -> _M | None:
        """Return the row with the primary key *ident*, or None."""
        # PERF: the statement is made once for each model, and SQLAlchemy's cache finds it by a
        # key that is computed once: a request for one row of SQLite takes 150 µs instead of 190
        # (benchmarks/databases.py).
        if type(ident) in SIMPLE_KEYS and not _are_given(options):
            lookup = self._db._lookups.find(entity)
            if lookup is not None and not lookup.is_loaded(self, ident):
                row: _M | None = lookup.load(self, ident)
                return row
        return super().get(entity, ident, **options)


def _are_given(options: cabc.Mapping[str, t.Any]) -> bool:
    """Tell whether any of the arguments of ``Session.get`` differs from its default."""
    return (
        any(options.values())
        # These two mean something also where they are empty, or 0.
        or options.get("with_for_update") is not None
        or options.get("identity_token") is not None
    )


def engine_for(key: str | None, engines: cabc.Mapping[str | None, sa.Engine]) -> sa.Engine:
    """Return the engine of a bind key, or raise an ``UnboundExecutionError`` that says why not."""
    try:
        return engines[key]
    except KeyError:
        pass
    message = f"Bind key '{key}' is not in 'SQLALCHEMY_BINDS' config."
    if key is None:
        message = f"'SQLALCHEMY_DATABASE_URI' config is not set. {message}"
    raise sa_exc.UnboundExecutionError(message)


def _table_of(mapped: t.Any) -> sa.Table | None:
    if mapped is None:
        return None
    try:
        mapper = sa.inspect(mapped)
    except sa_exc.NoInspectionAvailable as exc:
        if isinstance(mapped, type):
            raise sa_orm.exc.UnmappedClassError(mapped) from exc
        raise
    # The local table of a subclass with joined inheritance, or None for other selectables.
    return _table_of_clause(mapper.local_table)


def _table_of_clause(clause: t.Any) -> sa.Table | None:
    if isinstance(clause, sa.UpdateBase):
        clause = clause.table
    return clause if isinstance(clause, sa.Table) else None


class ContextRegistry(t.Generic[_S]):
    """One object for each application context, made when it is first asked for.

    Keyed by the context itself: a number like ``id()`` may come back for another context.
    """

    def __init__(self, create: cabc.Callable[..., _S]) -> None:
        self.createfunc = create
        self._of: weakref.WeakKeyDictionary[AppContext, _S] = weakref.WeakKeyDictionary()

    def __call__(self) -> _S:
        ctx = _current_context()
        found = self._of.get(ctx)
        if found is None:
            found = self._of[ctx] = self.createfunc()
        return found

    def has(self) -> bool:
        return _current_context() in self._of

    def set(self, obj: _S) -> None:
        self._of[_current_context()] = obj

    def clear(self) -> None:
        self.pop()

    def pop(self) -> _S | None:
        """Take the current context's object away and return it."""
        return self._of.pop(_current_context(), None) if self._of else None


def _current_context() -> AppContext:
    ctx: AppContext = app_ctx._get_current_object()  # type: ignore[attr-defined]
    return ctx
