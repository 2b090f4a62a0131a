"""Templates of other programs that share the application's folder.

Several small applications may lie side by side and use one folder of templates. What the files
name that this application has not imported, and its own files do not, is not its concern.
"""

from __future__ import annotations

import collections.abc as cabc
import os
import sys
import typing as t

if t.TYPE_CHECKING:
    from ..app import Erlen

#: Folders that hold no programs of the application, but many files.
_SKIPPED = {"__pycache__", "node_modules", "site-packages", "dist-packages"}


def names_of_neighbours(app: Erlen, named: cabc.Mapping[str, cabc.Set[str]]) -> frozenset[str]:
    """Return the templates that only programs beside the application use.

    :param named: the names of all templates, and which others each of them names.
    """
    own, others = _sources(app)
    used_here = {name for name in named if _is_named(name, own)}
    used_there = {name for name in named if _is_named(name, others)}
    there = _with_all_they_name(used_there - used_here, named)
    nobodys = set(named) - used_here - there
    return frozenset(there - _with_all_they_name(used_here | nobodys, named))


def _sources(app: Erlen) -> tuple[list[str], list[str]]:
    """Return the source of the imported files below the application's folder, and of the rest."""
    paths = [getattr(module, "__file__", None) for module in list(sys.modules.values())]
    imported = {os.path.realpath(path) for path in paths if isinstance(path, str)}
    own: list[str] = []
    others: list[str] = []
    for path in _python_files(os.path.realpath(app.root_path)):
        with open(path, encoding="utf-8", errors="replace") as file:
            (own if path in imported else others).append(file.read())
    return own, others


def _python_files(root: str) -> cabc.Iterator[str]:
    for folder, folders, files in os.walk(root):
        folders[:] = [name for name in folders if name not in _SKIPPED and name[:1] != "."]
        yield from (os.path.join(folder, name) for name in files if name.endswith(".py"))


def _is_named(name: str, sources: list[str]) -> bool:
    quoted = (f'"{name}"', f"'{name}'")
    return any(text in source for source in sources for text in quoted)


def _with_all_they_name(
    names: cabc.Iterable[str], named: cabc.Mapping[str, cabc.Set[str]]
) -> set[str]:
    found: set[str] = set()
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting.extend(named.get(name, ()))
    return found
