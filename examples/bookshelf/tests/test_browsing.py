from __future__ import annotations

import typing as t

import pytest

if t.TYPE_CHECKING:
    from conftest import Visitor

ALL = ["Pride and Prejudice", "Cien años de soledad", "The Moonstone"]


def titles(visitor: Visitor, query: dict[str, t.Any]) -> list[str]:
    page = visitor.get("/books/", query_string=query).text
    return sorted((title for title in ALL if f">{title}</a></h3>" in page), key=ALL.index)


def test_front_page_counts_and_shows_the_newest(visitor: Visitor) -> None:
    page = visitor.get("/").text
    assert "3 books from 1 reader," in page
    assert all(title in page for title in ALL)
    assert "Novel <span>2</span>" in page


@pytest.mark.parametrize(
    "text, found",
    [
        ("PRIDE", ["Pride and Prejudice"]),
        ("garcia anos", ["Cien años de soledad"]),
        ("austen moonstone", []),
        ("978-0-14-143951-8", ["Pride and Prejudice"]),
        ("0141439513", ["Pride and Prejudice"]),
        ("collins", ["The Moonstone"]),
        ("%", []),
        ("'; DROP TABLE books; --", []),
    ],
)
def test_search_needs_every_word_and_minds_no_case_or_accent(
    visitor: Visitor, text: str, found: list[str]
) -> None:
    assert titles(visitor, {"q": text}) == found


def test_genre_narrows_and_an_unknown_one_is_ignored(visitor: Visitor) -> None:
    assert titles(visitor, {"genre": "Mystery"}) == ["The Moonstone"]
    assert len(titles(visitor, {"genre": "Cookery"})) == 2


def test_pages_divide_the_list_and_keep_the_search(visitor: Visitor) -> None:
    first, second = titles(visitor, {"sort": "year"}), titles(visitor, {"sort": "year", "page": 2})
    assert first == ["Pride and Prejudice", "The Moonstone"]
    assert second == ["Cien años de soledad"]
    page = visitor.get("/books/?sort=year&page=2").text
    assert 'href="/books/?page=1&amp;sort=year"' in page
    assert "page 2 of 2" in page


@pytest.mark.parametrize("number", ["0", "-1", "3", "9" * 30])
def test_a_page_that_does_not_exist_is_not_found(visitor: Visitor, number: str) -> None:
    assert visitor.get(f"/books/?page={number}").status_code == 404


def test_a_page_that_is_no_number_is_the_first(visitor: Visitor) -> None:
    assert visitor.get("/books/?page=x").status_code == 200


@pytest.mark.parametrize("query", ["q=%ff%00", "_external=1&_scheme=x&endpoint=y", "sort=;drop"])
def test_odd_queries_do_no_harm(visitor: Visitor, query: str) -> None:
    assert visitor.get(f"/books/?{query}").status_code == 200


def test_a_book_has_a_page_with_its_neighbours(visitor: Visitor) -> None:
    page = visitor.get("/books/1").text
    assert "<h1>Pride and Prejudice</h1>" in page
    assert "9780141439518" in page
    assert "Cien años de soledad" in page  # the other novel
    assert "The Moonstone" not in page
    assert "Edit this book" not in page


@pytest.mark.parametrize("number", ["9780141439518", "978-0-14-143951-8", "0141439513"])
def test_an_isbn_leads_to_its_book_however_it_is_written(visitor: Visitor, number: str) -> None:
    assert visitor.get(f"/books/isbn/{number}").location == "/books/1"


@pytest.mark.parametrize("path", ["9780141439519", "978-", "9780306406157"])
def test_a_wrong_or_unknown_isbn_is_not_found(visitor: Visitor, path: str) -> None:
    assert visitor.get(f"/books/isbn/{path}").status_code == 404


def test_titles_are_escaped(ada: Visitor, form: dict[str, str]) -> None:
    ada.post("/books/new", {**form, "title": "<script>alert(1)</script>"})
    page = ada.get("/books/4").text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_download_streams_the_whole_shelf(visitor: Visitor) -> None:
    response = visitor.get("/books/export.csv")
    lines = response.text.splitlines()
    assert response.mimetype == "text/csv"
    assert lines[0] == "id,title,author,year,genre,isbn,owner,created_at"
    assert [line.split(",")[1] for line in lines[1:]] == [ALL[1], ALL[0], ALL[2]]
