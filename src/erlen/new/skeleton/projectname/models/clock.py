"""Times in the database are in UTC and carry no time zone, which not every database keeps."""

from __future__ import annotations

import datetime as dt


def now() -> dt.datetime:
    return dt.datetime.now(dt.UTC).replace(tzinfo=None)
