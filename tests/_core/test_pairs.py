"""Urlencoded text, taken apart byte by byte."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from werkzeug.datastructures import ImmutableMultiDict
from werkzeug.sansio.http import parse_cookie

from erlen._core import fields, pairs

PIECES = ["&", "=", "+", "%", "%4", "%41", "%2", "%26", "%3d", "%C3%A4", "%00", "x", "ä", "\r"]
TEXTS = st.lists(st.sampled_from(PIECES)).map("".join)


@given(TEXTS)
@example("a=1&b=2&a=3")
@example("a&=b&=&&a==&%")
@example("a=%41+%4x%x4&%=%4")
def test_the_fields_are_those_of_pieces_decoded_one_by_one(text: str) -> None:
    assert pairs.lists(text) == fields._lists_one_by_one(text)


@pytest.mark.parametrize("text", ["a=%ff", "%80=1", "a=%C3&b=%A4", "a=%ED%A0%80"])
def test_what_is_no_utf8_is_refused(text: str) -> None:
    with pytest.raises(UnicodeDecodeError):
        pairs.lists(text)
    assert list(fields.collect(text, fields.DEFAULT_STORAGE))


def test_a_kind_of_text_is_text() -> None:
    class Text(str):
        __slots__ = ()

    assert pairs.lists(Text("a=b+c")) == {"a": ["b c"]}


HEADERS = st.lists(st.sampled_from(["a", "b", "=", "; ", ";", " ", '"', "/", "ä"])).map("".join)


@given(HEADERS)
@example("a=1; b=; a=/")
def test_the_cookies_of_a_plain_header_are_those_werkzeug_finds(header: str) -> None:
    found = pairs.cookies(header)
    assert found in (None, parse_cookie(header, cls=ImmutableMultiDict).to_dict(flat=False))


def test_a_cookie_sent_twice_has_two_values() -> None:
    assert pairs.cookies("a=1; b=2; a=3") == {"a": ["1", "3"], "b": ["2"]}


@pytest.mark.parametrize("header", ["", "a", "=1", "a=1;b=2", "a=1; ", "a=1 b", "a=ä", 7])
def test_any_other_header_takes_more_to_read(header: object) -> None:
    assert pairs.cookies(header) is None
