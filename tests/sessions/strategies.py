"""What may lie in a session."""

from __future__ import annotations

import datetime as dt
import typing as t

from hypothesis import strategies as st
from markupsafe import Markup

_TIMES = st.datetimes(
    dt.datetime(1971, 1, 1), dt.datetime(2200, 1, 1), timezones=st.just(dt.UTC)
).map(lambda moment: moment.replace(microsecond=0))
_KEYS = st.text(max_size=8) | st.sampled_from([" t", " b", " di", " t__", " m", "_permanent"])
_LEAVES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text()
    | st.binary(max_size=40)
    | st.uuids()
    | _TIMES
    | st.text().map(Markup)
    | st.text("ab", min_size=30, max_size=300)
)

VALUES: st.SearchStrategy[t.Any] = st.recursive(
    _LEAVES,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.lists(inner, max_size=4).map(tuple)
        | st.dictionaries(_KEYS, inner, max_size=3)
    ),
    max_leaves=10,
)
SESSIONS: st.SearchStrategy[dict[str, t.Any]] = st.dictionaries(_KEYS, VALUES, max_size=5)
