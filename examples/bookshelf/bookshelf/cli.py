"""Commands: ``erlen --app bookshelf init-db | seed | audit``."""

from __future__ import annotations

import typing as t
from pathlib import Path

import click

from erlen import current_app
from erlen.cli import with_appcontext

from . import audit, db, seed

if t.TYPE_CHECKING:
    from erlen import Erlen


def init_app(app: Erlen) -> None:
    for command in (init_db, fill, show_audit):
        app.cli.add_command(command)


@click.command("init-db")
@click.confirmation_option(prompt="This empties the shelf. Go on?")
@with_appcontext
def init_db() -> None:
    """Create the empty tables; what was in them is gone."""
    Path(current_app.config["DATABASE"]).parent.mkdir(parents=True, exist_ok=True)
    db.create_schema(db.get())
    click.echo("The shelf is empty and ready.")


@click.command("seed")
@with_appcontext
def fill() -> None:
    """Put the demo readers and their books on the shelf; what is there already is left alone."""
    click.echo(f"{seed.fill(db.get())} books put on the shelf.")


@click.command("audit")
@click.option("--last", default=20, show_default=True, help="How many entries.")
@with_appcontext
def show_audit(last: int) -> None:
    """Print the audit log, newest first."""
    for entry in audit.latest(last):
        who = entry.user or entry.address or "-"
        click.echo(f"{entry.at}  {who:<16}{entry.event:<14}{entry.detail}".rstrip())
