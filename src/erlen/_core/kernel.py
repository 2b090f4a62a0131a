"""Decides in which form the kernel is taken: compiled where that can be had, or as Python reads it.

The kernel are the modules beside which lies a ``.pxd``, with types for Cython. Where they were
compiled, Python finds the compiled ones first. What Cython makes serves one interpreter of a
process, though, and mod_wsgi may have several: the others get the source. With
``ERLEN_INTERPRETED=1`` in the environment that is what everybody gets. So they do where not all
of the kernel was compiled: a compiled module reads another's objects at fixed places in memory.
"""

from __future__ import annotations

import collections.abc as cabc
import importlib
import importlib.util
import os
import pathlib
import sys
from importlib.machinery import EXTENSION_SUFFIXES, ModuleSpec

_ERLEN = __name__.partition(".")[0]
_FOLDER = pathlib.Path(__file__).parent
#: A module of the kernel that imports no other.
_SAMPLE = f"{__package__}.states"


class SourceFinder:
    """Finds the modules of the kernel as source files only."""

    @staticmethod
    def find_spec(
        name: str, path: cabc.Sequence[str] | None = None, target: object = None
    ) -> ModuleSpec | None:
        package, _, module = name.rpartition(".")
        if package.partition(".")[0] != _ERLEN:
            return None
        for folder in path or ():
            file = pathlib.Path(folder, f"{module}.py")
            if file.with_suffix(".pxd").exists():
                return importlib.util.spec_from_file_location(name, file)
        return None


def choose() -> None:
    interpreted = os.environ.get("ERLEN_INTERPRETED")
    if interpreted or not is_compiled(_FOLDER) or not _is_accepted():
        sys.meta_path.insert(0, SourceFinder)


def is_compiled(folder: pathlib.Path) -> bool:
    """Tell whether there is a compiled form of each module of the kernel in *folder*."""
    return all(
        any(types.with_suffix(suffix).exists() for suffix in EXTENSION_SUFFIXES)
        for types in folder.glob("*.pxd")
    )


def _is_accepted() -> bool:
    try:
        importlib.import_module(_SAMPLE)
    except ImportError:
        return False
    return True
