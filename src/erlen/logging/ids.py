"""The id of the current request, which ties together what several programs log about it."""

from __future__ import annotations

import contextvars
import logging
import os
import re
import typing as t

from .._core.contexts import current
from .._core.states import environ_of

#: Where the id is kept beside the context variable, for contexts that were copied.
ENVIRON_KEY = "erlen.request_id"

_cv_request_id: contextvars.ContextVar[str | None] = contextvars.ContextVar(
    "erlen.request_id", default=None
)

#: What an id from outside may look like: it goes into logs and into a header.
_is_acceptable = re.compile(r"[A-Za-z0-9._:/+=@-]{1,128}\Z").match


def request_id() -> str | None:
    """Return the id of the current request; None outside of one, or without ``RequestLog``."""
    found = _cv_request_id.get()
    if found is not None:
        return found
    frame = current.get()
    if frame is None or frame[1] is None:
        return None
    return t.cast("str | None", environ_of(frame[1].request).get(ENVIRON_KEY))


def take_or_make(given: str | None) -> str:
    """Return the id that the client, or a server in front, *gave*, or else a new one."""
    return given if given is not None and _is_acceptable(given) else os.urandom(16).hex()


def put_into_records() -> None:
    """Give every record of this process, whoever logs it, a ``request_id``."""
    make = logging.getLogRecordFactory()
    if getattr(make, "gives_request_id", False):
        return

    def make_record(*args: t.Any, **kwargs: t.Any) -> logging.LogRecord:
        record = make(*args, **kwargs)
        record.request_id = request_id()
        return record

    make_record.gives_request_id = True  # type: ignore[attr-defined]
    logging.setLogRecordFactory(make_record)
