"""Where things stand: ``file:line`` of functions, and which files are the application's own."""

from __future__ import annotations

import functools
import inspect
import os
import pathlib
import sysconfig
import types
import typing as t

if t.TYPE_CHECKING:
    from ..app import Erlen

_FOREIGN_FOLDERS = {"site-packages", "dist-packages"}
_PACKAGE = str(pathlib.Path(__file__).parent.parent) + os.sep
_STANDARD_LIBRARY = sysconfig.get_path("stdlib") + os.sep


def short(path: str | os.PathLike[str]) -> str:
    """Return *path* as seen from the working directory, where it lies below it."""
    path = os.path.abspath(path)
    try:
        relative = os.path.relpath(path)
    except ValueError:  # another drive
        return path
    return path if relative.startswith(os.pardir) else relative


def at(path: str | os.PathLike[str], line: int) -> str:
    return f"{short(path)}:{line}"


def plain_function(view: t.Any) -> types.FunctionType | None:
    """Return the function that a view, hook or handler is in the end."""
    while isinstance(view, functools.partial):
        view = view.func
    view = inspect.unwrap(view)
    view = getattr(view, "__func__", view)
    return view if isinstance(view, types.FunctionType) else None


def place_of(view: t.Any) -> str:
    """Return where a view, hook or handler was written; its ``repr`` when nobody knows."""
    cls = getattr(view, "view_class", None)
    if cls is not None:
        return _place_of_class(cls)
    function = plain_function(view)
    if function is None:
        return repr(view)
    code = function.__code__
    return at(code.co_filename, code.co_firstlineno)


def _place_of_class(cls: type) -> str:
    try:
        _, line = inspect.getsourcelines(cls)
        return at(inspect.getfile(cls), line)
    except (OSError, TypeError):
        return f"class {cls.__module__}.{cls.__qualname__}"


def is_own(app: Erlen, path: str | None) -> bool:
    """Tell whether a file belongs to the application and not to something it uses."""
    if path is None:
        return False
    return os.path.exists(path) and not is_installed(app, path)


def is_installed(app: Erlen, path: str) -> bool:
    """Tell whether *path* lies in an installed package, unless that is the application itself."""
    path = os.path.abspath(path)
    if os.path.join(path, "").startswith(os.path.join(app.root_path, "")):
        return False
    if path.startswith((_PACKAGE, _STANDARD_LIBRARY)):
        return True
    return not _FOREIGN_FOLDERS.isdisjoint(pathlib.Path(path).parts)
