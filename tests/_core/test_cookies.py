"""Cookies read and written as Werkzeug does it."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from werkzeug.datastructures import ImmutableMultiDict, MultiDict
from werkzeug.http import dump_cookie
from werkzeug.sansio.http import parse_cookie

from erlen._core import pairs
from erlen._core.cookies import dump_plain, parse

plain = st.text("abcXYZ019-_.", min_size=1, max_size=6)
anything = st.text(st.characters(max_codepoint=0xFF), max_size=12)
cookies = st.lists(st.tuples(plain | anything, plain | anything), max_size=5)


@pytest.mark.parametrize("compiled", [False, True])
@given(sent=cookies, separator=st.sampled_from(["; ", ";", " ; ", ",", ";;"]))
@example(sent=[("a", "1"), ("b", "2"), ("a", "3")], separator="; ")
@example(sent=[("a", '"x;y"')], separator="; ")
def test_a_header_is_read_as_werkzeug_reads_it(
    sent: list[tuple[str, str]], separator: str, compiled: bool
) -> None:
    header = separator.join(f"{name}={value}" for name, value in sent)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pairs, "COMPILED", compiled)
        read = parse(header, ImmutableMultiDict)
    expected = parse_cookie(header, cls=ImmutableMultiDict)
    assert isinstance(read, ImmutableMultiDict)
    assert list(read.items(multi=True)) == list(expected.items(multi=True))


def test_another_class_is_filled_by_werkzeug() -> None:
    read = parse("a=1; a=2", MultiDict)
    assert type(read) is MultiDict
    assert read.getlist("a") == ["1", "2"]


@given(
    plain | anything,
    plain | anything,
    st.none() | st.integers(0, 2**31) | st.just(True),
    st.booleans(),
    st.booleans(),
    st.sampled_from([None, "Lax", "Strict", "None", "lax"]),
    st.sampled_from(["/", "/shop", None]),
)
@example("k", "v", 60, True, True, "Lax", "/")
@example("k", "v", True, True, True, "Lax", "/")
def test_a_plain_cookie_is_written_as_werkzeug_writes_it(
    name: str,
    value: str,
    max_age: int | None,
    secure: bool,
    httponly: bool,
    samesite: str | None,
    path: str | None,
) -> None:
    def by_werkzeug() -> str:
        return dump_cookie(
            name, value, max_age, None, path, None, secure, httponly, samesite=samesite
        )

    before = by_werkzeug()
    line = dump_plain(name, value, max_age, path, secure, httponly, samesite)
    assert line in (None, before, by_werkzeug())  # a second may pass meanwhile


def test_the_ordinary_cookie_is_a_plain_one() -> None:
    assert dump_plain("k", "v", None, "/", True, True, "Lax") == (
        "k=v; Secure; HttpOnly; Path=/; SameSite=Lax"
    )


@pytest.mark.parametrize(
    "value, path, secure, samesite",
    [
        ("a b", "/", False, None),
        ("v", "/x", False, None),
        ("v", "/", 1, None),
        ("v", "/", True, "no"),
    ],
)
def test_what_takes_more_is_left_to_werkzeug(
    value: str, path: str, secure: bool, samesite: str | None
) -> None:
    assert dump_plain("k", value, None, path, secure, False, samesite) is None
