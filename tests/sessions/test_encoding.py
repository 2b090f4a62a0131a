"""How a value becomes bytes."""

from __future__ import annotations

import pytest

from erlen.sessions.encoding import Encoding


def test_an_encoding_without_a_format_simplifies_nothing() -> None:
    with pytest.raises(NotImplementedError):
        Encoding().simplify(object())
