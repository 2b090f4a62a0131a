"""``erlen db``: the group and its commands.

Alembic and SQLAlchemy are imported when a command runs, so that ``erlen --help`` and the other
commands do not wait for them.
"""

from __future__ import annotations

import collections.abc as cabc
import functools
import logging
import typing as t
from importlib import metadata

import click

from ..cli import AppGroup, NoAppException, ScriptInfo

F = t.TypeVar("F", bound=cabc.Callable[..., t.Any])

#: Entry points with further commands under ``erlen db``.
PLUGINS = "erlen.commands.db"
_OPTIONS = __name__ + ".options"


class DatabaseGroup(AppGroup):
    """The group, with the commands that other parts of Erlen and other packages add to it.

    An application may have a group ``db`` of its own: its commands are found here as well.
    """

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        found = super().get_command(ctx, cmd_name)
        if found is None:
            for point in metadata.entry_points(group=PLUGINS, name=cmd_name):
                return t.cast(click.Command, point.load())
            own = self._group_of_application(ctx)
            found = own.get_command(ctx, cmd_name) if own is not None else None
        return found

    def list_commands(self, ctx: click.Context) -> list[str]:
        plugins = metadata.entry_points(group=PLUGINS)
        own = self._group_of_application(ctx)
        names = own.list_commands(ctx) if own is not None else []
        return sorted({*super().list_commands(ctx), *(point.name for point in plugins), *names})

    def _group_of_application(self, ctx: click.Context) -> click.Group | None:
        try:
            app = ctx.ensure_object(ScriptInfo).load_app()
        except NoAppException:
            return None
        group = app.cli.get_command(ctx, ctx.info_name or "")
        return group if isinstance(group, click.Group) and group is not self else None


_directory = click.option(
    "-d", "--directory", help="The folder of the migrations (default: migrations)."
)
_x_arg = click.option(
    "-x", "--x-arg", multiple=True, help="An argument for env.py; can be given several times."
)
_sql = click.option("--sql", is_flag=True, help="Print the SQL instead of running it.")
_tag = click.option("--tag", help="A text for env.py to find.")
_verbose = click.option("-v", "--verbose", is_flag=True, help="Tell more.")
_message = click.option("-m", "--message", help="What the migration does.")
_rev_id = click.option("--rev-id", help="The id of the migration, instead of a random one.")
_branch_label = click.option("--branch-label", help="A name for the branch that begins here.")


def _new_revision_options(f: F) -> F:
    for option in (
        _rev_id,
        click.option("--version-path", help="The folder of the new file."),
        _branch_label,
        click.option("--splice", is_flag=True, help="Allow a head that is not a newest one."),
        click.option("--head", default="head", help="The migration to build on."),
        _sql,
        _message,
    ):
        f = option(f)
    return f


@click.group(cls=DatabaseGroup)
@_directory
@_x_arg
@click.pass_context
def db(ctx: click.Context, directory: str | None, x_arg: tuple[str, ...]) -> None:
    """Migrate the database; generate models from one.

    \b
    Example:
      erlen --app shop db migrate -m "Books have prices"
      erlen --app shop db upgrade
    """
    ctx.meta[_OPTIONS] = {"directory": directory, "x_arg": x_arg}


def _command(*, x_arg: bool = False) -> cabc.Callable[[F], click.Command]:
    """Make a command of a function that names one of :mod:`.commands` by its own name.

    What the group was given holds where the command was given nothing.
    """

    def decorator(f: F) -> click.Command:
        name = f.__name__.rstrip("_")

        @functools.wraps(f)
        @click.pass_context
        def run(ctx: click.Context, /, **kwargs: t.Any) -> None:
            group = ctx.meta.get(_OPTIONS, {})
            kwargs["directory"] = kwargs["directory"] or group.get("directory")
            if x_arg:
                kwargs["x_arg"] = kwargs["x_arg"] or group.get("x_arg")
            _run(name, kwargs)

        decorated = _directory(_x_arg(run) if x_arg else run)
        return db.command(name.replace("_", "-"))(decorated)

    return decorator


