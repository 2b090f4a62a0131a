"""The databases of a ``db`` object, be it Erlen's, Flask-SQLAlchemy's or one of your own."""

from __future__ import annotations

import collections.abc as cabc
import contextlib
import typing as t

import sqlalchemy as sa
import sqlalchemy.event as sa_event

#: Marks a connection whose foreign keys are to be switched on again.
_MARK = "erlen.migrate.foreign_keys"


def engines_of(db: t.Any) -> dict[str | None, sa.Engine]:
    """Return the engines by bind key, the default one first."""
    engines = getattr(db, "engines", None)
    if engines is None:
        return {None: db.engine}
    return dict(sorted(engines.items(), key=lambda item: item[0] is not None))


def metadatas_of(db: t.Any) -> dict[str | None, sa.MetaData]:
    metadatas: dict[str | None, sa.MetaData] | None = getattr(db, "metadatas", None)
    return {None: db.metadata} if metadatas is None else metadatas


def metadata_of(db: t.Any, name: str | None) -> sa.MetaData:
    """Return the metadata of a database; an empty one where no model belongs to it."""
    found = metadatas_of(db).get(name)
    return sa.MetaData() if found is None else found


@contextlib.contextmanager
def foreign_keys_off(engines: cabc.Iterable[sa.Engine]) -> cabc.Iterator[None]:
    """Let SQLite's tables be moved: with foreign keys on, dropping one deletes what refers to it.

    A batch migration copies a table, drops the old one and renames the copy.
    """
    affected = [engine for engine in engines if engine.dialect.name == "sqlite"]
    for engine in affected:
        sa_event.listen(engine, "checkout", _switch_off)
        sa_event.listen(engine, "checkin", _switch_on)
    try:
        yield
    finally:
        for engine in affected:
            sa_event.remove(engine, "checkout", _switch_off)
            sa_event.remove(engine, "checkin", _switch_on)


def _switch_off(connection: t.Any, record: t.Any, proxy: object) -> None:
    cursor = connection.cursor()
    if cursor.execute("PRAGMA foreign_keys").fetchone()[0]:
        cursor.execute("PRAGMA foreign_keys=OFF")
        record.info[_MARK] = True
    cursor.close()


def _switch_on(connection: t.Any, record: t.Any) -> None:
    if connection is not None and record.info.pop(_MARK, False):
        cursor = connection.cursor()
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.close()
