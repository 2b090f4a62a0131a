"""What can be an id of a session."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from erlen.sessions import ids
from erlen.sessions.ids import PlainIds, looks_like_id, make_id


@given(st.text(st.sampled_from("aZ09-_+/= é\n"), max_size=20))
def test_ids_have_the_characters_of_urlsafe_base64(text: str) -> None:
    assert looks_like_id(text) == bool(re.fullmatch(r"[A-Za-z0-9_-]{16,256}", text))


@pytest.mark.parametrize("length, is_id", [(15, False), (16, True), (256, True), (257, False)])
def test_ids_are_not_too_short_and_not_too_long(length: int, is_id: bool) -> None:
    assert looks_like_id("x" * length) is is_id


def test_an_id_is_its_own_text_and_anything_else_is_none() -> None:
    id = make_id()
    assert PlainIds().read(id) == PlainIds().write(id) == id
    assert PlainIds().read(f"{id};") is None


@pytest.mark.parametrize("compiled", [True, False])
@pytest.mark.parametrize(
    "text, is_id",
    [("aZ09-_" * 3, True), ("a" * 15, False), ("a" * 257, False), ("é" * 16, False)],
)
def test_ids_are_the_same_for_the_compiled_way_of_looking(
    text: str, is_id: bool, compiled: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ids, "_COMPILED", compiled)
    assert looks_like_id(text) is is_id