def _run(name: str, arguments: dict[str, t.Any]) -> None:
    try:
        from alembic.util import CommandError

        from . import commands, words
    except ModuleNotFoundError as exc:
        if exc.name not in ("alembic", "sqlalchemy"):
            raise
        raise click.ClickException(
            f"{exc.name} is not installed, and migrations need it: pip install 'erlen[migrate]'"
        ) from exc
    _show_progress()
    try:
        getattr(commands, name)(**arguments)
    except (CommandError, RuntimeError) as exc:
        raise click.ClickException(words.as_called(str(exc))) from exc


def _show_progress() -> None:
    """Print what Alembic reports, unless the application decides on logging itself."""
    logger = logging.getLogger("alembic")
    if logger.level == logging.NOTSET:
        logger.setLevel(logging.INFO)
    own = [handler for handler in logger.handlers if type(handler) is not logging.NullHandler]
    if not own and not logging.getLogger().handlers:
        handler = logging.StreamHandler()
        handler.setFormatter(logging.Formatter("%(levelname)-5.5s [%(name)s] %(message)s"))
        logger.addHandler(handler)


@db.command("list-templates")
def list_templates() -> None:
    """Print the templates that 'init' knows.

    \b
    Example:
      erlen --app shop db list-templates
    """
    _run("list_templates", {})


@_command()
@click.option("--multidb", is_flag=True, help="Prepare for several databases.")
@click.option("-t", "--template", help="The template, by name or as a path.")
@click.option("--package", is_flag=True, help="Write __init__.py files.")
def init() -> None:
    """Make the folder of the migrations.

    \b
    Example:
      erlen --app shop db init
    """


@_command()
@_new_revision_options
@click.option("--autogenerate", is_flag=True, help="Write what changed in the models.")
def revision() -> None:
    """Write a new migration, an empty one.

    \b
    Example:
      erlen --app shop db revision -m "Fill in the prices"
    """


@_command(x_arg=True)
@_new_revision_options
def migrate() -> None:
    """Write a migration with what changed in the models.

    \b
    Example:
      erlen --app shop db migrate -m "Books have prices"
    """


@_command()
@click.argument("revision", default="head")
def edit() -> None:
    """Open a migration in the editor.

    \b
    Example:
      erlen --app shop db edit head
    """


@_command()
@_message
@_branch_label
@_rev_id
@click.argument("revisions", nargs=-1)
def merge() -> None:
    """Join several migrations into one.

    \b
    Example:
      erlen --app shop db merge heads -m "Join the branches"
    """


@_command(x_arg=True)
@_sql
@_tag
@click.argument("revision", default="head")
def upgrade() -> None:
    """Bring the database up to date.

    \b
    Example:
      erlen --app shop db upgrade
      erlen --app shop db upgrade --sql > upgrade.sql
    """


@_command(x_arg=True)
@_sql
@_tag
@click.argument("revision", default="-1")
def downgrade() -> None:
    """Take the database back by one migration, or to the one that is named.

    \b
    Example:
      erlen --app shop db downgrade
    """


@_command()
@click.argument("revision", default="head")
def show() -> None:
    """Print a migration.

    \b
    Example:
      erlen --app shop db show head
    """


@_command()
@click.option("-r", "--rev-range", help="From where to where: [start]:[end].")
@_verbose
@click.option("-i", "--indicate-current", is_flag=True, help="Mark where the database is.")
def history() -> None:
    """Print the migrations, the newest first.

    \b
    Example:
      erlen --app shop db history --indicate-current
    """


@_command()
@_verbose
@click.option("--resolve-dependencies", is_flag=True, help="Follow 'depends_on' as well.")
def heads() -> None:
    """Print the newest migrations.

    \b
    Example:
      erlen --app shop db heads
    """


@_command()
@_verbose
def branches() -> None:
    """Print where branches part.

    \b
    Example:
      erlen --app shop db branches --verbose
    """


@_command()
@_verbose
def current() -> None:
    """Print at which migration each database is.

    \b
    Example:
      erlen --app shop db current
    """


@_command()
@_sql
@_tag
@click.option("--purge", is_flag=True, help="Forget what the database says of itself.")
@click.argument("revision", default="head")
def stamp() -> None:
    """Write down where the database is, without running anything.

    \b
    Example:
      erlen --app shop db stamp head
    """


@_command()
def check() -> None:
    """Fail when the models and the database differ.

    \b
    Example:
      erlen --app shop db check
    """
