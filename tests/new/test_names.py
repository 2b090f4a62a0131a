from __future__ import annotations

import pytest

from erlen.new import Names, ProjectError


@pytest.mark.parametrize("name", ["Book Shop", "book-shop", "book_shop", "BookShop", " book.shop "])
def test_one_name_is_written_in_several_ways(name: str) -> None:
    names = Names.of(name)
    assert (names.package, names.distribution) == ("book_shop", "book-shop")
    assert names.title.title() == "Book Shop"


def test_a_title_keeps_what_the_user_wrote_in_capitals() -> None:
    assert Names.of("my DVDs").title == "My DVDs"


@pytest.mark.parametrize("name", ["", "1st", "naïve", "a/b", "../up", "a;b", "-"])
def test_a_name_has_to_be_one_that_python_can_import(name: str) -> None:
    with pytest.raises(ProjectError, match="begin with a letter"):
        Names.of(name)


@pytest.mark.parametrize(
    "name,reason",
    [
        ("class", "a word of the Python language"),
        ("match", "a word of the Python language"),
        ("Email", "Python has a module 'email'"),
        ("flask", "a library of that name"),
        ("tests", "its folder has something else called 'tests'"),
        ("x" * 41, "it has 41 characters, and 40 are the most"),
    ],
)
def test_a_name_that_would_be_in_the_way_is_refused_with_the_reason(name: str, reason: str) -> None:
    with pytest.raises(ProjectError, match=reason):
        Names.of(name)


@pytest.mark.parametrize("name", ["email", "class", "redis", "tests"])
def test_the_name_that_is_proposed_instead_is_a_good_one(name: str) -> None:
    with pytest.raises(ProjectError) as caught:
        Names.of(name)
    proposed = str(caught.value).rpartition(": ")[2].rstrip(".")
    assert name in Names.of(proposed).package
