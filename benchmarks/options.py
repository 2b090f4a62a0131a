"""Options that several benchmarks take."""

from __future__ import annotations

import argparse
import collections.abc as cabc


def names_in(known: cabc.Collection[str]) -> cabc.Callable[[str], list[str]]:
    """Return a type for argparse: names with commas between, each of which is *known*."""

    def names(text: str) -> list[str]:
        chosen = text.split(",")
        unknown = [name for name in chosen if name not in known]
        if unknown:
            raise argparse.ArgumentTypeError(f"{unknown[0]!r} is none of {', '.join(known)}")
        return chosen

    return names
