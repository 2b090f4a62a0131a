"""Fields and cookies of a request: Werkzeug's type, quick to look something up in."""

from __future__ import annotations

import typing as t

from werkzeug.datastructures import ImmutableMultiDict as WerkzeugsImmutableMultiDict
from werkzeug.exceptions import BadRequestKeyError

_get: t.Any = dict.get
_update: t.Any = dict.update


class ImmutableMultiDict(WerkzeugsImmutableMultiDict[str, str]):
    """A multidict whose lookups neither search twice nor raise for what is not there."""

    # PERF: `args["a"]` 0.15 against 0.20 µs, `args.get("a")` 0.16 against 0.23, and for a name
    # that was not sent 0.13 against 1.02: Werkzeug makes a whole HTTP exception and drops it.

    def __getitem__(self, key: str) -> str:
        values = _get(self, key)
        if values:
            return values[0]  # type: ignore[no-any-return]
        raise BadRequestKeyError(key)

    if not t.TYPE_CHECKING:  # Werkzeug's signature stays, with all its overloads

        def get(self, key, default=None, type=None):
            values = _get(self, key)
            if not values:
                return default
            if type is None:
                return values[0]
            try:
                return type(values[0])
            except (ValueError, TypeError):
                return default


def filled(values: dict[str, list[str]]) -> ImmutableMultiDict:
    """Return a multidict of *values*, whose lists it takes over."""
    # PERF: 0.25 against 1.2 µs for the constructor (timeit, five fields).
    multidict = ImmutableMultiDict.__new__(ImmutableMultiDict)
    _update(multidict, values)
    return multidict
