"""``erlen routes``: the table of routes."""

from __future__ import annotations

import collections.abc as cabc
import typing as t

import click

from ..globals import current_app
from ..inspection import RouteInfo, list_routes
from .script import with_appcontext

#: Nobody registers these two; they come with the others.
USUAL_METHODS = frozenset({"HEAD", "OPTIONS"})


@click.command("routes", short_help="Show the routes for the app.")
@click.option(
    "--sort",
    "-s",
    type=click.Choice(("endpoint", "methods", "domain", "rule", "match")),
    default="endpoint",
    help=(
        "Method to sort routes by. 'match' is the order that Erlen will match routes when"
        " dispatching a request."
    ),
)
@click.option("--all-methods", is_flag=True, help="Show HEAD and OPTIONS methods.")
@with_appcontext
def routes_command(sort: str, all_methods: bool) -> None:
    """Show all registered routes with endpoints and methods.

    \b
    Example:
      erlen --app shop routes --sort rule
    """
    routes = list_routes(current_app)

    if not routes:
        click.echo("No routes were registered.")
        return

    columns = _columns(routes, frozenset() if all_methods else USUAL_METHODS)

    title, *lines = _table(columns, sort)
    click.secho(title, bold=True)

    for line in lines:
        click.echo(line)


def _columns(
    routes: cabc.Sequence[RouteInfo], hidden_methods: frozenset[str]
) -> dict[str, list[str]]:
    """Return the cells by column; the key is what ``--sort`` calls the column."""
    columns = {
        "endpoint": ["Endpoint", *(route.endpoint for route in routes)],
        "methods": ["Methods", *(_methods(route, hidden_methods) for route in routes)],
    }

    if any(route.domain for route in routes):
        title = "Host" if routes[0].host is not None else "Subdomain"
        columns["domain"] = [title, *(route.domain for route in routes)]

    columns["rule"] = ["Rule", *(route.rule for route in routes)]
    return columns


def _methods(route: RouteInfo, hidden: frozenset[str]) -> str:
    return ", ".join(method for method in route.methods if method not in hidden)


def _table(columns: dict[str, list[str]], sort: str) -> cabc.Iterator[str]:
    widths = [max(map(len, cells)) for cells in columns.values()]
    header, *rows = zip(*columns.values(), strict=True)

    if sort in columns:
        position = list(columns).index(sort)
        rows.sort(key=lambda row: row[position])

    for row in (header, ["-" * width for width in widths], *rows):
        yield "  ".join(_justify(row, widths))


def _justify(row: cabc.Iterable[str], widths: cabc.Iterable[int]) -> t.Iterator[str]:
    return (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
