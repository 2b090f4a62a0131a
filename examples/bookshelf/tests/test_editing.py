from __future__ import annotations

import typing as t

import pytest

if t.TYPE_CHECKING:
    from conftest import Visitor


def test_a_reader_adds_a_book(ada: Visitor, form: dict[str, str]) -> None:
    response = ada.post("/books/new", form)
    assert response.location == "/books/4"
    page = ada.get("/books/4").text
    assert "“Emma” is on the shelf." in page
    assert "1815" in page


def test_a_visitor_is_asked_to_log_in(visitor: Visitor, form: dict[str, str]) -> None:
    assert visitor.get("/books/new").location == "/auth/login?next=/books/new"
    assert visitor.post("/books/new", form).location == "/auth/login"
    assert visitor.get("/books/4").status_code == 404


@pytest.mark.parametrize(
    "field, value, message",
    [
        ("title", "  ", "The title is missing."),
        ("title", "x" * 201, "201 of 200 characters"),
        ("year", "soon", "A year between"),
        ("year", "9" * 5000, "A year between"),
        ("genre", "Cookery", "Choose one of: Novel"),
        ("isbn", "9780141439519", "That is not an ISBN"),
        ("isbn", "978-0-14-143951-8", "That ISBN is on the shelf already."),
    ],
)
def test_a_wrong_field_is_named_and_the_rest_is_kept(
    ada: Visitor, form: dict[str, str], field: str, value: str, message: str
) -> None:
    response = ada.post("/books/new", {**form, field: value})
    assert response.status_code == 422
    assert message in response.text
    assert f'aria-describedby="{field}-error"' in response.text
    assert 'value="Jane Austen"' in response.text
    assert ada.get("/books/4").status_code == 404


def test_the_owner_changes_a_book(ada: Visitor, form: dict[str, str]) -> None:
    assert 'value="Pride and Prejudice"' in ada.get("/books/1/edit").text
    ada.post("/books/1/edit", form)
    assert "<h1>Emma</h1>" in ada.get("/books/1").text


def test_the_owner_takes_a_book_off_the_shelf(ada: Visitor) -> None:
    page = ada.post("/books/1/delete", {}, follow=True).text
    assert "“Pride and Prejudice” is off the shelf." in page
    assert ada.get("/books/1").status_code == 404


def test_nobody_else_can_do_either(jorge: Visitor, form: dict[str, str]) -> None:
    assert jorge.get("/books/1/edit").status_code == 403
    assert jorge.post("/books/1/edit", form).status_code == 403
    assert jorge.post("/books/1/delete", {}).status_code == 403
    page = jorge.get("/books/1").text
    assert "Pride and Prejudice" in page
    assert "Edit this book" not in page
