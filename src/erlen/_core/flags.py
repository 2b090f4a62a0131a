"""Environment variables that are on or off."""

from __future__ import annotations

FALSE_WORDS = frozenset({"0", "false", "no"})


def is_on(value: str | None) -> bool:
    """Tell what a variable says: unset, empty, ``0``, ``false`` and ``no`` mean off."""
    return bool(value) and str(value).lower() not in FALSE_WORDS
