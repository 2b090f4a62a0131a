"""Migrations of the database with Alembic: ``erlen db migrate``, ``erlen db upgrade``.

    migrate = Migrate(app, db)

Names, flags and the layout of the folder are Flask-Migrate's. The commands are functions too:
``from erlen.migrate import upgrade``. Needs the extra: ``pip install 'erlen[migrate]'``.
"""

from __future__ import annotations

import typing as t

from .extension import Migrate as Migrate

if t.TYPE_CHECKING:
    from .cli import db as MigrateCommand
    from .commands import branches as branches
    from .commands import check as check
    from .commands import current as current
    from .commands import downgrade as downgrade
    from .commands import edit as edit
    from .commands import heads as heads
    from .commands import history as history
    from .commands import init as init
    from .commands import list_templates as list_templates
    from .commands import merge as merge
    from .commands import migrate as migrate
    from .commands import revision as revision
    from .commands import show as show
    from .commands import stamp as stamp
    from .commands import upgrade as upgrade

__all__ = [
    "Migrate",
    "MigrateCommand",
    "branches",
    "check",
    "current",
    "downgrade",
    "edit",
    "heads",
    "history",
    "init",
    "list_templates",
    "merge",
    "migrate",
    "revision",
    "show",
    "stamp",
    "upgrade",
]


def __getattr__(name: str) -> t.Any:
    if name == "MigrateCommand":  # what a `manage.py` puts under a manager of erlen.manager
        from .cli import db

        return db
    # An application that serves has a Migrate object, and no need of Alembic.
    if name in __all__:
        from . import commands

        return getattr(commands, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
