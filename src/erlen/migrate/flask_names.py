"""Folders that Flask-Migrate made: their files import ``flask``, and shall mean Erlen."""

from __future__ import annotations

import pathlib
import re
import sys

_IMPORTS_FLASK = re.compile(r"^\s*(?:from|import)\s+flask\b", re.M)
_FILES = ("env.py", "script.py.mako")

REAL_FLASK = """\
'{file}' imports 'current_app' from flask, and the real Flask was imported before it: its
'current_app' knows nothing of this application. Write instead:

    from erlen import current_app\
"""


def prepare(directory: str) -> None:
    """Lead ``import flask`` to Erlen if the files of *directory* ask for it."""
    for name in _FILES:
        file = pathlib.Path(directory, name)
        if file.is_file() and _IMPORTS_FLASK.search(file.read_text(encoding="utf-8")):
            _stand_in_for_flask(file)


def _stand_in_for_flask(file: pathlib.Path) -> None:
    flask = sys.modules.get("flask")
    if flask is not None:
        if "as_flask" not in (getattr(flask, "__file__", None) or ""):
            raise RuntimeError(REAL_FLASK.format(file=file))
        return
    from ..as_flask import install

    install(children=False)
