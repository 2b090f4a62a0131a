"""``erlen shell``: Python with the application at hand."""

from __future__ import annotations

import os
import sys
import typing as t

import click

from ..globals import current_app
from .script import with_appcontext


@click.command("shell", short_help="Run a shell in the app context.")
@with_appcontext
def shell_command() -> None:
    """Run an interactive Python shell in the context of the application.

    The names in it are 'app', 'g' and what the application's shell context processors add. It
    reads the file that PYTHONSTARTUP names.

    \b
    Example:
      erlen --app shop shell
    """
    interact(current_app.make_shell_context(), _banner())


def interact(names: dict[str, t.Any], banner: str) -> None:
    """Run a Python prompt that knows ``names``, and what the file in PYTHONSTARTUP defines."""
    import code

    local: dict[str, t.Any] = {}
    _run_startup_file(local)
    local.update(names)
    _start_completion(local)
    code.interact(banner=banner, local=local)


def _banner() -> str:
    return (
        f"Python {sys.version} on {sys.platform}\n"
        f"App: {current_app.import_name}\n"
        f"Instance: {current_app.instance_path}"
    )


def _run_startup_file(names: dict[str, t.Any]) -> None:
    path = os.environ.get("PYTHONSTARTUP")

    if path and os.path.isfile(path):
        with open(path, encoding="utf-8") as file:
            exec(compile(file.read(), path, "exec"), names)


def _start_completion(names: dict[str, t.Any]) -> None:
    hook = getattr(sys, "__interactivehook__", None)

    if hook is None:
        return

    try:
        import readline
        from rlcompleter import Completer
    except ImportError:
        pass
    else:
        # By default it would complete the names of this program instead of the shell's.
        readline.set_completer(Completer(names).complete)

    hook()
