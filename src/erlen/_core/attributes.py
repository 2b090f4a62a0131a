"""Attributes that cost nothing until they are read."""

from __future__ import annotations

import typing as t

if t.TYPE_CHECKING:
    import collections.abc as cabc


class lazy:
    """An attribute that is computed when first read; it can be set and deleted like any other."""

    def __init__(self, compute: cabc.Callable[[t.Any], t.Any]) -> None:
        self.compute = compute
        self.__doc__ = compute.__doc__

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    def __get__(self, obj: object | None, owner: type | None) -> t.Any:
        if obj is None:
            return self
        # A property of a subclass's own may be in the way, which asks here through `super()`.
        kept = obj.__dict__
        if self.name not in kept:
            kept[self.name] = self.compute(obj)
        return kept[self.name]
