"""The pool, and what makes its tables."""

from __future__ import annotations

import pathlib

import click

from erlen import current_app
from erlen.cli import with_appcontext
from erlen.dbpool import Pool

pool = Pool()

SCHEMA = pathlib.Path(__file__).with_name("schema.sql")


def sql(statement: str) -> str:
    """Write a statement with the driver's placeholders: sqlite3 has ``?``, others ``%s``."""
    if current_app.config["DBPOOL_URL"].startswith("sqlite:"):
        return statement
    return statement.replace("?", "%s")


@click.command("init-db")
@with_appcontext
def init_database() -> None:
    """Make the tables that are missing."""
    with pool.transaction() as cursor:
        for statement in SCHEMA.read_text().split(";\n\n"):
            cursor.execute(statement)
    click.echo("The ledger is ready.")
