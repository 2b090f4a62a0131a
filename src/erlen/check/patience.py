"""Ask a service, but not for ever."""

from __future__ import annotations

import collections.abc as cabc
import queue
import threading
import typing as t

#: Seconds that a service has for its answer.
PATIENCE = 3.0


class TookTooLong(Exception):
    """There was no answer in time."""


def call_with_patience(call: cabc.Callable[[], t.Any], seconds: float | None = None) -> t.Any:
    """Return what *call* returns, or raise what it raises; it runs in another thread.

    :raises TookTooLong: it has done neither in time, and is left behind.
    """
    answers: queue.SimpleQueue[tuple[t.Any, Exception | None]] = queue.SimpleQueue()

    def answer() -> None:
        try:
            answers.put((call(), None))
        except Exception as exc:
            answers.put((None, exc))

    patience = PATIENCE if seconds is None else seconds
    threading.Thread(target=answer, daemon=True).start()
    try:
        result, error = answers.get(timeout=patience)
    except queue.Empty:
        raise TookTooLong(f"no answer within {patience:g} seconds") from None
    if error is not None:
        raise error
    return result
