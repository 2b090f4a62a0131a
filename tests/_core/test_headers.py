"""Response headers behave as Werkzeug's, which they are."""

from __future__ import annotations

import typing as t

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import Headers

from erlen._core.headers import ResponseHeaders

names = st.sampled_from(["Vary", "vary", "X-Own", "x-own", "Set-Cookie"])
values: st.SearchStrategy[t.Any] = st.text("ab1 ", max_size=3) | st.integers(0, 9)
steps = st.lists(st.tuples(st.sampled_from(["set", "add", "item"]), names, values), max_size=8)


def changed(headers: Headers, changes: list[tuple[str, str, t.Any]]) -> list[tuple[str, str]]:
    for how, name, value in changes:
        if how == "item":
            headers[name] = value
        else:
            getattr(headers, how)(name, value)
    return headers.to_wsgi_list()


@given(steps)
def test_any_changes_end_as_with_werkzeug(changes: list[tuple[str, str, t.Any]]) -> None:
    assert changed(ResponseHeaders(), changes) == changed(Headers(), changes)


def test_options_go_to_werkzeug() -> None:
    headers = ResponseHeaders()
    headers.add("Content-Disposition", "attachment", filename="a b.txt")
    headers.set("X-Own", "v", q="1")
    assert headers["Content-Disposition"] == 'attachment; filename="a b.txt"'
    assert headers["X-Own"] == "v; q=1"


@pytest.mark.parametrize("how", ["set", "add", "__setitem__"])
def test_a_newline_is_refused(how: str) -> None:
    with pytest.raises(ValueError, match="newline"):
        getattr(ResponseHeaders(), how)("X-Own", "a\r\nSet-Cookie: b=c")
