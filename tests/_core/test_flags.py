"""What variables of the environment say."""

from __future__ import annotations

import pytest

from erlen._core.flags import is_on


@pytest.mark.parametrize("value", [None, "", "0", "false", "False", "no", "NO"])
def test_no_value_and_words_for_no_are_off(value: str | None) -> None:
    assert is_on(value) is False


@pytest.mark.parametrize("value", ["1", "true", "yes", "on", "2"])
def test_any_other_word_is_on(value: str) -> None:
    assert is_on(value) is True
