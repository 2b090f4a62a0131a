"""Attributes that are computed when they are read."""

from __future__ import annotations

import typing as t

from erlen._core.attributes import lazy


class Page:
    def __init__(self) -> None:
        self.computed: list[str] = []

    def _compute(self) -> str:
        """What it is called."""
        self.computed.append("once")
        return "computed"

    name: t.Any = lazy(_compute)


def test_it_is_computed_once() -> None:
    page = Page()
    assert [page.name, page.name] == ["computed", "computed"]
    assert page.computed == ["once"]


def test_it_is_set_and_deleted_like_any_other() -> None:
    page = Page()
    page.name = "set"
    assert (page.name, page.computed) == ("set", [])
    del page.name
    assert page.name == "computed"


def test_the_class_has_the_attribute_itself() -> None:
    assert Page.name.__doc__ == "What it is called."
