"""Environment variables from files."""

from __future__ import annotations

import os

import click

#: Searched from the working directory upwards; a later one wins over an earlier one.
DEFAULT_FILES = (".flaskenv", ".erlenenv", ".env")


def load_dotenv(path: str | os.PathLike[str] | None = None, load_defaults: bool = True) -> bool:
    """Set environment variables from ``path`` and from the default files.

    What the environment holds already stays; after it ``path`` wins, then ``.env``, then
    ``.erlenenv``, then ``.flaskenv``. Without python-dotenv nothing is read.

    :param load_defaults: False reads ``path`` only.
    :return: whether any of the files held a value.
    """
    try:
        import dotenv
    except ImportError:
        _tell_about_unread_files(path)
        return False

    values: dict[str, str | None] = {}

    if load_defaults:
        for name in DEFAULT_FILES:
            if found := dotenv.find_dotenv(name, usecwd=True):
                values |= dotenv.dotenv_values(found, encoding="utf-8")

    if path is not None and os.path.isfile(path):
        values |= dotenv.dotenv_values(path, encoding="utf-8")

    for key, value in values.items():
        if value is not None:
            os.environ.setdefault(key, value)

    return bool(values)


def _tell_about_unread_files(path: str | os.PathLike[str] | None) -> None:
    if path or any(os.path.isfile(name) for name in DEFAULT_FILES):
        click.secho(
            " * Tip: There are .env files present. Install python-dotenv to use them:"
            " pip install 'erlen[dotenv]'",
            fg="yellow",
            err=True,
        )
