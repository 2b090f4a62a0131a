"""Types of values that cannot be changed inside."""

from __future__ import annotations

import datetime as dt
import decimal
import typing as t
import uuid

from markupsafe import Markup

#: These go to the formats as they are.
SCALARS: t.Final = frozenset({str, int, float, bool, type(None), bytes})
UNCHANGING: t.Final = SCALARS | {
    dt.datetime,
    dt.date,
    dt.time,
    dt.timedelta,
    decimal.Decimal,
    uuid.UUID,
    Markup,
}
