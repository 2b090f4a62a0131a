"""The end of a request or an application context."""

from __future__ import annotations

import typing as t

if t.TYPE_CHECKING:
    import collections.abc as cabc


def run_all(functions: cabc.Iterable[cabc.Callable[..., t.Any]], exc: BaseException | None) -> None:
    """Call every function with *exc*; raise the first failure when all have run.

    Further failures are told in a note on the first one.
    """
    failure: Exception | None = None
    for function in functions:
        try:
            function(exc)
        except Exception as raised:
            if failure is None:
                failure = raised
            else:
                failure.add_note(f"Another function failed after this one: {raised!r}")
    if failure is not None:
        try:
            raise failure
        finally:
            failure = None  # the exception knows this frame: without this the two are a cycle
