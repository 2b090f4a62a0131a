"""Public registries that say when they change.

Applications, and extensions even more, put functions straight into ``app.before_request_funcs``
or ``app.view_functions``. What is compiled from such a registry must then be compiled anew, so
the registries are a dict and a list that call *changed* after every change. Dicts and lists put
into them are taken over as copies of the same kind, however deep.
"""

from __future__ import annotations

import collections.abc as cabc
import typing as t
from functools import wraps

Changed = cabc.Callable[[], None]


def observe(value: t.Any, changed: Changed) -> t.Any:
    """Return *value* as a registry that calls *changed*; anything but a dict or list as it is."""
    if isinstance(value, dict):
        factory = getattr(value, "default_factory", None)
        return ObservedDict(value, changed, factory)
    if isinstance(value, list):
        return ObservedList(value, changed)
    return value


def _announced(method: cabc.Callable[..., t.Any]) -> cabc.Callable[..., t.Any]:
    @wraps(method)
    def announcing(self: t.Any, *args: t.Any, **kwargs: t.Any) -> t.Any:
        try:
            return method(self, *args, **kwargs)
        finally:
            self.changed()

    return announcing


class ObservedList(list[t.Any]):
    __slots__ = ("changed",)

    def __init__(self, values: cabc.Iterable[t.Any], changed: Changed) -> None:
        super().__init__(values)
        self.changed = changed

    append = _announced(list.append)
    clear = _announced(list.clear)
    extend = _announced(list.extend)
    insert = _announced(list.insert)
    pop = _announced(list.pop)
    remove = _announced(list.remove)
    reverse = _announced(list.reverse)
    sort = _announced(list.sort)
    __delitem__ = _announced(list.__delitem__)
    __setitem__ = _announced(list.__setitem__)
    __iadd__ = _announced(list.__iadd__)
    __imul__ = _announced(list.__imul__)

    def __reduce__(self) -> tuple[type, tuple[list[t.Any]]]:
        return list, (list(self),)


class ObservedDict(dict[t.Any, t.Any]):
    """A dict whose missing values are made by *factory*, if there is one: a ``defaultdict``."""

    __slots__ = ("changed", "default_factory")

    def __init__(
        self,
        values: cabc.Mapping[t.Any, t.Any],
        changed: Changed,
        factory: cabc.Callable[[], t.Any] | None = None,
    ) -> None:
        super().__init__((key, observe(value, changed)) for key, value in values.items())
        self.changed = changed
        self.default_factory = factory

    def __missing__(self, key: t.Any) -> t.Any:
        if self.default_factory is None:
            raise KeyError(key)
        value = observe(self.default_factory(), self.changed)
        # An empty value changes no plan: it is stored without an announcement, so that code
        # that only looks (`app.error_handler_spec[None]`) costs nothing.
        super().__setitem__(key, value)
        return value

    def __setitem__(self, key: t.Any, value: t.Any) -> None:
        super().__setitem__(key, observe(value, self.changed))
        self.changed()

    def setdefault(self, key: t.Any, default: t.Any = None) -> t.Any:
        if key not in self:
            self[key] = default
        return self[key]

    def update(self, *args: t.Any, **kwargs: t.Any) -> None:
        for key, value in dict(*args, **kwargs).items():
            self[key] = value

    def __ior__(self, other: t.Any) -> t.Any:  # type: ignore[misc]
        self.update(other)
        return self

    clear = _announced(dict.clear)
    pop = _announced(dict.pop)
    popitem = _announced(dict.popitem)
    __delitem__ = _announced(dict.__delitem__)

    def copy(self) -> ObservedDict:
        return ObservedDict(self, self.changed, self.default_factory)

    def __reduce__(self) -> tuple[type, tuple[dict[t.Any, t.Any]]]:
        return dict, (dict(self),)
