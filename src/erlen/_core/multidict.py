"""Fields and cookies of a request: Werkzeug's type, quick to look something up in."""

from __future__ import annotations

import typing as t

from werkzeug.datastructures import ImmutableMultiDict as WerkzeugsImmutableMultiDict

from . import lookups

_update: t.Any = dict.update


if t.TYPE_CHECKING:  # Werkzeug's signatures stay, with all their overloads

    class ImmutableMultiDict(WerkzeugsImmutableMultiDict[str, str]): ...

else:

    class ImmutableMultiDict(lookups.FieldLookups, WerkzeugsImmutableMultiDict[str, str]):
        """A multidict of what a request brought."""

        __new__ = dict.__new__


def filled(values: dict[str, list[str]]) -> ImmutableMultiDict:
    """Return a multidict of *values*, whose lists it takes over."""
    # PERF: 0.25 against 1.2 µs for the constructor (timeit, five fields).
    multidict: t.Any = ImmutableMultiDict.__new__(ImmutableMultiDict)
    _update(multidict, values)
    return multidict  # type: ignore[no-any-return]
