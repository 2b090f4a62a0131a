"""The commands ``erlen assets …``."""

from __future__ import annotations

import os

import click

from ..cli import AppGroup
from ..globals import current_app


@click.group("assets", cls=AppGroup)
def assets() -> None:
    """Prepare the static files for production.

    \b
    Example:
        erlen --app shop assets build
    """


@assets.command("build")
@click.option(
    "--brotli/--no-brotli",
    default=None,
    help="Make .br files; by default if the library is installed (erlen[brotli]).",
)
@click.option(
    "--keep",
    is_flag=True,
    help="Leave what earlier builds made: pages that are open ask for it.",
)
def build_command(brotli: bool | None, keep: bool) -> None:
    """Write copies with versioned names, compressed files and a manifest.

    They are written into the static folders of the application and its blueprints, beside
    the files themselves.

    \b
    Example:
        erlen --app shop assets build --keep
    """
    from .building import build, folders_of

    if brotli:
        _require_brotli()
    folders = folders_of(current_app)
    if not folders:
        raise click.ClickException(
            "There are no static files: neither the application nor a blueprint has a folder"
            " 'static'."
        )
    for folder in folders:
        made = build(folder, brotli, keep)
        sources = [name for name, entry in made.files.items() if name != entry.name]
        packed = sum(bool(made.files[name].compressed) for name in sources)
        click.echo(f"{_short(folder)}: {len(sources)} files, {packed} of them compressed")


@assets.command("clean")
def clean_command() -> None:
    """Remove what builds have written.

    \b
    Example:
        erlen --app shop assets clean
    """
    from .building import clean, folders_of

    for folder in folders_of(current_app):
        click.echo(f"{_short(folder)}: {len(clean(folder))} files removed")


def _require_brotli() -> None:
    import importlib.util

    if importlib.util.find_spec("brotli") is None:
        raise click.UsageError("--brotli needs a library: pip install 'erlen[brotli]'")


def _short(folder: str) -> str:
    short = os.path.relpath(folder)
    return folder if short.startswith("..") else short
