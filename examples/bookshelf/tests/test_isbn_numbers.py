from __future__ import annotations

import pytest
from bookshelf import isbn


@pytest.mark.parametrize(
    "text", ["9780141439518", "978-0-14-143951-8", "0141439513", " 978 0141439518 "]
)
def test_every_way_of_writing_gives_the_same_thirteen_digits(text: str) -> None:
    assert isbn.normalise(text) == "9780141439518"


def test_ten_digits_may_end_in_x() -> None:
    assert isbn.normalise("0-8044-2957-x") == "9780804429573"


@pytest.mark.parametrize(
    "text", ["", "9780141439519", "0141439514", "97801414395", "٩٧٨٠١٤١٤٣٩٥١٨"]
)
def test_anything_else_is_none(text: str) -> None:
    assert isbn.normalise(text) is None
