"""Decides in which form the kernel is taken: compiled where that can be had, or as Python reads it.

The kernel are the modules beside which lies a ``.pxd``, with types for Cython. Where they were
compiled, Python finds the compiled ones first. What Cython makes serves one interpreter of a
process, though, and mod_wsgi may have several: the others get the source. With
``ERLEN_INTERPRETED=1`` in the environment that is what everybody gets. So they do where not all
of the kernel was compiled: a compiled module reads another's objects at fixed places in memory.
And so they do in a checkout where a file was changed after it was compiled.
"""

from __future__ import annotations

import collections.abc as cabc
import importlib
import importlib.util
import linecache
import os
import pathlib
import sys
import typing as t
import warnings
from importlib.machinery import EXTENSION_SUFFIXES, ModuleSpec, SourceFileLoader

from .flags import is_on

_ERLEN = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
_NAME = __name__.partition(".")[0]
_PACKAGES = ("_core", "json", "sessions", "sessions.stores")
#: What lies beside the packages in a checkout, where sources change after they were compiled. An
#: installer gives files whatever times it likes.
_COMPILER = os.path.join(_ERLEN, "..", "..", "tools", "hatch_build.py")
#: A module of the kernel that imports no other.
_SAMPLE = f"{__package__}.states"


class SourceFinder:
    """Finds the modules of the kernel as source files only."""

    @staticmethod
    def find_spec(
        name: str, path: cabc.Sequence[str] | None = None, target: object = None
    ) -> ModuleSpec | None:
        package, _, module = name.rpartition(".")
        if package.partition(".")[0] != _NAME:
            return None
        for folder in path or ():
            file = pathlib.Path(folder, f"{module}.py")
            if file.with_suffix(".pxd").exists():
                return importlib.util.spec_from_file_location(name, file)
        return None


class Module(t.NamedTuple):
    """A module of the kernel."""

    name: str
    #: The path of its files, without what they end with.
    path: str
    #: What its compiled form ends with; None where it has none.
    suffix: str | None


def choose() -> None:
    modules = modules_in(_ERLEN)
    if is_on(os.environ.get("ERLEN_INTERPRETED")) or not _can_be_compiled(modules):
        sys.meta_path.insert(0, SourceFinder)
    else:
        _give_lines(modules)


def modules_in(erlen: str | os.PathLike[str]) -> list[Module]:
    """Return the kernel that lies in *erlen*, the folder of the package."""
    modules = []
    for package in _PACKAGES:
        folder = os.path.join(erlen, *package.split("."))
        files = set(os.listdir(folder))
        for file in files:
            if file.endswith(".pxd"):
                stem = file.removesuffix(".pxd")
                suffix = next((end for end in EXTENSION_SUFFIXES if stem + end in files), None)
                name = f"{_NAME}.{package}.{stem}"
                modules.append(Module(name, os.path.join(folder, stem), suffix))
    return modules


def _can_be_compiled(modules: list[Module]) -> bool:
    return is_compiled(modules) and not _is_outdated(modules) and _is_accepted()


def is_compiled(modules: list[Module]) -> bool:
    return all(module.suffix for module in modules)


def changed_files(modules: list[Module]) -> cabc.Iterator[str]:
    """Yield the sources of compiled modules that were changed since."""
    for _, path, suffix in modules:
        compiled = os.stat(f"{path}{suffix}").st_mtime_ns
        for source in (f"{path}.py", f"{path}.pxd"):
            if os.stat(source).st_mtime_ns > compiled:
                yield source


def _is_outdated(modules: list[Module]) -> bool:
    if not os.path.exists(_COMPILER):
        return False
    changed = next(changed_files(modules), None)
    if changed is not None:
        warnings.warn(
            f"The kernel is not compiled anew: {os.path.relpath(changed, _ERLEN)} was changed"
            " since, so all of it is taken as source, which is slower. `make test` compiles it.",
            RuntimeWarning,
            stacklevel=1,
        )
    return changed is not None


def _is_accepted() -> bool:
    try:
        importlib.import_module(_SAMPLE)
    except ImportError:
        return False
    return True


def _give_lines(modules: list[Module]) -> None:
    """Tell tracebacks where the lines of compiled modules are.

    Such a module names its file from where the package lies, wherever it was compiled, and its
    loader says that it has no source.
    """
    for name, path, _ in modules:
        loader = SourceFileLoader(name, f"{path}.py")
        known = {"__name__": name, "__spec__": ModuleSpec(name, loader)}
        linecache.lazycache(f"{name.replace('.', os.sep)}.py", known)
