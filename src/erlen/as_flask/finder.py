"""The import finder that answers for `flask` and its submodules."""

from __future__ import annotations

import collections.abc as cabc
import importlib
import importlib.abc
import importlib.metadata
import importlib.util
import pathlib
import re
import sys
import types
import typing as t
from importlib.machinery import ModuleSpec

from . import older
from .names import fill

_SITE = pathlib.Path(__file__).parent / "site"

#: The folder that holds the package `flask` and its metadata, as `sys.path` wants it.
SITE: t.Final = str(_SITE)

#: Modules of Flask that are the same module object as one of Erlen's. What is not named here
#: (`flask.sansio.app`, `flask.__main__`) is a file in `site/flask`.
ALIASES: t.Final[dict[str, str]] = {
    **{
        f"flask.{name}": f"erlen.{name}"
        for name in (
            "app",
            "blueprints",
            "cli",
            "config",
            "ctx",
            "debughelpers",
            "globals",
            "helpers",
            "json",
            "json.provider",
            "json.tag",
            "logging",
            "sessions",
            "signals",
            "templating",
            "testing",
            "typing",
            "views",
            "wrappers",
        )
    },
    "flask.sansio.blueprints": "erlen.blueprints",
    "flask.sansio.scaffold": "erlen.scaffold",
}


class AliasLoader(importlib.abc.Loader):
    """Load one module under a second name: the module object stays the same."""

    def __init__(self, target: str) -> None:
        self.target = target

    def exec_module(self, module: types.ModuleType) -> None:
        # The import system takes what lies in `sys.modules` after this call. The empty module
        # it made is dropped, so the real one keeps its own `__spec__` and can be reloaded.
        assert module.__spec__ is not None
        target = importlib.import_module(self.target)
        sys.modules[module.__spec__.name] = target
        fill(target)
        older.attach(target)


class FlaskFinder(importlib.metadata.DistributionFinder):
    """Answer for `flask`, its submodules and its distribution; see the package's docstring."""

    def find_spec(
        self,
        fullname: str,
        path: cabc.Sequence[str] | None,
        target: types.ModuleType | None = None,
    ) -> ModuleSpec | None:
        if fullname == "flask":
            return _package_spec()
        if fullname in ALIASES:
            return _alias_spec(fullname, ALIASES[fullname])
        if fullname.startswith("flask.ext."):
            _refuse_ext(fullname)
        return None

    def find_distributions(
        self, context: importlib.metadata.DistributionFinder.Context | None = None
    ) -> cabc.Iterable[importlib.metadata.Distribution]:
        # Only a question by name is answered here, before the real Flask's metadata can be
        # found; in an enumeration the folder takes part as an entry of `sys.path`.
        if context is None or _normalized(context.name) != "flask":
            return []
        if "path" in vars(context) and SITE not in context.path:
            return []
        return map(importlib.metadata.Distribution.at, _SITE.glob("*.dist-info"))


def _package_spec() -> ModuleSpec | None:
    package = _SITE / "flask"
    return importlib.util.spec_from_file_location(
        "flask", package / "__init__.py", submodule_search_locations=[str(package)]
    )


def _alias_spec(fullname: str, target: str) -> ModuleSpec:
    source = importlib.util.find_spec(target)
    if source is None:
        raise ModuleNotFoundError(f"No module named {target!r}", name=target)
    spec = ModuleSpec(fullname, AliasLoader(target), origin=source.origin)
    spec.submodule_search_locations = source.submodule_search_locations
    return spec


def _refuse_ext(fullname: str) -> t.NoReturn:
    # No ModuleNotFoundError: the statement `from flask.ext import x` would hide its text.
    name = fullname.removeprefix("flask.ext.")
    raise ImportError(
        f"No module named {fullname!r}: since Flask 1.0 an extension has one name only. Write"
        f" 'flask_{name}' instead of 'flask.ext.{name}'.",
        name=fullname,
    )


def _normalized(name: str | None) -> str | None:
    return name and re.sub(r"[-_.]+", "-", name).lower()
