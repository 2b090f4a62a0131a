"""What may go on the wire."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from erlen import Response
from erlen._core import checks
from erlen._core.checks import InvalidResponse
from tests.wsgi import ask

TOKEN = st.text("!#$%&'*+-.^_`|~0123456789abcXYZ", min_size=1)
VALUE = st.text(st.characters(min_codepoint=32, max_codepoint=255, exclude_characters="\x7f"))


@given(TOKEN, VALUE)
def test_headers_of_the_standard_pass(name: str, value: str) -> None:
    checks.check("200 OK", [(name, value), ("X-Tab", "a\tb")])


def test_a_value_may_be_of_a_kind_of_text() -> None:
    checks.check("200 OK", [("X-Own", Markup("a")), ("X-Own", Markup("ä"))])
    with pytest.raises(InvalidResponse, match="response header 'X-Own'"):
        checks.check("200 OK", [("X-Own", Markup("a\n"))])


@pytest.mark.parametrize(
    "name", ["", "X Y", "X:", "X\r\n", "X\n", "Größe", "X-Ā", "(a)", "a/b", "Set-Cookie\n"]
)
def test_a_bad_name_is_refused_and_named(name: str) -> None:
    with pytest.raises(InvalidResponse) as raised:
        checks.check("200 OK", [("Vary", "*"), (name, "value")])
    assert repr(name) in str(raised.value)


@pytest.mark.parametrize("value", ["a\r\nSet-Cookie: b", "a\n", "\r", "\0", "\x7f", "€", "\ud800"])
@pytest.mark.parametrize("name", ["Vary", "X-Own"])
def test_a_bad_value_is_refused_with_the_name_of_its_header(name: str, value: str) -> None:
    with pytest.raises(InvalidResponse, match=f"response header '{name}'"):
        checks.check("200 OK", [(name, value)])


@pytest.mark.parametrize(
    "status", ["", "OK", "0 UNKNOWN", "20 OK", "2000 OK", "200", "200 a\r\nb", "200 €"]
)
def test_a_bad_status_is_refused_and_shown(status: str) -> None:
    with pytest.raises(InvalidResponse, match="status"):
        checks.check(status, [])


def test_names_that_were_checked_are_remembered_up_to_a_limit(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(checks, "_checked_names", set())
    monkeypatch.setattr(checks, "_MOST_CHECKED_NAMES", 3)
    for number in range(9):
        ask(Response("x", headers={f"X-{number}": "1", "location": "/"}))
    assert checks._checked_names == {"X-0", "X-1", "X-2"}


def test_headers_are_plain_whose_names_are_known_and_whose_values_are_ascii() -> None:
    assert checks.are_plain([("Vary", "Cookie"), ("ETag", '"1"')])
    assert not checks.are_plain([("Vary", "Cookie"), ("X-Own", "1")])
    assert not checks.are_plain([("Vary", "größe")])
