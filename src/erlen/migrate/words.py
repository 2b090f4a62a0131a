"""What to tell somebody whose migration does not run, and what to do about it."""

from __future__ import annotations

import typing as t

import click
import sqlalchemy as sa
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError

from .databases import engines_of

if t.TYPE_CHECKING:
    from alembic.config import Config

NO_FOLDER = """\
There is no folder {directory!r} with migrations.

Make it, once, and put it under version control:

    erlen db init\
"""
NO_MODELS = """\
No models are known: 'db.metadata' has no tables, and comparing it with the database would
drop every table there is.

A model is known once its module is imported. Import it where the application is made:

    import shop.models

{looked}If the tables shall really go, write that migration by hand: erlen db revision -m "..."\
"""
TWO_HEADS = """\
There are {count} newest migrations, and Alembic cannot tell which one to follow:

{heads}

That happens when two branches of the code each bring a migration. Join them:

    erlen db merge heads -m "merge"
    erlen db upgrade

Or go along each of them: erlen db upgrade heads\
"""
BEHIND = """\
The database is behind its migrations, and what it lacks must not be generated again.

{states}

Bring it up to date first:

    erlen db upgrade\
"""
UNKNOWN = """\
The database is at a migration that the folder {directory!r} does not have: {revision}.

It was migrated with another version of the code. Get that version's file into 'versions/', or,
if you know that the database is as the models say, tell it so: erlen db stamp --purge heads\
"""
NO_SUCH = """\
{message}.

See which migrations there are, and where the database is:

    erlen db history --indicate-current\
"""
CHANGES = """\
The models and the database differ:

{changes}

Write the migration: erlen db migrate -m "..."\
"""


def as_called(text: str) -> str:
    """Return *text* with "erlen db" as a ``manage.py`` calls it, where one runs the command."""
    ctx = click.get_current_context(silent=True)
    program = ctx.find_root().info_name if ctx else None
    if ctx is None or ctx.parent is None or program is None or not program.endswith(".py"):
        return text
    return text.replace("erlen db", f"python {ctx.parent.command_path}")


def explain(exc: CommandError, config: Config, db: t.Any) -> CommandError:
    """Return an error with better words for *exc*, or *exc* itself."""
    message = str(exc)
    directory = config.get_main_option("script_location") or ""
    if message.startswith("Path doesn't exist"):
        return CommandError(NO_FOLDER.format(directory=directory))
    is_behind = message.startswith("Target database is not up to date")
    if message.startswith("Multiple head revisions") or (is_behind and len(_heads(config)) > 1):
        return CommandError(_tell_heads(config))
    if is_behind:
        return CommandError(BEHIND.format(states=_tell_states(config, db)))
    if message.startswith("New upgrade operations detected"):
        return CommandError(CHANGES.format(changes=_tell_changes(exc)))
    if message.startswith("Can't locate revision identified by"):
        revision = message.rstrip("'").rpartition("'")[2]
        if revision in _all_current(db):
            return CommandError(UNKNOWN.format(directory=directory, revision=revision))
    if message.startswith(("Can't locate revision identified by", "Relative revision")):
        return CommandError(NO_SUCH.format(message=message))
    return exc


def no_models(looked_in: list[str]) -> CommandError:
    looked = f"Looked into: {', '.join(looked_in)}.\n\n" if looked_in else ""
    return CommandError(NO_MODELS.format(looked=looked))


def _heads(config: Config) -> list[str]:
    return list(ScriptDirectory.from_config(config).get_heads())


def _tell_heads(config: Config) -> str:
    script = ScriptDirectory.from_config(config)
    heads = [script.get_revision(head) for head in _heads(config)]
    lines = [f"    {head.revision}  {head.doc}  ({head.path})" for head in heads]
    return TWO_HEADS.format(count=len(lines), heads="\n".join(lines))


def _tell_states(config: Config, db: t.Any) -> str:
    newest = ", ".join(_heads(config))
    lines = []
    for name, engine in engines_of(db).items():
        current = ", ".join(_current(engine)) or "no migration yet"
        label = f"database {name!r}" if name else "database"
        lines.append(f"    {label}: {current}")
    return "\n".join([*lines, f"    newest migration: {newest}"])


def _tell_changes(exc: CommandError) -> str:
    diffs: list[t.Any] = getattr(exc, "diffs", [])
    # A change of a column comes in a list of its own.
    flat = [change for diff in diffs for change in (diff if isinstance(diff, list) else [diff])]
    return "\n".join(f"    {_tell_change(change)}" for change in flat)


def _tell_change(change: tuple[t.Any, ...]) -> str:
    kind, *rest = change
    if kind.endswith("_table"):
        return f"{kind}: {rest[0].name}"
    if kind.endswith("_column"):
        return f"{kind}: {rest[1]}.{rest[2].name}"
    if kind.startswith("modify_"):
        return f"{kind}: {rest[1]}.{rest[2]}, {rest[-2]!r} -> {rest[-1]!r}"
    return f"{kind}: {getattr(rest[0], 'name', None) or rest[0]}"


def _current(engine: sa.Engine) -> tuple[str, ...]:
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_heads()


def _all_current(db: t.Any) -> set[str]:
    return {revision for engine in engines_of(db).values() for revision in _current(engine)}
