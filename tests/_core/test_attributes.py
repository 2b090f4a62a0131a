"""Attributes that are computed when they are read."""

from __future__ import annotations

import typing as t

import pytest

from erlen._core.attributes import lazy, lazy_beside


class Page:
    _title: str | None = None

    def __init__(self) -> None:
        self.computed: list[str] = []

    def _compute(self) -> str:
        """What it is called."""
        self.computed.append("once")
        return "computed"

    name: t.Any = lazy(_compute)
    title: t.Any = lazy_beside("_title", _compute)


@pytest.mark.parametrize("name", ["name", "title"])
def test_it_is_computed_once(name: str) -> None:
    page = Page()
    assert [getattr(page, name), getattr(page, name)] == ["computed", "computed"]
    assert page.computed == ["once"]


@pytest.mark.parametrize("name", ["name", "title"])
def test_it_is_set_and_deleted_like_any_other(name: str) -> None:
    page = Page()
    setattr(page, name, "set")
    assert (getattr(page, name), page.computed) == ("set", [])
    delattr(page, name)
    assert getattr(page, name) == "computed"


@pytest.mark.parametrize("name", ["name", "title"])
def test_the_class_has_the_attribute_itself(name: str) -> None:
    assert getattr(Page, name).__doc__ == "What it is called."


def test_where_the_value_lies_one_sees_whether_there_is_one() -> None:
    page = Page()
    assert page._title is None
    page.title
    assert page._title == "computed"
