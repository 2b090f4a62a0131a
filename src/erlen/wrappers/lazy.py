"""An attribute that costs nothing until it is read."""

from __future__ import annotations

import typing as t

if t.TYPE_CHECKING:
    import collections.abc as cabc

    _T = t.TypeVar("_T")

    class lazy(t.Generic[_T]):
        """What the kernel's class is for those who check types."""

        def __init__(self, compute: cabc.Callable[[t.Any], _T]) -> None: ...
        @t.overload
        def __get__(self, obj: None, owner: type | None = None) -> t.Self: ...
        @t.overload
        def __get__(self, obj: object, owner: type | None = None) -> _T: ...
        def __get__(self, obj: object | None, owner: type | None = None) -> t.Any: ...
else:
    from .._core.attributes import lazy as lazy
