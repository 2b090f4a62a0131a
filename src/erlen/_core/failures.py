"""Failures that follow a failure: told in its log record, and not in one of their own."""

from __future__ import annotations

import traceback


def note_further(failure: BaseException, further: BaseException) -> None:
    """Add to *failure* what failed while it was being answered, with the place."""
    lines = traceback.format_exception(further, chain=False)
    failure.add_note("The answer to this failed, too:\n" + "".join(lines).rstrip())


def is_same(one: BaseException, other: BaseException) -> bool:
    """Tell whether *other* says just what *one* has said."""
    return type(one) is type(other) and str(one) == str(other)
