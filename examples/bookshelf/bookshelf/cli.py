"""Commands: ``erlen --app bookshelf empty | seed | audit``. Those about tables: ``erlen db``."""

from __future__ import annotations

import typing as t

import click

from erlen.cli import with_appcontext

from . import audit, seed
from .db import db

if t.TYPE_CHECKING:
    from erlen import Erlen


def init_app(app: Erlen) -> None:
    for command in (empty, fill, show_audit):
        app.cli.add_command(command)


@click.command("empty")
@click.confirmation_option(prompt="This empties the shelf, readers included. Go on?")
@with_appcontext
def empty() -> None:
    """Delete every book, every reader and the audit log."""
    for table in reversed(db.metadata.sorted_tables):
        db.session.execute(table.delete())
    db.session.commit()
    click.echo("The shelf is empty and ready.")


@click.command("seed")
@with_appcontext
def fill() -> None:
    """Put the demo readers and their books on the shelf; what is there already is left alone."""
    click.echo(f"{seed.fill()} books put on the shelf.")


@click.command("audit")
@click.option("--last", default=20, show_default=True, help="How many entries.")
@with_appcontext
def show_audit(last: int) -> None:
    """Print the audit log, newest first."""
    for entry in audit.latest(last):
        who = entry.user.name if entry.user else entry.address or "-"
        at = f"{entry.at:%Y-%m-%d %H:%M:%S}"
        click.echo(f"{at}  {who:<16}{entry.event:<14}{entry.detail}".rstrip())
