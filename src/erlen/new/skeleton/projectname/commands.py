"""Commands of the application: ``erlen create-admin NAME``."""

from __future__ import annotations

import click
from erlen import Erlen
from erlen.cli import with_appcontext

from .extensions import db
from .models import User


def init_app(app: Erlen) -> None:
    app.cli.add_command(create_admin)


@click.command("create-admin")
@click.argument("name")
@with_appcontext
def create_admin(name: str) -> None:
    """Make NAME an administrator.

    Someone new is asked for a password.

    \b
    Example:
        erlen create-admin ann
    """
    user = User.named(name)
    if user is None:
        user = User(name=name.strip().lower())
        user.set_password(click.prompt("Password", hide_input=True, confirmation_prompt=True))
        db.session.add(user)
    user.is_admin = True
    db.session.commit()
    click.echo(f"{user.name} is an administrator.")
