"""The options before the command's name, and what the environment says for an option.

The environment variable of an option is ``ERLEN_`` and the way to it, ``ERLEN_RUN_PORT`` for
``erlen run --port``: click does that from ``auto_envvar_prefix``. Where it is not set, the same
name with ``FLASK_`` is read.
"""

from __future__ import annotations

import copy
import os
import platform
import sys
import typing as t

import click
from click.core import ParameterSource

from .dotenv import load_dotenv
from .script import ScriptInfo

PREFIX = "ERLEN"
FLASK_PREFIX = "FLASK"


def flask_envvar(option: click.Parameter, prefix: str | None) -> str | None:
    """Return the ``FLASK_`` variable that stands in for ``option``, if it is set and needed.

    :param prefix: the ``auto_envvar_prefix`` of the context the option is read in. A program
        with a prefix of its own does not get Flask's variables.
    """
    if not (isinstance(option, click.Option) and option.allow_from_autoenv and option.name):
        return None

    if prefix is None or prefix.partition("_")[0] != PREFIX:
        return None

    own = f"{prefix}_{option.name.upper()}"
    flask = FLASK_PREFIX + own.removeprefix(PREFIX)
    return flask if os.environ.get(flask) and not os.environ.get(own) else None


def read_flask_names(command: click.Command, prefix: str | None) -> click.Command:
    """Return ``command``, or a copy whose options also read the ``FLASK_`` variables set now.

    Commands belong to whoever wrote them and are shared between programs, so they are never
    changed; nearly always there is nothing to read and nothing is copied.
    """
    names = [flask_envvar(param, prefix) for param in command.params]

    if not any(names):
        return command

    command = copy.copy(command)
    command.params = [
        _with_envvar(param, name) if name else param
        for param, name in zip(command.params, names, strict=True)
    ]
    return command


def _with_envvar(option: click.Parameter, name: str) -> click.Parameter:
    option = copy.copy(option)
    own = [option.envvar] if isinstance(option.envvar, str) else [*(option.envvar or ())]
    option.envvar = [*own, name]
    return option


class GroupOption(click.Option):
    """An option of the ``erlen`` command itself; reads ``FLASK_`` names as well."""

    def resolve_envvar_value(self, ctx: click.Context) -> str | None:
        value = super().resolve_envvar_value(ctx)

        if value is None and (name := flask_envvar(self, ctx.auto_envvar_prefix)):
            return os.environ[name]

        return value


def _set_app(ctx: click.Context, param: click.Parameter, value: str | None) -> str | None:
    if value is not None:
        ctx.ensure_object(ScriptInfo).app_import_path = value

    return value


def _set_debug(ctx: click.Context, param: click.Parameter, value: bool) -> bool | None:
    source = ctx.get_parameter_source(param.name or "")

    if source in (ParameterSource.DEFAULT, ParameterSource.DEFAULT_MAP):
        return None

    # In the environment, for a factory reads it before there is an application to set it on;
    # under both names, for extensions read Flask's.
    os.environ["ERLEN_DEBUG"] = os.environ["FLASK_DEBUG"] = "1" if value else "0"
    return value


def _load_env_file(ctx: click.Context, param: click.Parameter, value: str | None) -> str | None:
    if value is not None and not _has_dotenv():
        raise click.BadParameter(
            "python-dotenv must be installed to load an env file: pip install 'erlen[dotenv]'",
            ctx=ctx,
            param=param,
        )

    load_defaults = ctx.ensure_object(ScriptInfo).load_dotenv_defaults

    if value is not None or load_defaults:
        load_dotenv(value, load_defaults=load_defaults)

    return value


def _has_dotenv() -> bool:
    try:
        import dotenv  # noqa: F401
    except ImportError:
        return False

    return True


def _answer_as_flask(ctx: click.Context, param: click.Parameter, value: bool) -> bool:
    if value and not ctx.resilient_parsing:
        from .. import as_flask

        as_flask.install()

    return value


def get_version(ctx: click.Context, param: click.Parameter, value: t.Any) -> None:
    """Print the versions of Python, Erlen and Werkzeug, and end the command."""
    if not value or ctx.resilient_parsing:
        return

    lines = [
        f"Python {platform.python_version()}",
        f"Erlen {_version_of('erlen')}",
        f"Werkzeug {_version_of('werkzeug')}",
    ]

    # Programs that ask an application for its Flask version get the one that Erlen answers for.
    if answers_as_flask():
        lines.insert(1, f"Flask {_version_of('flask')}")

    click.echo("\n".join(lines), color=ctx.color)
    ctx.exit()


def answers_as_flask() -> bool:
    """Return whether ``import flask`` gives Erlen in this process."""
    return "erlen.as_flask" in sys.modules  # importing it is what turns it on


def _version_of(distribution: str) -> str:
    from importlib import metadata

    try:
        return metadata.version(distribution)
    except metadata.PackageNotFoundError:
        return "(not installed, run from its source)"


env_file_option = GroupOption(
    ["-e", "--env-file"],
    type=click.Path(exists=True, dir_okay=False),
    help=(
        "Load environment variables from this file, taking precedence over those set by '.env',"
        " '.erlenenv' and '.flaskenv'. Variables set directly in the environment take highest"
        " precedence. python-dotenv must be installed."
    ),
    is_eager=True,
    expose_value=False,
    callback=_load_env_file,
)

as_flask_option = GroupOption(
    ["--as-flask"],
    is_flag=True,
    help="Let 'import flask' give Erlen, so that an application written for Flask runs as it is.",
    is_eager=True,
    expose_value=False,
    callback=_answer_as_flask,
)

app_option = GroupOption(
    ["-A", "--app"],
    metavar="IMPORT",
    help=(
        "The Erlen application or factory function to load, in the form 'module:name'. Module"
        " can be a dotted import or file path. Name is not required if it is 'app',"
        " 'application', 'create_app', or 'make_app', and can be 'name(args)' to pass arguments."
    ),
    is_eager=True,
    expose_value=False,
    callback=_set_app,
)

debug_option = GroupOption(
    ["--debug/--no-debug"],
    help="Set debug mode.",
    expose_value=False,
    callback=_set_debug,
)

version_option = click.Option(
    ["--version"],
    help="Show the Erlen version.",
    expose_value=False,
    callback=get_version,
    is_flag=True,
    is_eager=True,
)

#: What every ErlenGroup takes, in the order in which the eager ones are handled: the environment
#: first, for it may name the application; ``flask`` before anything can import it.
GROUP_OPTIONS: tuple[click.Option, ...] = (
    env_file_option,
    as_flask_option,
    app_option,
    debug_option,
)
