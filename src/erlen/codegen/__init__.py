"""Models generated from a database: ``erlen db models URL``.

Needs the extra ``codegen``: ``pip install 'erlen[codegen]'``.
"""

from __future__ import annotations

import typing as t

if t.TYPE_CHECKING:
    from .generator import generate_models as generate_models

__all__ = ["generate_models"]


def __getattr__(name: str) -> t.Any:
    # The command's help is shown without sqlacodegen.
    if name in __all__:
        from . import generator

        return getattr(generator, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
