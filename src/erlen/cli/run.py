"""``erlen run``: the development server."""

from __future__ import annotations

import collections.abc as cabc
import logging
import os
import sys
import traceback
import typing as t

import click

from ..helpers import get_debug_flag
from .certificates import CertParamType, _validate_key
from .options import debug_option
from .script import ScriptInfo, pass_script_info

if t.TYPE_CHECKING:
    import ssl

    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


class SeparatedPathType(click.Path):
    """Several paths in one value, separated as in ``PATH``."""

    def convert(
        self, value: t.Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> t.Any:
        convert = super().convert
        return [convert(item, param, ctx) for item in self.split_envvar_value(value)]


def show_server_banner(debug: bool | None, app_import_path: str | None) -> None:
    """Say what is served, once; the reloader's child says nothing."""
    from werkzeug.serving import is_running_from_reloader

    if is_running_from_reloader():
        return

    if app_import_path is not None:
        click.echo(f" * Serving Erlen app '{app_import_path}'")

    if debug is not None:
        click.echo(f" * Debug mode: {'on' if debug else 'off'}")


def keep_colours_for_terminals() -> None:
    """Let Werkzeug's log of requests be plain where nobody sees it in colours."""
    if os.environ.get("NO_COLOR") or not sys.stderr.isatty():
        logging.getLogger("werkzeug").addFilter(_without_colours)


def _without_colours(record: logging.LogRecord) -> bool:
    record.msg, record.args = click.unstyle(record.getMessage()), ()
    return True


@click.command("run", short_help="Run a development server.")
@click.option("--host", "-h", default="127.0.0.1", help="The interface to bind to.")
@click.option("--port", "-p", default=5000, help="The port to bind to; 0 takes a free one.")
@click.option(
    "--cert",
    type=CertParamType(),
    help="Specify a certificate file to use HTTPS, or 'adhoc'.",
    is_eager=True,
)
@click.option(
    "--key",
    type=click.Path(exists=True, dir_okay=False, resolve_path=True),
    callback=_validate_key,
    expose_value=False,
    help="The key file to use when specifying a certificate.",
)
@click.option(
    "--reload/--no-reload",
    default=None,
    help="Enable or disable the reloader. By default the reloader is active if debug is enabled.",
)
@click.option(
    "--debugger/--no-debugger",
    default=None,
    help="Disable the debugger, which is active if debug is enabled, and never otherwise.",
)
@click.option(
    "--with-threads/--without-threads",
    default=True,
    help="Enable or disable multithreading.",
)
@click.option(
    "--extra-files",
    default=None,
    type=SeparatedPathType(),
    help=(
        "Extra files that trigger a reload on change. Multiple paths are separated by"
        f" {os.path.pathsep!r}."
    ),
)
@click.option(
    "--exclude-patterns",
    default=None,
    type=SeparatedPathType(),
    help=(
        "Files matching these fnmatch patterns will not trigger a reload on change. Multiple"
        f" patterns are separated by {os.path.pathsep!r}."
    ),
)
@pass_script_info
def run_command(
    info: ScriptInfo,
    host: str,
    port: int,
    reload: bool | None,
    debugger: bool | None,
    with_threads: bool,
    cert: ssl.SSLContext | tuple[str, str | None] | t.Literal["adhoc"] | None,
    extra_files: list[str] | None,
    exclude_patterns: list[str] | None,
) -> None:
    """Run a local development server.

    It is for development only: 'erlen serve' is the server for production. The reloader and the
    debugger are enabled by default with the '--debug' option.

    \b
    Example:
      erlen --app shop run --debug --port 8000
    """
    from werkzeug.serving import run_simple

    app = _load_app(info)
    debug = get_debug_flag()
    if debugger and not debug:
        click.echo(" * The debugger needs debug mode: erlen run --debug")
    show_server_banner(debug, info.app_import_path)
    keep_colours_for_terminals()
    run_simple(
        host,
        port,
        app,
        use_reloader=debug if reload is None else reload,
        use_debugger=debug and debugger is not False,
        threaded=with_threads,
        ssl_context=cert,
        extra_files=extra_files,
        exclude_patterns=exclude_patterns,
    )


# "erlen run --debug" and "erlen --debug run" mean the same.
run_command.params.insert(0, debug_option)


def _load_app(info: ScriptInfo) -> WSGIApplication:
    """Load the application; in the reloader's child one that fails becomes one that says so."""
    from werkzeug.serving import is_running_from_reloader

    try:
        return info.load_app()
    except Exception as exc:
        if not is_running_from_reloader():
            raise

        # The reloader must live on, or saving the corrected file would start nothing.
        traceback.print_exc()
        return _raise_on_request(exc)


def _raise_on_request(exc: Exception) -> WSGIApplication:
    def broken_app(environ: WSGIEnvironment, start_response: StartResponse) -> cabc.Iterable[bytes]:
        raise exc from None

    return broken_app
