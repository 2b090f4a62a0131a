"""``Migrate``: what an application says about its migrations."""

from __future__ import annotations

import collections.abc as cabc
import os
import typing as t

from ..globals import current_app

if t.TYPE_CHECKING:
    from alembic.config import Config

    from ..app import Erlen

_Callback = cabc.Callable[["Config"], "Config"]

NO_DATABASE = """\
The application {name!r} has no database to migrate.

Where it is made, write:

    from erlen.db import SQLAlchemy
    from erlen.migrate import Migrate

    db = SQLAlchemy()
    migrate = Migrate()
    ...
    db.init_app(app)
    migrate.init_app(app, db)\
"""


class Migrate:
    """Migrations for an application: ``Migrate(app, db)`` or ``Migrate().init_app(app, db)``.

    :param db: the extension that has ``engine`` and ``metadata``; by default the one that the
        application was initialized with.
    :param directory: the folder of the migrations.
    :param command: the name of the group of commands.
    :param compare_type: whether ``migrate`` notices that the type of a column changed.
    :param render_as_batch: whether changes are written as ``batch_alter_table``, which SQLite
        needs and the others take as plain ``ALTER TABLE``.
    :param kwargs: for Alembic's ``context.configure``: ``include_object``, ``version_table``, ...
    """

    def __init__(
        self,
        app: Erlen | None = None,
        db: t.Any = None,
        directory: str | os.PathLike[str] = "migrations",
        command: str = "db",
        compare_type: bool = True,
        render_as_batch: bool = True,
        **kwargs: t.Any,
    ) -> None:
        self.configure_callbacks: list[_Callback] = []
        self.db = db
        self.command = command
        self.directory = str(directory)
        self.alembic_ctx_kwargs = {
            **kwargs,
            "compare_type": compare_type,
            "render_as_batch": render_as_batch,
        }
        if app is not None:
            self.init_app(app, db)

    def init_app(
        self,
        app: Erlen,
        db: t.Any = None,
        directory: str | os.PathLike[str] | None = None,
        command: str | None = None,
        compare_type: bool | None = None,
        render_as_batch: bool | None = None,
        **kwargs: t.Any,
    ) -> None:
        """Tell *app* about its migrations; what is given here goes before the constructor's."""
        self.db = db or self.db
        self.command = command or self.command
        self.directory = str(directory or self.directory)
        for name, value in (("compare_type", compare_type), ("render_as_batch", render_as_batch)):
            if value is not None:
                kwargs[name] = value
        self.alembic_ctx_kwargs.update(kwargs)
        app.extensions["migrate"] = Settings(self, app, **self.alembic_ctx_kwargs)

        from .cli import db as group

        app.cli.add_command(group, self.command)

    def configure(self, f: _Callback) -> _Callback:
        """Let *f* change Alembic's configuration before each command; it returns it."""
        self.configure_callbacks.append(f)
        return f

    def call_configure_callbacks(self, config: Config) -> Config:
        for callback in self.configure_callbacks:
            config = callback(config)
        return config

    def get_config(
        self,
        directory: str | os.PathLike[str] | None = None,
        x_arg: str | cabc.Iterable[str] | None = None,
        opts: cabc.Iterable[str] | None = None,
    ) -> Config:
        """Return Alembic's configuration for the folder of the migrations."""
        from .configuration import make_config

        config = make_config(directory or self.directory, x_arg, opts)
        return self.call_configure_callbacks(config)


class Settings:
    """``app.extensions["migrate"]``: what an ``env.py`` asks for."""

    def __init__(self, migrate: Migrate, app: Erlen, **kwargs: t.Any) -> None:
        self.migrate = migrate
        self.directory = migrate.directory
        self.configure_args = kwargs
        self._app_extensions = app.extensions
        self._app_name = app.name

    @property
    def db(self) -> t.Any:
        db = self.migrate.db or self._app_extensions.get("sqlalchemy")
        if db is None:
            raise RuntimeError(NO_DATABASE.format(name=self._app_name))
        return db

    @property
    def metadata(self) -> t.Any:
        return self.db.metadata


def settings() -> Settings:
    """Return what the current application says; without a word from it, the defaults."""
    found: Settings | None = current_app.extensions.get("migrate")
    if found is None:
        app: Erlen = current_app._get_current_object()  # type: ignore[attr-defined]
        migrate = Migrate()
        app.extensions["migrate"] = found = Settings(migrate, app, **migrate.alembic_ctx_kwargs)
    return found
