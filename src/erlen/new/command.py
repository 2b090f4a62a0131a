"""``erlen new``."""

from __future__ import annotations

import pathlib
import shlex
import sys

import click

from .environment import make_environment
from .failures import ProjectError
from .names import Names
from .origin import erlen_arguments
from .writing import write_project


@click.command("new", short_help="Write a new project.")
@click.argument("name")
@click.option(
    "--directory",
    "-d",
    type=click.Path(path_type=pathlib.Path),
    help="Where to write it; by default a folder of that name, here.",
)
@click.option(
    "--venv", is_flag=True, help="Make its virtual environment, and install it there: a minute."
)
def new(name: str, directory: pathlib.Path | None, venv: bool) -> None:
    """Write a new project called NAME.

    It has users who log in, a model with pages and forms, an admin area, a JSON API,
    migrations, tests, and what production needs. Nothing is ever overwritten.

    \b
    Examples:
      erlen new book-shop
      erlen new "Book Shop" --directory ~/work/shop --venv
    """
    try:
        names = Names.of(name)
        root = directory or pathlib.Path(names.distribution)
        files = write_project(names, root)
        click.echo(f"{names.title}: {len(files)} files in {root}")
        if venv:
            _make_environment(root)
    except ProjectError as exc:
        raise click.ClickException(str(exc)) from exc
    _print_next_steps(root, venv)


def _make_environment(root: pathlib.Path) -> None:
    click.echo(f"Making {root / '.venv'} and installing what the project needs ...")
    make_environment(root, _show)
    _show("")


def _show(text: str) -> None:
    """Show what is being done on one line of the terminal; elsewhere it would be noise."""
    if sys.stdout.isatty():
        click.echo(f"\r\033[K{text[:78]}", nl=False)


def _print_next_steps(root: pathlib.Path, has_environment: bool) -> None:
    origin = [] if has_environment else erlen_arguments()
    told = f" ERLEN={shlex.quote(shlex.join(origin))}" if origin else ""
    click.echo("\nNext:")
    steps = (
        (f"cd {shlex.quote(str(root))}", "README.md there says where things are"),
        (f"make run{told}", "start it on http://127.0.0.1:5000"),
        ("make test lint", "check it"),
        (".venv/bin/erlen create-admin NAME", "make the first administrator"),
    )
    width = max(len(step) for step, _ in steps)
    for step, purpose in steps:
        click.echo(f"  {step:<{width}}   # {purpose}")
