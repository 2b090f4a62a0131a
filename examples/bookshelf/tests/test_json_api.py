from __future__ import annotations

import json
import typing as t

import pytest

if t.TYPE_CHECKING:
    from conftest import Visitor

EMMA = {"title": "Emma", "author": "Jane Austen", "year": 1815, "genre": "Novel"}


def test_the_list_can_be_searched_and_paged(visitor: Visitor) -> None:
    first = visitor.get("/api/books?sort=year").get_json()
    assert (first["page"], first["pages"], first["total"]) == (1, 2, 3)
    assert [book["year"] for book in first["books"]] == [1813, 1868]
    found = visitor.get("/api/books?q=marquez").get_json()
    assert [book["title"] for book in found["books"]] == ["Cien años de soledad"]


def test_one_book(visitor: Visitor) -> None:
    book = visitor.get("/api/books/1").get_json()
    assert book["isbn"] == "9780141439518"
    assert book["owner"] == "ada"
    assert book["url"] == "/books/1"
    assert book["cover_url"] is None


def test_a_reader_adds_changes_and_removes(ada: Visitor) -> None:
    added = ada.call("POST", "/api/books", EMMA)
    assert (added.status_code, added.location) == (201, "/api/books/4")
    changed = ada.call("PATCH", "/api/books/4", {"year": 1816})
    assert changed.get_json()["year"] == 1816
    assert changed.get_json()["title"] == "Emma"
    assert ada.call("DELETE", "/api/books/4").status_code == 204
    assert ada.get("/api/books/4").status_code == 404


def test_visitors_are_told_to_log_in_and_others_to_keep_off(
    visitor: Visitor, jorge: Visitor
) -> None:
    assert visitor.call("POST", "/api/books", EMMA).status_code == 401
    assert visitor.call("DELETE", "/api/books/1").status_code == 401
    assert jorge.call("PATCH", "/api/books/1", {"year": 1}).status_code == 403
    assert jorge.call("DELETE", "/api/books/1").status_code == 403


def test_wrong_fields_are_named(ada: Visitor) -> None:
    response = ada.call("POST", "/api/books", {"title": ["no"], "year": 1.5, "genre": "Novel"})
    assert response.status_code == 422
    assert set(response.get_json()["fields"]) == {"title", "author", "year"}


def test_an_isbn_that_is_taken_is_a_conflict(ada: Visitor) -> None:
    response = ada.call("POST", "/api/books", {**EMMA, "isbn": "0141439513"})
    assert response.status_code == 409


@pytest.mark.parametrize("body", [[], "text", 7, None])
def test_the_body_must_be_an_object(ada: Visitor, body: object) -> None:
    headers = {"X-CSRF-Token": ada.token(), "Content-Type": "application/json"}
    response = ada.client.post("/api/books", data=json.dumps(body), headers=headers)
    assert response.status_code == 400
    assert response.get_json()["detail"] == "The body must be a JSON object."


def test_half_a_character_is_replaced(ada: Visitor) -> None:
    response = ada.call("POST", "/api/books", {**EMMA, "title": "\ud800 Emma"})
    assert response.get_json()["title"] == "? Emma"


def test_the_verbs_of_the_class_are_the_verbs_allowed(visitor: Visitor) -> None:
    response = visitor.client.put("/api/books/1")
    assert response.status_code == 405
    allowed = set(response.headers["Allow"].split(", "))
    assert allowed == {"DELETE", "GET", "HEAD", "OPTIONS", "PATCH"}
