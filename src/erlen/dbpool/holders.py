"""Who has a connection: noted when it is taken, put into words when it matters."""

from __future__ import annotations

import sys
import threading
import time
import typing as t

from ..ctx import has_request_context
from ..globals import request

if t.TYPE_CHECKING:
    import collections.abc as cabc
    from types import CodeType, FrameType

    from ..wrappers import Request

#: How many holders an error names.
NAMED = 20

# Between the application's line and the pool lie only frames of these modules.
_LIBRARIES = ("erlen.dbpool.", "dbutils.", "contextlib")


class Holder(t.NamedTuple):
    """Who took a connection; ``since`` is a time of ``time.monotonic()``."""

    since: float
    thread: str
    request: Request | None
    code: CodeType | None
    line: int

    @property
    def place(self) -> str:
        """The line of the application that took the connection."""
        if self.code is None:
            return "an unknown place"
        return f"{self.code.co_filename}:{self.line} in {self.code.co_name}"

    def __str__(self) -> str:
        during = "outside of a request"
        if self.request is not None:
            during = f"{self.request.method} {self.request.path}"
        seconds = time.monotonic() - self.since
        return f"{seconds:.1f} s: {during}, {self.place} ({self.thread})"


def make_holder() -> Holder:
    """Note who is asking for a connection now."""
    frame = _calling_frame(sys._getframe(1))
    return Holder(
        since=time.monotonic(),
        thread=threading.current_thread().name,
        request=request._get_current_object() if has_request_context() else None,  # type: ignore[attr-defined]
        code=frame.f_code if frame else None,
        line=frame.f_lineno if frame else 0,
    )


def _calling_frame(frame: FrameType | None) -> FrameType | None:
    while frame is not None and frame.f_globals.get("__name__", "").startswith(_LIBRARIES):
        frame = frame.f_back
    return frame


def listed(holders: cabc.Iterable[Holder]) -> list[str]:
    """Return a line for each holder, the one who has a connection longest first."""
    ordered = sorted(holders, key=lambda holder: holder.since)
    lines = [f"  {holder}" for holder in ordered[:NAMED]]
    if len(ordered) > NAMED:
        lines.append(f"  and {len(ordered) - NAMED} more")
    return lines
