"""The commands that come with a manager."""

from __future__ import annotations

import collections.abc as cabc
import inspect
import os
import pathlib
import typing as t

import click
from werkzeug.exceptions import HTTPException

from ..cli import interact
from ..globals import current_app
from .command import Command as Command
from .options import Group as Group
from .options import Option as Option

if t.TYPE_CHECKING:
    from ..app import Erlen


class InvalidCommand(SystemExit, Exception):
    """A command refuses what it was asked for.

    Uncaught, it ends the program with its text and the status 1, and without a traceback.
    """


class Server(Command):
    """Run the development server.

    :param use_debugger: None leaves it to ``app.debug``.
    :param use_reloader: None: as the debugger.
    :param threaded: None: unless there are several processes.
    :param options: for :func:`werkzeug.serving.run_simple`.
    """

    help = description = "Run the development server."

    def __init__(
        self,
        host: str = "127.0.0.1",
        port: int = 5000,
        use_debugger: bool | None = None,
        use_reloader: bool | None = None,
        threaded: bool | None = None,
        processes: int = 1,
        passthrough_errors: bool = False,
        ssl_crt: str | None = None,
        ssl_key: str | None = None,
        **options: t.Any,
    ) -> None:
        self.host = host
        self.port = port
        self.use_debugger = use_debugger
        self.use_reloader = use_debugger if use_reloader is None else use_reloader
        self.threaded = threaded
        self.processes = processes
        self.passthrough_errors = passthrough_errors
        self.ssl_crt = ssl_crt
        self.ssl_key = ssl_key
        self.server_options = options

    def get_options(self) -> cabc.Iterable[Option | Group]:
        def switch(flags: str, dest: str, action: str, default: t.Any, help: str) -> Option:
            return Option(*flags.split(), dest=dest, action=action, default=default, help=help)

        return (
            Option("-h", "--host", default=self.host, help="The interface: %(default)s."),
            Option("-p", "--port", type=int, default=self.port, help="The port: %(default)s."),
            switch(
                "--threaded", "threaded", "store_true", self.threaded, "Take a thread a request."
            ),
            Option("--processes", type=int, default=self.processes, help="How many processes."),
            switch(
                "--passthrough-errors",
                "passthrough_errors",
                "store_true",
                self.passthrough_errors,
                "Let errors end the server.",
            ),
            switch("-d --debug", "use_debugger", "store_true", self.use_debugger, "Debug."),
            switch(
                "-D --no-debug", "use_debugger", "store_false", self.use_debugger, "Do not debug."
            ),
            switch(
                "-r --reload",
                "use_reloader",
                "store_true",
                self.use_reloader,
                "Restart when a file changes.",
            ),
            switch(
                "-R --no-reload",
                "use_reloader",
                "store_false",
                self.use_reloader,
                "Do not restart.",
            ),
            Option("--ssl-crt", default=self.ssl_crt, help="The file of the certificate."),
            Option("--ssl-key", default=self.ssl_key, help="The file of its key."),
        )

    def __call__(
        self,
        app: Erlen,
        host: str,
        port: int,
        use_debugger: bool | None,
        use_reloader: bool | None,
        threaded: bool | None,
        processes: int,
        passthrough_errors: bool,
        ssl_crt: str | None,
        ssl_key: str | None,
    ) -> None:
        options = {
            "use_debugger": use_debugger,
            "use_reloader": use_reloader,
            "threaded": processes == 1 if threaded is None else threaded,
            "processes": processes,
            "passthrough_errors": passthrough_errors,
            "ssl_context": (ssl_crt, ssl_key) if ssl_crt and ssl_key else None,
            **self.server_options,
        }
        # What nobody decided on follows from the application's debug flag.
        decided = {name: value for name, value in options.items() if value is not None}
        app.run(host=host, port=port, debug=use_debugger, **decided)


