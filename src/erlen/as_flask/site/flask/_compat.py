"""What Flask 1.x had for Python 2 and 3 alike, and what its extensions import from it."""

from __future__ import annotations

import collections.abc as collections_abc
import inspect
import typing as t
import warnings
from inspect import getfullargspec as getargspec
from io import StringIO
from os import fspath

__all__ = [
    "PY2",
    "StringIO",
    "collections_abc",
    "fspath",
    "getargspec",
    "implements_iterator",
    "implements_to_string",
    "integer_types",
    "iteritems",
    "iterkeys",
    "itervalues",
    "json_available",
    "range_type",
    "reraise",
    "string_types",
    "text_type",
    "with_metaclass",
]

warnings.warn(
    "'flask._compat' is a module that Flask has dropped: write for Python 3 alone, 'str' instead of"
    " 'text_type' and so on.",
    DeprecationWarning,
    stacklevel=2,
)

T = t.TypeVar("T")

PY2 = False
BROKEN_PYPY_CTXMGR_EXIT = False
json_available = True
text_type = str
string_types = (str,)
integer_types = (int,)
range_type = range


def iterkeys(mapping: t.Any) -> t.Iterator[t.Any]:
    return iter(mapping.keys())


def itervalues(mapping: t.Any) -> t.Iterator[t.Any]:
    return iter(mapping.values())


def iteritems(mapping: t.Any) -> t.Iterator[tuple[t.Any, t.Any]]:
    return iter(mapping.items())


def reraise(tp: type, value: BaseException, tb: t.Any = None) -> t.NoReturn:
    raise value if value.__traceback__ is tb else value.with_traceback(tb)


def implements_to_string(cls: T) -> T:
    return cls


def implements_iterator(cls: T) -> T:
    return cls


def with_metaclass(meta: t.Any, *bases: type) -> t.Any:
    """Return a base for a class statement whose class gets *meta* and *bases*."""

    class Temporary(type):
        def __new__(metacls, name: str, _: t.Any, namespace: dict[str, t.Any]) -> t.Any:
            return meta(name, bases, namespace)

    return type.__new__(Temporary, "temporary_class", (), {})


class _ArgSpec(t.NamedTuple):
    args: list[str]
    varargs: str | None
    keywords: str | None
    defaults: tuple[t.Any, ...] | None


def _getargspec(func: t.Any) -> _ArgSpec:
    """What Python had under this name until 3.11."""
    return _ArgSpec(*inspect.getfullargspec(func)[:4])


# Whoever imports this module is of an age to ask for it: Flask-Script for each of its commands.
if not hasattr(inspect, "getargspec"):
    inspect.getargspec = _getargspec  # type: ignore[attr-defined]
