"""An attribute that costs nothing until it is read."""

from __future__ import annotations

import collections.abc as cabc
import typing as t

_T = t.TypeVar("_T")


class lazy(t.Generic[_T]):
    """An attribute that is computed when first read; it can be set and deleted like any other."""

    def __init__(self, compute: cabc.Callable[[t.Any], _T]) -> None:
        self.compute = compute
        self.__doc__ = compute.__doc__

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    @t.overload
    def __get__(self, obj: None, owner: type | None = None) -> t.Self: ...
    @t.overload
    def __get__(self, obj: object, owner: type | None = None) -> _T: ...
    def __get__(self, obj: object | None, owner: type | None = None) -> t.Any:
        if obj is None:
            return self
        value = self.compute(obj)
        setattr(obj, self.name, value)
        return value
