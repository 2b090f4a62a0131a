"""Takes the kernel as Python has it, also where it is compiled.

import benchmarks.interpreted   # before erlen
"""

from __future__ import annotations

import collections.abc as cabc
import importlib.util
import pathlib
import sys
from importlib.machinery import ModuleSpec, SourceFileLoader

KERNEL = frozenset({"erlen._core.standins"})


class SourceFinder:
    """Finds the modules of the kernel as source files only."""

    @staticmethod
    def find_spec(
        name: str, path: cabc.Sequence[str] | None = None, target: object = None
    ) -> ModuleSpec | None:
        if name not in KERNEL:
            return None
        for folder in path or ():
            file = pathlib.Path(folder, f"{name.rpartition('.')[2]}.py")
            if file.exists():
                loader = SourceFileLoader(name, str(file))
                return importlib.util.spec_from_file_location(name, file, loader=loader)
        return None


if not KERNEL.isdisjoint(sys.modules):
    raise ImportError(
        "The kernel was imported already: import benchmarks.interpreted before erlen."
    )
sys.meta_path.insert(0, SourceFinder)
