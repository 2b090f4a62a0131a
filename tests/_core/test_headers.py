"""Response headers behave as Werkzeug's, which they are."""

from __future__ import annotations

import typing as t

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup
from werkzeug.datastructures import EnvironHeaders as WerkzeugsEnvironHeaders
from werkzeug.datastructures import Headers

from erlen._core.headers import EnvironHeaders, ResponseHeaders
from erlen._core.lookups import environ_key
from erlen.local import LocalProxy

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


@given(
    st.sampled_from(["Host", "x-own", "X_Own", "Content-Type", "content-length", "Referer", 7]),
    st.sampled_from([None, int, str]),
)
def test_a_header_of_the_request_is_looked_up_as_by_werkzeug(name: t.Any, kind: t.Any) -> None:
    environ = {"HTTP_HOST": "localhost", "HTTP_X_OWN": "7", "CONTENT_LENGTH": "5"}
    ours, theirs = EnvironHeaders(environ), WerkzeugsEnvironHeaders(environ)
    assert ours.get(name, "none", kind) == theirs.get(name, "none", kind)
    assert ours == theirs


def test_a_header_without_a_text_for_a_name_is_not_there() -> None:
    with pytest.raises(KeyError):
        EnvironHeaders({"HTTP_HOST": "localhost"})[t.cast(str, 7)]


def test_headers_of_a_response_can_be_deleted() -> None:
    headers = ResponseHeaders([("Vary", "*"), ("X-Own", "1"), ("X-Two", "2")])
    del headers["vary"]
    del headers[0]
    assert headers.to_wsgi_list() == [("X-Two", "2")]


def test_names_that_are_no_plain_texts_are_not_remembered() -> None:
    sent = EnvironHeaders({"HTTP_X_PROXY": "1"})
    before = environ_key.cache_info().currsize
    for name in (LocalProxy(lambda: "X-Proxy"), Markup("X-Proxy")):
        assert sent.get(t.cast(str, name)) == "1"
    assert environ_key.cache_info().currsize == before


def test_headers_of_a_request_cannot_be_cleared() -> None:
    for kind in (EnvironHeaders, WerkzeugsEnvironHeaders):
        headers = kind({"HTTP_HOST": "localhost"})
        headers.clear()
        assert list(headers) == [("Host", "localhost")]
