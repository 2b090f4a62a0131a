"""Where in the application a query was made."""

from __future__ import annotations

import sys
import typing as t

if t.TYPE_CHECKING:
    from types import FrameType

# Between the application's line and the database lie only frames of these modules.
_LIBRARIES = ("sqlalchemy.", "erlen.db.", "contextlib")


def calling_frame(frame: FrameType | None) -> FrameType | None:
    """Return the innermost frame, from *frame* outwards, that is not the data layer's own."""
    while frame is not None and frame.f_globals.get("__name__", "").startswith(_LIBRARIES):
        frame = frame.f_back
    return frame


def location() -> str:
    """Return ``file:line (function)`` of the application's line that is running a query."""
    frame = calling_frame(sys._getframe(1))
    if frame is None:
        return "<unknown>"
    return f"{frame.f_code.co_filename}:{frame.f_lineno} ({frame.f_code.co_name})"