class Shell(Command):
    """Run a Python shell within a request context.

    :param make_context: returns a dict with the names to start with; by default they are those
        of the application's shell context.
    :param use_ipython: whether to take IPython if it is installed; likewise the others. They are
        tried from the last to the first, and Python's own comes last.
    """

    help = description = "Run a Python shell in the context of the application."
    banner = ""

    def __init__(
        self,
        banner: str | None = None,
        make_context: cabc.Callable[..., dict[str, t.Any]] | None = None,
        use_ipython: bool = True,
        use_bpython: bool = True,
        use_ptipython: bool = True,
        use_ptpython: bool = True,
    ) -> None:
        self.banner = banner or self.banner
        self.make_context = make_context
        self.use_ipython = use_ipython
        self.use_bpython = use_bpython
        self.use_ptipython = use_ptipython
        self.use_ptpython = use_ptpython

    def get_options(self) -> cabc.Iterable[Option | Group]:
        return [
            Option(
                f"--no-{name}",
                action="store_true",
                default=not getattr(self, f"use_{name}"),
                help=f"Do not take {title}.",
            )
            for name, title in (
                ("ipython", "IPython"),
                ("bpython", "bpython"),
                ("ptipython", "ptipython"),
                ("ptpython", "ptpython"),
            )
        ]

    def get_context(self) -> dict[str, t.Any]:
        """Return the names that the shell starts with."""
        if self.make_context is None:
            return current_app.make_shell_context()
        if inspect.signature(self.make_context).parameters:
            return self.make_context(current_app._get_current_object())  # type: ignore[attr-defined]
        return self.make_context()

    def run(
        self, no_ipython: bool, no_bpython: bool, no_ptipython: bool, no_ptpython: bool
    ) -> None:
        names = self.get_context()
        shells = (
            (no_ptipython, self._ptipython),
            (no_ptpython, self._ptpython),
            (no_bpython, self._bpython),
            (no_ipython, self._ipython),
        )

        for unwanted, start in shells:
            if unwanted:
                continue
            try:
                return start(names)
            except ImportError:
                pass

        interact(names, self.banner)

    def _ptipython(self, names: dict[str, t.Any]) -> None:
        from ptpython.ipython import embed

        embed(banner1=self.banner, user_ns=names, history_filename=_history())

    def _ptpython(self, names: dict[str, t.Any]) -> None:
        from ptpython.repl import embed

        embed(globals=names, history_filename=_history())

    def _bpython(self, names: dict[str, t.Any]) -> None:
        from bpython import embed

        embed(banner=self.banner, locals_=names)

    def _ipython(self, names: dict[str, t.Any]) -> None:
        from IPython import embed

        embed(banner1=self.banner, user_ns=names)


def _history() -> str:
    return os.path.expanduser("~/.ptpython_history")


class Clean(Command):
    """Remove compiled files below the current folder: names that end in .pyc or .pyo."""

    def run(self) -> None:
        for pattern in ("*.pyc", "*.pyo"):
            for path in sorted(pathlib.Path().rglob(pattern)):
                click.echo(f"Removing {path}")
                path.unlink()


class ShowUrls(Command):
    """Print the rules of the application, or the one that a URL leads to.

    :param order: the attribute of a rule to sort by.
    """

    def __init__(self, order: str = "rule") -> None:
        self.order = order

    def get_options(self) -> cabc.Iterable[Option | Group]:
        return (
            Option("url", nargs="?", help="A URL to look for: /static/image.png."),
            Option("--order", default=self.order, help="What to sort by: %(default)s."),
        )

    def run(self, url: str | None, order: str) -> None:
        rows = _matching(url) if url else _all_rules(order)
        titles = ("Rule", "Endpoint", "Arguments")[: len(rows[0]) if rows else 2]
        widths = [max(map(len, column)) for column in zip(titles, *rows, strict=True)]
        line = "-" * (sum(widths) + 2 * (len(widths) - 1))

        for row in (titles, (line,), *rows):
            cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=False))
            click.echo("  ".join(cells).rstrip())


def _matching(url: str) -> list[tuple[str, ...]]:
    try:
        rule, arguments = current_app.url_map.bind("localhost").match(url, return_rule=True)
    except HTTPException as exc:
        return [(f"<{exc}>",)]

    return [(rule.rule, rule.endpoint, str(arguments))]


def _all_rules(order: str) -> list[tuple[str, ...]]:
    rules = list(current_app.url_map.iter_rules())

    if not all(hasattr(rule, order) for rule in rules):
        raise InvalidCommand(f"A rule has no {order!r} to sort by; try 'rule' or 'endpoint'.")

    rules.sort(key=lambda rule: str(getattr(rule, order)))
    return [(rule.rule, rule.endpoint) for rule in rules]
