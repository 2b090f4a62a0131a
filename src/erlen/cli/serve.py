"""``erlen serve``: the production server."""

from __future__ import annotations

import collections.abc as cabc
import functools
import typing as t

import click

from ..helpers import get_debug_flag
from ..serving import LOG_LEVELS, ServerError, ServerSettings, serve
from .script import ScriptInfo, pass_script_info

if t.TYPE_CHECKING:
    from ..app import Erlen

_DEFAULTS = ServerSettings()


@click.command("serve", short_help="Run the production server.")
@click.option(
    "--host", "-h", default=_DEFAULTS.host, show_default=True, help="The interface to bind to."
)
@click.option(
    "--port",
    "-p",
    type=click.IntRange(1, 65535),
    default=_DEFAULTS.port,
    show_default=True,
    help="The port to bind to.",
)
@click.option(
    "--workers",
    "-w",
    type=click.IntRange(min=1),
    default=_DEFAULTS.workers,
    show_default=True,
    help="Number of processes; about one for each core.",
)
@click.option(
    "--threads",
    "-t",
    type=click.IntRange(min=1),
    default=_DEFAULTS.threads,
    show_default=True,
    help="Requests that one worker works on at the same time.",
)
@click.option(
    "--connections",
    type=click.IntRange(min=1),
    default=_DEFAULTS.connections,
    show_default=True,
    help="Connections that one worker holds at the same time; others wait.",
)
@click.option(
    "--reload/--no-reload",
    default=_DEFAULTS.reload,
    help="Restart the workers when a file under the working directory changes.",
)
@click.option(
    "--log-level",
    type=click.Choice(LOG_LEVELS, case_sensitive=False),
    default=_DEFAULTS.log_level,
    show_default=True,
    help="What the server itself logs.",
)
@click.option(
    "--access-log/--no-access-log", default=_DEFAULTS.access_log, help="Log every request."
)
@click.option(
    "--header-timeout",
    type=click.IntRange(1, 3600),
    default=_DEFAULTS.header_timeout,
    show_default=True,
    help="Seconds for the head of a request, and until an idle connection is closed.",
)
@click.option(
    "--body-timeout",
    type=click.IntRange(1, 3600),
    default=_DEFAULTS.body_timeout,
    show_default=True,
    help="Seconds for the body of a request; for each 16 KB of one longer than 64 KB.",
)
@click.option(
    "--drain-delay",
    type=click.IntRange(0, 600),
    default=_DEFAULTS.drain_delay,
    show_default=True,
    help="Seconds to go on answering after SIGTERM, while is_draining() is true.",
)
@click.option(
    "--graceful-timeout",
    "--workers-kill-timeout",
    "graceful_timeout",
    type=click.IntRange(0, 1800),
    default=_DEFAULTS.graceful_timeout,
    show_default=True,
    help="Seconds that a stopping worker has to finish what is in flight; 0 waits for ever.",
)
@click.option(
    "--respawn/--no-respawn",
    default=_DEFAULTS.respawn,
    show_default=True,
    help="Replace a worker that dies.",
)
@pass_script_info
def serve_command(info: ScriptInfo, /, **settings: t.Any) -> None:
    """Serve the application for production, on Granian.

    SIGTERM and Ctrl-C finish the requests in flight and stop; SIGHUP replaces the workers one
    by one, which takes up new code without a failed request.

    \b
    Example:
      erlen --app shop:create_app serve --host 0.0.0.0 --workers 4
    """
    if get_debug_flag():
        click.secho(
            " * Debug mode is on: turn it off where others can reach this server.",
            fg="yellow",
            err=True,
        )

    try:
        serve(_make_loader(info), ServerSettings(**settings))
    except ServerError as exc:
        raise click.ClickException(str(exc)) from None


def _make_loader(info: ScriptInfo) -> cabc.Callable[[], Erlen]:
    return functools.partial(_load, info.app_import_path, info.create_app, info.set_debug_flag)


def _load(
    import_path: str | None, create_app: cabc.Callable[..., Erlen] | None, set_debug_flag: bool
) -> Erlen:
    """Load the application inside a worker; what is wrong with it is said there."""
    try:
        return ScriptInfo(import_path, create_app, set_debug_flag).load_app()
    except click.ClickException as exc:
        exc.show()
        raise SystemExit(exc.exit_code) from None
