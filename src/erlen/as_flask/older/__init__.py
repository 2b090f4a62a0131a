"""Names of Flask 0.x to 2.x that Flask dropped, for extensions and programs that use them still.

They exist here only, not in Erlen: `attach` gives each module and class what it lacks once it is
loaded as Flask's, and using such a name is a `DeprecationWarning` that says today's way. The
names that Erlen keeps for good (`_request_ctx_stack`, `before_first_request`, ...) are its own and
never warn.
"""

from __future__ import annotations

import importlib
import types
import typing as t

from .names import NAMES, warn_of

__all__ = ["attach"]

#: What more happens to a module, by the module of Erlen that it is.
_FURTHER: t.Final[dict[str, str]] = {"erlen.app": "applications", "erlen.blueprints": "blueprints"}


def attach(module: types.ModuleType) -> None:
    """Let a module of Erlen that is loaded as one of Flask's know its older names, once."""
    name = f"flask.{module.__name__.partition('.')[2]}"
    if name in NAMES and "_older_names" not in module.__dict__:
        module.__dict__["_older_names"] = True
        own = module.__dict__.get("__getattr__")
        module.__dict__["__getattr__"] = finder(name, own)
    if further := _FURTHER.get(module.__name__):
        importlib.import_module(f"{__name__}.{further}").attach()


def finder(
    module: str, otherwise: t.Callable[[str], t.Any] | None = None
) -> t.Callable[[str], t.Any]:
    """Return a module's ``__getattr__`` that finds the older names of *module*."""
    older = NAMES[module]

    def __getattr__(name: str) -> t.Any:
        if name in older:
            target, advice = older[name]
            warn_of(f"{module}.{name}", advice)
            home, _, attribute = target.partition(":")
            return getattr(importlib.import_module(home), attribute)
        if otherwise is not None:
            return otherwise(name)
        raise AttributeError(f"module {module!r} has no attribute {name!r}")

    return __getattr__
