"""Whether a value is made of nothing but what msgpack or JSON know.

The encoders write a tuple as a list, and a UUID as text: which of them may have a value as it is,
is asked here, of every part of it, before each write and for each comparison. Cython compiles this
where it can (see ``plainness.pxd``): a list of 14 dicts then takes 0.5 µs, 6 interpreted (timeit).
"""

from __future__ import annotations

import typing as t

_NONE: t.Final = type(None)
_INFINITE: t.Final = float("inf")

# PERF: loops, as all() makes a generator, which Cython cannot make a call in C.


def is_plain_msgpack(value: t.Any, depth: int) -> bool:
    """Tell whether msgpack says all there is to say of *value*, *depth* levels down at most."""
    kind = type(value)
    if kind is str or kind is int or kind is float or kind is bool or kind is _NONE:
        return True
    if depth == 0:
        return False
    if kind is dict:
        for key, item in value.items():
            kind = type(key)
            if kind is not str and kind is not int:
                return False
            if not is_plain_msgpack(item, depth - 1):
                return False
        return True
    if kind is list:
        for item in value:  # noqa: SIM110
            if not is_plain_msgpack(item, depth - 1):
                return False
        return True
    return kind is bytes


def is_plain_json(value: t.Any, depth: int) -> bool:
    """Tell whether JSON says all there is to say of *value*, and nobody could take it for a tag."""
    kind = type(value)
    if kind is str or kind is int or kind is bool or kind is _NONE:
        return True
    if kind is float:
        return bool(-_INFINITE < value < _INFINITE)
    if depth == 0:
        return False
    if kind is dict:
        for key, item in value.items():
            if type(key) is not str or (len(value) == 1 and key.startswith("$")):
                return False
            if not is_plain_json(item, depth - 1):
                return False
        return True
    if kind is list:
        for item in value:  # noqa: SIM110
            if not is_plain_json(item, depth - 1):
                return False
        return True
    return False
