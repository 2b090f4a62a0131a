"""The environment variables through which child processes meet Erlen as Flask."""

from __future__ import annotations

import collections.abc as cabc
import os
import pathlib
import site
import sys

from .finder import SITE

#: Holds a `flask` command for programs that start one by name.
BIN = str(pathlib.Path(__file__).parent / "bin")

#: The folder that holds the package `erlen`.
ROOT = str(pathlib.Path(__file__).parents[2])

#: Tells the `flask` command in `BIN` which Python to use.
INTERPRETER = "ERLEN_AS_FLASK_PYTHON"


def announce(environ: cabc.MutableMapping[str, str]) -> None:
    """Change `environ` so that a process started with it resolves `flask` to Erlen.

    `PYTHONPATH` gets the folder with the package in front, so it goes before a real Flask that is
    installed. `PATH` gets the command in front: a `flask` that is there already may belong to
    another Python, which has not what this one has.
    """
    _edit(environ, "PYTHONPATH", front=[SITE, *_roots()])
    _edit(environ, "PATH", front=[BIN])
    environ[INTERPRETER] = sys.executable


def withdraw(environ: cabc.MutableMapping[str, str]) -> None:
    """Undo `announce`, for a child process that is to meet the real Flask."""
    _edit(environ, "PYTHONPATH", drop=[SITE])
    _edit(environ, "PATH", drop=[BIN])
    environ.pop(INTERPRETER, None)


def _roots() -> list[str]:
    """Return the folder of `erlen` itself where a child would not find it: it is no site folder."""
    return [] if ROOT in {*site.getsitepackages(), site.getusersitepackages()} else [ROOT]


def _edit(
    environ: cabc.MutableMapping[str, str],
    name: str,
    *,
    front: cabc.Sequence[str] = (),
    drop: cabc.Sequence[str] = (),
) -> None:
    """Move or drop entries of a variable that lists folders; an empty list is no variable."""
    moved = {*front, *drop}
    present = environ.get(name, "").split(os.pathsep) if environ.get(name) else []
    kept = [entry for entry in present if entry not in moved]
    if entries := [*front, *kept]:
        environ[name] = os.pathsep.join(entries)
    else:
        environ.pop(name, None)
