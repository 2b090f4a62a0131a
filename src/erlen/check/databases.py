"""Databases that do not answer, and migrations that they lack.

Asked through what the extensions leave in ``app.extensions``, so that Flask-SQLAlchemy and
Flask-Migrate are looked after as well as Erlen's own.
"""

from __future__ import annotations

import collections.abc as cabc
import functools
import os
import typing as t

from .finding import Finding
from .kinds import found
from .patience import call_with_patience
from .places import short

if t.TYPE_CHECKING:
    from alembic.script import ScriptDirectory

    from ..app import Erlen
    from .survey import Survey

_UPGRADE = "erlen db upgrade"


def check_databases(survey: Survey) -> cabc.Iterator[Finding]:
    for key, engine in _engines_of(survey.app).items():
        if _is_file_to_be_made(engine):
            continue
        try:
            call_with_patience(functools.partial(_connect, engine))
        except Exception as exc:
            yield found(
                "database-unreachable",
                _setting_of(key),
                f"The database {engine.url!r} does not answer: {_first_line(exc)}",
                "Start it, or mend its URL in the configuration.",
            )


def _connect(engine: t.Any) -> None:
    engine.connect().close()


def _engines_of(app: Erlen) -> dict[str | None, t.Any]:
    extension = app.extensions.get("sqlalchemy")
    return dict(getattr(extension, "engines", None) or {})


def _setting_of(key: str | None) -> str:
    return "SQLALCHEMY_DATABASE_URI" if key is None else f"SQLALCHEMY_BINDS[{key!r}]"


def _is_file_to_be_made(engine: t.Any) -> bool:
    """Tell whether to connect would make a file of SQLite that is not there, but could be."""
    url = engine.url
    path = url.database
    if engine.dialect.name != "sqlite" or path in (None, "", ":memory:") or "uri" in url.query:
        return False
    return not os.path.exists(path) and os.path.isdir(os.path.dirname(os.path.abspath(path)))


def _first_line(exc: Exception) -> str:
    return (str(exc).splitlines() or [type(exc).__name__])[0]


def check_migrations(survey: Survey) -> cabc.Iterator[Finding]:
    settings = survey.app.extensions.get("migrate")
    engines = _engines_of(survey.app)
    if settings is None or not engines:
        return
    config = settings.migrate.get_config(settings.directory)
    folder = config.get_main_option("script_location") or settings.directory
    if not os.path.isdir(folder):
        if survey.deploy:
            yield _missing(folder)
        return

    from alembic.script import ScriptDirectory

    script = ScriptDirectory.from_config(config)
    heads = script.get_heads()
    if len(heads) > 1:
        yield found(
            "migrations-branched",
            short(folder),
            f"There are several newest migrations: {', '.join(heads)}. An upgrade fails.",
            "erlen db merge heads",
        )
        return
    is_multiple = _runs_on_all(folder)
    for key, engine in engines.items():
        if key is None or is_multiple:
            yield from _compare(script, settings.configure_args, key, engine)


def _runs_on_all(folder: str) -> bool:
    """Tell whether the migrations in a folder are for every database, not only the default one."""
    with open(os.path.join(folder, "env.py"), encoding="utf-8") as file:
        source = file.read()
    return "run_multidb" in source or "engine_name" in source


def _missing(folder: str) -> Finding:
    return found(
        "migrations-missing",
        short(folder),
        "Migrate was set up, but there is no such folder: nothing brings the tables of the"
        " database in production up to date.",
        "erlen db init, then erlen db migrate -m 'first tables'",
    )


def _compare(
    script: ScriptDirectory, arguments: dict[str, t.Any], key: str | None, engine: t.Any
) -> cabc.Iterator[Finding]:
    try:
        present = call_with_patience(functools.partial(_revisions_in, engine, arguments))
    except Exception:  # that it does not answer is a finding already
        return
    known = {each.revision for each in script.walk_revisions()}
    lost = [revision for revision in present if revision not in known]
    if lost:
        yield found(
            "migrations-unknown",
            _setting_of(key),
            f"The database is at migration {lost[0]}, which is not among the files in"
            f" {short(script.dir)}.",
            "Add the file that is missing, or say where the database is: erlen db stamp REVISION",
        )
        return
    applied = {each.revision for each in script.iterate_revisions(present, "base")}
    pending = [each for each in script.walk_revisions() if each.revision not in applied]
    if pending:
        names = ", ".join(f"{each.revision} ({each.doc})" for each in pending[:-4:-1])
        more = f" and {len(pending) - 3} more" if len(pending) > 3 else ""
        yield found(
            "migrations-pending",
            _setting_of(key),
            f"The database lacks {names}{more}.",
            _UPGRADE,
        )


def _revisions_in(engine: t.Any, arguments: dict[str, t.Any]) -> tuple[str, ...]:
    """Return the migrations that a database is at; none where it has no table for them."""
    from alembic.runtime.migration import MigrationContext

    if _is_file_to_be_made(engine):
        return ()
    names = ("version_table", "version_table_schema")
    opts = {name: arguments[name] for name in names if name in arguments}
    with engine.connect() as connection:
        return MigrationContext.configure(connection, opts=opts).get_current_heads()
