"""``erlen sessions``: what a store of sessions needs now and then."""

from __future__ import annotations

import typing as t

import click

from ..globals import current_app
from .groups import AppGroup


@click.group("sessions", cls=AppGroup, short_help="Look after server-side sessions.")
def sessions_group() -> None:
    """Look after the store of server-side sessions.

    \b
    Example:
      erlen --app shop sessions prune
    """


@sessions_group.command("prune")
def prune_command() -> None:
    """Remove the sessions that have expired.

    SQL databases and files keep them until this is run, once a day or so; other stores let
    them go by themselves.

    \b
    Example:
      erlen --app shop sessions prune
    """
    store: t.Any = getattr(current_app.session_interface, "store", None)
    if store is None:
        raise click.ClickException(
            "The application keeps its sessions in cookies: there is nothing to prune. Server-side"
            " sessions are turned on by Session(app), from erlen.sessions."
        )
    from ..sessions import StoreError

    try:
        pruned = store.prune()
    except StoreError as exc:
        raise click.ClickException(f"The store could not be pruned: {exc}") from exc
    click.echo(f"{pruned} expired sessions removed.")
