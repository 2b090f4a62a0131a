"""The commands, as functions to call inside an application context.

They raise ``alembic.util.CommandError`` with words about what to do.
"""

from __future__ import annotations

import collections.abc as cabc
import contextlib
import os
import pathlib
import typing as t

from alembic import command
from alembic.util import CommandError

from ..globals import current_app
from . import flask_names
from .configuration import MULTI, TEMPLATES, new_folder_config
from .databases import engines_of, foreign_keys_off, metadatas_of
from .extension import settings
from .models import import_models
from .words import as_called, explain, no_models

if t.TYPE_CHECKING:
    from alembic.config import Config

_Directory = str | os.PathLike[str] | None
_XArg = str | cabc.Iterable[str] | None


@contextlib.contextmanager
def _prepared(
    directory: _Directory, x_arg: _XArg = None, opts: cabc.Iterable[str] = ()
) -> cabc.Iterator[Config]:
    """Yield the configuration for a command, and put its errors into better words."""
    found = settings()
    config = found.migrate.get_config(directory, x_arg=x_arg, opts=opts)
    flask_names.prepare(str(directory or found.migrate.directory))
    try:
        with foreign_keys_off(engines_of(found.db).values()):
            yield config
    except CommandError as exc:
        raise explain(exc, config, found.db) from exc


def _require_models() -> None:
    looked_in = import_models(current_app._get_current_object())  # type: ignore[attr-defined]
    if not any(metadata.tables for metadata in metadatas_of(settings().db).values()):
        raise no_models(looked_in)


def list_templates() -> None:
    """Print the templates that ``init`` knows."""
    for folder in sorted(TEMPLATES.iterdir()):
        synopsis, *_ = (folder / "README").read_text(encoding="utf-8").splitlines()
        print(f"{folder.name} - {synopsis}")


def init(
    directory: _Directory = None,
    multidb: bool = False,
    template: str | None = None,
    package: bool = False,
) -> None:
    """Make the folder of the migrations."""
    found = settings()
    place = str(directory or found.migrate.directory)
    fresh, name = new_folder_config(place, template or (MULTI if multidb else None))
    config = found.migrate.call_configure_callbacks(fresh)
    command.init(config, place, template=name, package=package)
    following = as_called("erlen db migrate -m 'first tables'")
    print(f"Made {pathlib.Path(place).absolute()}. Next: {following}")


def revision(
    directory: _Directory = None,
    message: str | None = None,
    autogenerate: bool = False,
    sql: bool = False,
    head: str = "head",
    splice: bool = False,
    branch_label: str | None = None,
    version_path: str | None = None,
    rev_id: str | None = None,
    x_arg: _XArg = None,
) -> None:
    """Write a new migration: an empty one, or with ``autogenerate`` what changed."""
    with _prepared(directory, x_arg, ["autogenerate"] if autogenerate else ()) as config:
        if autogenerate:
            _require_models()
        command.revision(
            config,
            message,
            autogenerate=autogenerate,
            sql=sql,
            head=head,
            splice=splice,
            branch_label=branch_label,
            version_path=version_path,
            rev_id=rev_id,
        )


def migrate(
    directory: _Directory = None,
    message: str | None = None,
    sql: bool = False,
    head: str = "head",
    splice: bool = False,
    branch_label: str | None = None,
    version_path: str | None = None,
    rev_id: str | None = None,
    x_arg: _XArg = None,
) -> None:
    """Write a migration with what changed in the models since the last one."""
    revision(autogenerate=True, **locals())


def edit(directory: _Directory = None, revision: str = "current") -> None:
    """Open a migration in the editor."""
    with _prepared(directory) as config:
        command.edit(config, revision)


def merge(
    directory: _Directory = None,
    revisions: str | cabc.Sequence[str] = "",
    message: str | None = None,
    branch_label: str | None = None,
    rev_id: str | None = None,
) -> None:
    """Write a migration that joins several into one."""
    with _prepared(directory) as config:
        command.merge(
            config,
            t.cast(t.Any, revisions),
            message=message,
            branch_label=branch_label,
            rev_id=rev_id,
        )


def upgrade(
    directory: _Directory = None,
    revision: str = "head",
    sql: bool = False,
    tag: str | None = None,
    x_arg: _XArg = None,
) -> None:
    """Bring the database up to a migration, by default the newest."""
    with _prepared(directory, x_arg) as config:
        command.upgrade(config, revision, sql=sql, tag=tag)


def downgrade(
    directory: _Directory = None,
    revision: str = "-1",
    sql: bool = False,
    tag: str | None = None,
    x_arg: _XArg = None,
) -> None:
    """Take the database back to a migration, by default the one before."""
    if sql and revision == "-1":
        revision = "head:-1"
    with _prepared(directory, x_arg) as config:
        command.downgrade(config, revision, sql=sql, tag=tag)


def show(directory: _Directory = None, revision: str = "head") -> None:
    """Print a migration."""
    with _prepared(directory) as config:
        command.show(config, t.cast(t.Any, revision))


def history(
    directory: _Directory = None,
    rev_range: str | None = None,
    verbose: bool = False,
    indicate_current: bool = False,
) -> None:
    """Print the migrations, the newest first."""
    with _prepared(directory) as config:
        command.history(config, rev_range, verbose=verbose, indicate_current=indicate_current)


def heads(
    directory: _Directory = None, verbose: bool = False, resolve_dependencies: bool = False
) -> None:
    """Print the newest migrations: one, unless branches are to be merged."""
    with _prepared(directory) as config:
        command.heads(config, verbose=verbose, resolve_dependencies=resolve_dependencies)


def branches(directory: _Directory = None, verbose: bool = False) -> None:
    """Print the migrations at which branches part."""
    with _prepared(directory) as config:
        command.branches(config, verbose=verbose)


def current(directory: _Directory = None, verbose: bool = False) -> None:
    """Print at which migration each database is."""
    with _prepared(directory) as config:
        command.current(config, verbose=verbose)


def stamp(
    directory: _Directory = None,
    revision: str = "head",
    sql: bool = False,
    tag: str | None = None,
    purge: bool = False,
) -> None:
    """Write down that the database is at a migration, without running any."""
    with _prepared(directory) as config:
        command.stamp(config, revision, sql=sql, tag=tag, purge=purge)


def check(directory: _Directory = None) -> None:
    """Fail when the models and the database differ."""
    with _prepared(directory, opts=["check"]) as config:
        _require_models()
        command.check(config)
