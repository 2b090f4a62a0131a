"""Alembic's configuration object, and the templates of a new folder."""

from __future__ import annotations

import argparse
import collections.abc as cabc
import os
import pathlib
import sys

from alembic.config import Config as AlembicConfig

TEMPLATES = pathlib.Path(__file__).parent / "templates"
SINGLE, MULTI = "erlen", "erlen-multidb"
#: Flask-Migrate's names for the same.
ALIASES = {"flask": SINGLE, "flask-multidb": MULTI}


class Config(AlembicConfig):
    """Alembic's, with the templates of Erlen and the standard output of this moment."""

    def __init__(self, file: str | None = None, template_directory: str | None = None) -> None:
        super().__init__(file, stdout=sys.stdout, output_buffer=sys.stdout)
        self._templates = template_directory or str(TEMPLATES)
        self.cmd_opts = argparse.Namespace(x=[])

    def get_template_directory(self) -> str:
        return self._templates


def make_config(
    directory: str | os.PathLike[str],
    x_arg: str | cabc.Iterable[str] | None = None,
    opts: cabc.Iterable[str] | None = None,
) -> Config:
    """Return the configuration for the migrations in *directory*.

    :param x_arg: for ``context.get_x_argument()`` in ``env.py``.
    :param opts: names that ``env.py`` is to find true in ``config.cmd_opts``.
    """
    directory = str(directory)
    config = Config(os.path.join(directory, "alembic.ini"))
    config.set_main_option("script_location", directory.replace("%", "%%"))
    given = [x_arg] if isinstance(x_arg, str) else list(x_arg or ())
    config.cmd_opts = argparse.Namespace(x=given, **dict.fromkeys(opts or (), True))
    return config


def new_folder_config(directory: str, template: str | None) -> tuple[Config, str]:
    """Return the configuration for a folder to be made, and the name of its template."""
    template = ALIASES.get(template or SINGLE, template or SINGLE)
    parent, name = os.path.split(template)
    config = Config(os.path.join(directory, "alembic.ini"), parent or None)
    config.set_main_option("script_location", directory.replace("%", "%%"))
    config.cmd_opts = argparse.Namespace(x=[], quiet=True)
    return config, name
