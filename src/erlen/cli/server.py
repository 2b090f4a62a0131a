"""What ``app.run()`` does."""

from __future__ import annotations

import os
import typing as t

import click

from ..helpers import get_debug_flag, get_load_dotenv
from .dotenv import load_dotenv as load_dotenv_files
from .run import keep_colours_for_terminals, show_server_banner

if t.TYPE_CHECKING:
    from ..app import Erlen

DEFAULT_HOST = "127.0.0.1"
DEFAULT_PORT = 5000


def run_app(
    app: Erlen,
    host: str | None = None,
    port: int | None = None,
    debug: bool | None = None,
    load_dotenv: bool = True,
    **options: t.Any,
) -> None:
    """Serve ``app`` with the development server until it is interrupted.

    Inside the ``erlen`` command, which serves the application itself, this only says so.

    :param host: by default the host in ``SERVER_NAME``, else 127.0.0.1.
    :param port: by default the port in ``SERVER_NAME``, else 5000; 0 takes a free one.
    :param debug: wins over ``ERLEN_DEBUG``, which wins over ``app.debug``.
    :param options: for :func:`werkzeug.serving.run_simple`.
    """
    if _started_by_command():
        _tell_ignored()
        return

    if get_load_dotenv(load_dotenv):
        load_dotenv_files()

        if "ERLEN_DEBUG" in os.environ or "FLASK_DEBUG" in os.environ:
            app.debug = get_debug_flag()

    if debug is not None:
        app.debug = bool(debug)

    host, port = _address(app, host, port)
    options.setdefault("use_reloader", app.debug)
    options["use_debugger"] = app.debug and options.get("use_debugger", True)
    options.setdefault("threaded", True)
    show_server_banner(app.debug, app.name)
    keep_colours_for_terminals()

    from werkzeug.serving import run_simple

    try:
        run_simple(host, port, app, **options)
    finally:
        # In an interactive shell the application may be set up further and run again.
        app._got_first_request = False


def _started_by_command() -> bool:
    return os.environ.get("FLASK_RUN_FROM_CLI") == "true"


def _tell_ignored() -> None:
    from werkzeug.serving import is_running_from_reloader

    if not is_running_from_reloader():
        click.secho(
            " * Ignoring a call to 'app.run()' that would block the current 'erlen' CLI"
            " command.\n"
            "   Only call 'app.run()' in an 'if __name__ == \"__main__\"' guard.",
            fg="red",
        )


def _address(app: Erlen, host: str | None, port: int | None) -> tuple[str, int]:
    own_host, _, own_port = (app.config.get("SERVER_NAME") or "").partition(":")

    if port is None:
        port = int(own_port or DEFAULT_PORT)

    return host or own_host or DEFAULT_HOST, int(port)
