from __future__ import annotations

from urllib.parse import parse_qsl

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from werkzeug.datastructures import ImmutableMultiDict, MultiDict
from werkzeug.sansio.utils import get_current_url

from erlen._core import fields
from tests.measuring import cpu_of

PIECES = [
    "a", "b", "=", "&", "+", "%41", "%4", "%", "%c3", "%a9", "%C3%A9", "%ff", "%1e", "%1F",
    "%0d%0A", "%26", "%3d", "%2B", "%25", "%00", "é", "€", "\r", "\n", "\x1e", "\x1f", "_", " ",
    "%ed%a0%80",
]  # fmt: skip
QUERIES = st.lists(st.sampled_from(PIECES) | st.text(max_size=3), max_size=14).map("".join)


def as_werkzeug(text: str) -> list[tuple[str, str]]:
    return parse_qsl(text, keep_blank_values=True, errors="werkzeug.url_quote")


def is_utf8(text: str) -> bool:
    return not any("\ud800" <= char <= "\udfff" for char in text)


@given(QUERIES.filter(is_utf8))
@example("a=b=c%41&d")
@example("%1=&%1f=%1e")
@example("a=%\n&b=%\r")
@settings(max_examples=500)
def test_fields_are_those_of_the_standard_library(text: str) -> None:
    expected = as_werkzeug(text)
    assert fields.pairs(text) == expected
    assert fields.lists(text) == dict(MultiDict(expected).lists())
    assert fields.count(text) == len(expected)
    assert fields.longest(text) == max((len(v.encode()) for _, v in expected), default=0)


@given(QUERIES.filter(is_utf8), st.sampled_from([ImmutableMultiDict, MultiDict]))
def test_a_storage_is_as_its_constructor_makes_it(
    text: str, storage_class: type[MultiDict[str, str]]
) -> None:
    storage = fields.collect(text, storage_class)
    assert isinstance(storage, storage_class)
    assert storage == storage_class(as_werkzeug(text))
    assert list(storage.items(multi=True)) == list(
        storage_class(as_werkzeug(text)).items(multi=True)
    )


@given(st.binary(max_size=20))
@example(b"\xe2\x82\xff\xed\xa0\x80\xc3")
def test_bytes_that_are_no_utf8_stay_encoded(data: bytes) -> None:
    assert fields.keep_encoded(data) == data.decode(errors="werkzeug.url_quote")


@pytest.mark.parametrize(
    "unit", ["%", "%4", "%ff", "%1e=", "%41é", "&", "a=&", "\n", "+", "=", "%e2%82", "%1f&"]
)
def test_a_query_of_64_kb_is_read_at_once(unit: str) -> None:
    text = unit * min(65_536 // len(unit.encode()), 10_000)
    assert cpu_of(lambda: (fields.count(text), fields.lists(text)), 50) < 50


def test_raw_bytes_of_64_kb_are_read_at_once() -> None:
    assert cpu_of(lambda: fields.keep_encoded(b"\xff" * 65_536), 50) < 50


@given(st.binary(max_size=30) | st.text("%0123456789abcdefABCDEF&=+#é \x7f", max_size=30))
@example(b"%e2%82%ac%ff%26%2b%25%20%7f%1f")
@example(b"\xe2\x82&\xed\xa0\x80%ED%A0%80")
def test_a_query_of_an_iri_is_werkzeugs(query: bytes | str) -> None:
    data = query if isinstance(query, bytes) else query.encode()
    url = get_current_url("http", "localhost", "", "/", data)
    assert fields.iri_query(data) == url.removeprefix("http://localhost/").removeprefix("?")
