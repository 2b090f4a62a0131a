"""The way of a value to marked JSON text and back, which is short for one that needs no mark.

What walks through a value is in :mod:`erlen.json.tag`, where the interpreter counts how deep it
gets: compiled code that calls itself ends the process when a value is nested too deep.
"""

from __future__ import annotations

import typing as t
from json import JSONDecoder

from .. import json
from .provider import _compact_dumper, _current_provider, _parses_as_usual

if t.TYPE_CHECKING:
    from .tag import TaggedJSONSerializer

#: Types that no default tag asks for. Exactly these: a subclass may well have a tag.
UNTAGGED: t.Final = frozenset({str, int, float, bool, type(None)})

_scan: t.Any = JSONDecoder().scan_once  # type: ignore[attr-defined]


def dumps(serializer: TaggedJSONSerializer, value: t.Any) -> str:
    """Return *value* as compact, marked JSON text."""
    # PERF: plain values need no tag: asked here, 1.2 against 1.5 µs for three of them.
    is_plain = (
        type(value) is dict
        and len(value) > 1
        and _needs_no_tag(value)
        and serializer.order == serializer._default_order
    )
    marked = value if is_plain else serializer.tag(value)
    dumper = _compact_dumper(_current_provider())
    if dumper is None:
        return json.dumps(marked, separators=(",", ":"))
    return dumper.dump(marked)


def loads(serializer: TaggedJSONSerializer, value: str) -> t.Any:
    """Make the value again of what :meth:`dumps` returned."""
    rv = _parse(value)
    # PERF: all default marks begin with a space, and in compact text a quote followed by a
    # space is nothing else: without one the value needs no second walk (0.7 of 1.6 µs).
    if (
        serializer.order == serializer._default_order
        and '" ' not in value
        and "\\u0020" not in value
    ):
        return rv
    return serializer._untag_scan(rv)


def _needs_no_tag(value: dict[str, t.Any]) -> bool:
    for member in value.values():  # noqa: SIM110 - no generator can be compiled here
        if type(member) not in UNTAGGED:
            return False
    return True


def _parse(text: str) -> t.Any:
    if _parses_as_usual(_current_provider()):
        # PERF: json.loads looks for a byte order mark and for spaces around the text: 1.4
        # against 0.7 µs.
        try:
            rv, end = _scan(text, 0)
            if end == len(text):
                return rv
        except (StopIteration, TypeError):
            pass
    return json.loads(text)
