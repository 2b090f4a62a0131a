"""Dates in headers of requests: those that no calendar has count as none."""

from __future__ import annotations

import typing as t

from werkzeug.http import parse_date

if t.TYPE_CHECKING:
    from datetime import datetime

    from _typeshed.wsgi import WSGIEnvironment

_CONDITIONS = ("HTTP_IF_MODIFIED_SINCE", "HTTP_IF_RANGE")


def parse(value: str | None) -> datetime | None:
    """Return the date that *value* says; None when it says none."""
    try:
        return parse_date(value)
    except OverflowError:  # a time zone of many digits, which Werkzeug does not expect
        return None


def without_impossible(environ: WSGIEnvironment) -> WSGIEnvironment:
    """Return *environ*, or a copy in which dates of no calendar are none at all."""
    for key in _CONDITIONS:
        if key in environ:
            try:
                parse_date(environ[key])
            except OverflowError:
                environ = {**environ, key: "impossible"}
    return environ
