from __future__ import annotations

import secrets
import typing as t

import pytest

from erlen.sessions import fallback_keys, weak_key_reason


@pytest.mark.parametrize(
    "key, reason",
    [
        ("dev", "only 3 bytes"),
        (b"fifteen bytes..", "only 15 bytes"),
        ("a" * 40, "only 1 different character"),
        ("hard to guess string", "well known"),
        (b'_5#y2L"F4Q8z\n\xec]/', "well known"),
        ("\ud800", "only 3 bytes"),
    ],
)
def test_a_weak_key_has_a_reason(key: str | bytes, reason: str) -> None:
    assert reason in str(weak_key_reason(key))


def test_a_random_key_is_strong() -> None:
    assert weak_key_reason(secrets.token_hex()) is None
    assert weak_key_reason(secrets.token_bytes()) is None


@pytest.mark.parametrize("value", [None, [], (), ""])
def test_there_need_be_no_fallbacks(value: t.Any) -> None:
    assert fallback_keys(value) == ()


def test_fallbacks_keep_their_order() -> None:
    assert fallback_keys(["old", b"older"]) == ("old", b"older")


@pytest.mark.parametrize("empty", ["", b"", None])
def test_an_empty_fallback_is_refused(empty: t.Any) -> None:
    with pytest.raises(ValueError, match=r"SECRET_KEY_FALLBACKS\[1\] is empty"):
        fallback_keys(["old", empty])


@pytest.mark.parametrize("value", ["one key", b"one key"])
def test_one_key_is_no_list_of_keys(value: str | bytes) -> None:
    with pytest.raises(TypeError, match=r"Write: SECRET_KEY_FALLBACKS = \[old_key\]"):
        fallback_keys(value)


def test_a_key_is_text_or_bytes() -> None:
    with pytest.raises(TypeError, match=r"SECRET_KEY_FALLBACKS\[0\] is of type int"):
        fallback_keys([7])
