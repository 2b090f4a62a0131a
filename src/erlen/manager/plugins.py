"""Commands of other parts of Erlen, under a manager.

They are found by the entry points that ``erlen`` finds them by, when the line asks for them: a
``manage.py`` that names :data:`MigrateCommand` imports no database library.
"""

from __future__ import annotations

import typing as t
from importlib import metadata

import click

ENTRY_POINTS = "erlen.commands"


class PluginCommand:
    """The command that ``erlen NAME`` is."""

    def __init__(self, name: str, extra: str) -> None:
        self.name = name
        self.extra = extra

    def make_parser(self, name: str, settings: dict[str, t.Any]) -> click.Command:
        """Return the command; where nothing offers it, one that says what to install."""
        for point in metadata.entry_points(group=ENTRY_POINTS, name=self.name):
            return t.cast(click.Command, point.load())

        return self._substitute(name)

    def _substitute(self, name: str) -> click.Command:
        install = f"pip install 'erlen[{self.extra}]'"

        def refuse() -> t.NoReturn:
            raise click.ClickException(
                f"Nothing that is installed offers 'erlen {self.name}'. Install it: {install}"
            )

        return click.Command(
            name,
            callback=refuse,
            help=f"Not installed: {install}",
            context_settings={"ignore_unknown_options": True, "allow_extra_args": True},
        )


#: ``manager.add_command("db", MigrateCommand)``: the commands of ``erlen db``.
MigrateCommand = PluginCommand("db", extra="migrate")
