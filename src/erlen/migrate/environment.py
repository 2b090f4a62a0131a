"""What an ``env.py`` does: show Alembic the databases and the metadata of the application.

``env.py`` of a new folder calls :func:`run`. To do something else, write it there; the keyword
arguments of ``Migrate(app, db, ...)`` reach ``context.configure`` without that.
"""

from __future__ import annotations

import collections.abc as cabc
import contextlib
import logging
import typing as t

import sqlalchemy as sa

from .databases import engines_of, metadata_of
from .extension import settings

_Directives = cabc.Callable[[t.Any, object, list[t.Any]], None]

logger = logging.getLogger("alembic.env")


def run(context: t.Any) -> None:
    """Run the migrations of an application with one database."""
    if context.is_offline_mode():
        _write_sql(context, None, None)
        return
    engine = engines_of(settings().db)[None]
    with engine.connect() as connection:
        _configure(context, connection, None)
        with context.begin_transaction():
            context.run_migrations()


def run_multidb(context: t.Any) -> None:
    """Run the migrations of each database: all of them, or none where one of them fails."""
    names = engines_of(settings().db)
    if context.is_offline_mode():
        for name in names:
            _write_sql_file(context, name)
        return
    with contextlib.ExitStack() as stack:
        connections = {name: stack.enter_context(e.connect()) for name, e in names.items()}
        with contextlib.ExitStack() as transactions:
            for connection in connections.values():
                transactions.enter_context(connection.begin())
            for name, connection in connections.items():
                logger.info("Migrating database %s", name or "<default>")
                tokens = {
                    "upgrade_token": f"{name or ''}_upgrades",
                    "downgrade_token": f"{name or ''}_downgrades",
                }
                _configure(context, connection, name, **tokens)
                context.run_migrations(engine_name=name or "")


def _configure(
    context: t.Any, connection: sa.Connection, name: str | None, **kwargs: t.Any
) -> None:
    databases = len(engines_of(settings().db)) if "upgrade_token" in kwargs else 1
    arguments = dict(settings().configure_args)
    arguments.setdefault("process_revision_directives", _drop_empty(databases))
    context.configure(
        connection=connection,
        target_metadata=metadata_of(settings().db, name),
        **{**arguments, **kwargs},
    )


def _drop_empty(databases: int) -> _Directives:
    """Return a function that has no file written where nothing changed.

    Alembic calls it after each database, with what was compared so far.
    """

    def drop_empty(context: t.Any, revision: object, directives: list[t.Any]) -> None:
        if not getattr(context.config.cmd_opts, "autogenerate", False):
            return
        changes = directives[0].upgrade_ops_list
        if len(changes) >= databases and all(change.is_empty() for change in changes):
            directives[:] = []
            logger.info("No changes in schema detected.")

    return drop_empty


def _write_sql(context: t.Any, name: str | None, buffer: t.TextIO | None) -> None:
    url = engines_of(settings().db)[name].url
    arguments = {} if buffer is None else {"output_buffer": buffer}
    context.configure(
        url=url.render_as_string(hide_password=False),
        target_metadata=metadata_of(settings().db, name),
        literal_binds=True,
        dialect_opts={"paramstyle": "named"},
        **arguments,
    )
    engine_name: cabc.Mapping[str, str] = {} if buffer is None else {"engine_name": name or ""}
    with context.begin_transaction():
        context.run_migrations(**engine_name)


def _write_sql_file(context: t.Any, name: str | None) -> None:
    file = f"{name or ''}.sql"
    logger.info("Writing output to %s", file)
    with open(file, "w", encoding="utf-8") as buffer:
        _write_sql(context, name, buffer)


def bind_names(db: t.Any) -> list[str]:
    """Return the names of the databases beside the default one: for ``script.py.mako``."""
    return [name for name in engines_of(db) if name is not None]
