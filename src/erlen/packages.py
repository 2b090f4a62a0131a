"""Where an application's import name lives on disk."""

from __future__ import annotations

import importlib
import importlib.machinery
import importlib.util
import os
import pathlib
import sys


def get_root_path(import_name: str) -> str:
    """Find the folder that holds a module, or the folder that a package is.

    The current working directory is the answer for a name that cannot be found, and for an
    interactive ``__main__``.

    :raises RuntimeError: the name is known but has no file, a namespace package for example.
    """
    filename = getattr(sys.modules.get(import_name), "__file__", None)
    if filename is None:
        filename = _filename_from_loader(import_name)
    return os.getcwd() if filename is None else os.path.dirname(os.path.abspath(filename))


def _filename_from_loader(import_name: str) -> str | None:
    spec = _find_spec(import_name)
    if spec is None or spec.loader is None:
        return None
    if hasattr(spec.loader, "get_filename"):
        return str(spec.loader.get_filename(import_name))

    # A loader of this kind tells the file only through the module itself.
    filename = getattr(importlib.import_module(import_name), "__file__", None)
    if filename is None:
        raise RuntimeError(
            "No root path can be found for the provided module"
            f" {import_name!r}. This can happen because the module came from an import hook"
            " that does not provide file name information or because it's a namespace"
            " package. In this case the root path needs to be explicitly provided."
        )
    return str(filename)


def find_package(import_name: str) -> tuple[str | None, str]:
    """Find the prefix a package is installed under, and the folder it is imported from.

    The prefix is the folder with ``lib`` and ``bin`` in it, ``None`` for a package that is not
    installed. An unknown package counts as imported from the current working directory.
    """
    path = _find_package_path(import_name)
    python_prefix = os.path.abspath(sys.prefix)
    if pathlib.PurePath(path).is_relative_to(python_prefix):
        return python_prefix, path
    return _prefix_of_site_packages(path), path


def _prefix_of_site_packages(path: str) -> str | None:
    library, name = os.path.split(path)
    if name.lower() != "site-packages":
        return None
    for lib in (library, os.path.dirname(library)):  # Windows: Lib, Unix: lib/pythonX.Y
        if os.path.basename(lib).lower() == "lib":
            return os.path.dirname(lib)
    return library


def _find_package_path(import_name: str) -> str:
    """Find the entry of ``sys.path`` that the package or module of this name comes from."""
    root = _find_spec(import_name.partition(".")[0])
    if root is None:
        return os.getcwd()
    if not root.submodule_search_locations:
        return os.path.dirname(root.origin or "")
    if root.origin in (None, "namespace"):
        return os.path.dirname(_namespace_location(root, import_name))
    return os.path.dirname(os.path.dirname(root.origin or ""))


def _namespace_location(root: importlib.machinery.ModuleSpec, import_name: str) -> str:
    """Pick that portion of a namespace package which contains ``import_name``, else the first."""
    portions = list(root.submodule_search_locations or ())
    package = _find_spec(import_name)
    if package is not None and package.submodule_search_locations:
        folder = pathlib.Path(os.path.commonpath(list(package.submodule_search_locations)))
        for portion in portions:
            if folder.is_relative_to(portion):
                return portion
    return portions[0]


def _find_spec(import_name: str) -> importlib.machinery.ModuleSpec | None:
    """Find a module's spec; ``None`` where there is none, as for a ``__main__`` script."""
    try:
        return importlib.util.find_spec(import_name)
    except (ImportError, ValueError):
        return None
