"""Example URLs of a rule: enough different ones to tell it from other rules."""

from __future__ import annotations

import collections.abc as cabc
import re
import typing as t
from urllib.parse import unquote

from werkzeug.routing import (
    AnyConverter,
    BaseConverter,
    FloatConverter,
    IntegerConverter,
    PathConverter,
    Rule,
    UnicodeConverter,
    UUIDConverter,
)

#: Whose values are known: all but these are the application's own.
BUILT_IN: t.Final = (
    AnyConverter,
    FloatConverter,
    IntegerConverter,
    PathConverter,
    UnicodeConverter,
    UUIDConverter,
)

_TEXTS = (
    *("sample", "en", "a", "1", "12345", "Zz", "x-1", "x_1", "x.html", "2024-01-31", "0" * 4),
    *("a,b", "a+b", "a1" * 4, "deadbeef", "1.5", "-7", "ABC", "ABC-123", "abcde" * 8),
    "6fa459ea-ee8a-3ca4-894e-db77e160355e",
)
_PATHS = (*_TEXTS, "a/b", "a/b/c.txt", "1/2/3/4/5/6/7/8")
_NUMBERS = ("0", "1", "7", "10", "12", "123", "1000", "12345", "999999999", "-1", "-12345")
_FRACTIONS = ("0.5", "1.5", "12345.678", "-1.5")
_LENGTHS = (1, 2, 3, 5, 8, 13, 21, 34, 55, 89, 144, 300)


class Sample(t.NamedTuple):
    domain: str
    path: str


def samples_of(rule: Rule) -> list[Sample]:
    """Return URLs that *rule* matches; none where its converters are too peculiar."""
    names = [name for name in rule._converters if name not in (rule.defaults or ())]
    values = [_values_of(rule._converters[name]) for name in names]
    built = [
        rule.build(dict(zip(names, combination, strict=True)), append_unknown=False)
        for combination in _combinations(values)
    ]
    return [Sample(url[0], unquote(url[1])) for url in built if url is not None]


def _combinations(values: list[list[t.Any]]) -> cabc.Iterator[tuple[t.Any, ...]]:
    """Yield so many combinations that each value of each variable occurs."""
    if all(values):
        for position in range(max(map(len, values), default=1)):
            yield tuple(each[position % len(each)] for each in values)


def _values_of(converter: BaseConverter) -> list[t.Any]:
    """Return values that the converter takes and gives back."""
    values = []
    for text in _texts_of(converter):
        if re.fullmatch(converter.regex, text) is None:
            continue
        try:
            value = converter.to_python(text)
            if unquote(converter.to_url(value)) == text:
                values.append(value)
        except Exception:  # whatever a converter of the application's own raises
            continue
    return values


def _texts_of(converter: BaseConverter) -> cabc.Iterable[str]:
    if isinstance(converter, AnyConverter):
        return sorted(converter.items)
    if isinstance(converter, IntegerConverter):
        return (*_NUMBERS, *_limits_of(converter))
    if isinstance(converter, FloatConverter):
        return (*_FRACTIONS, *_limits_of(converter))
    if isinstance(converter, PathConverter):
        return _PATHS
    if isinstance(converter, UnicodeConverter):
        return (*_TEXTS, *("x" * length for length in _LENGTHS))
    return _PATHS


def _limits_of(converter: IntegerConverter | FloatConverter) -> cabc.Iterator[str]:
    width = converter.fixed_digits
    for limit in (converter.min, converter.max):
        if limit is not None:
            yield str(limit).zfill(width)
    yield "7".zfill(width)
    yield "8" * width


def takes_anything(converter: BaseConverter) -> bool:
    """Tell whether a converter takes every text without a slash."""
    if type(converter) is PathConverter:
        return True
    return type(converter) is UnicodeConverter and converter.regex == "[^/]{1,}"
