from __future__ import annotations

import logging
import typing as t

import pytest
from bookshelf.db import db

if t.TYPE_CHECKING:
    from conftest import Visitor
    from erlen import Erlen


def test_an_unknown_page_is_answered_in_the_look_of_the_site(visitor: Visitor) -> None:
    response = visitor.get("/nope")
    assert response.status_code == 404
    assert "This page is not on the shelf" in response.text
    assert 'class="site-header"' in response.text


@pytest.mark.parametrize("path", ["/books/99", "/books/0", "/books/99999999999999999999"])
def test_an_unknown_book_is_not_found(visitor: Visitor, path: str) -> None:
    assert visitor.get(path).status_code == 404


def test_a_wrong_method_says_which_ones_are_right(visitor: Visitor) -> None:
    response = visitor.client.post("/books/1")
    assert response.status_code == 405
    assert "That is not how to open this" in response.text
    assert set(response.headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS"}


def test_a_strangers_book_is_forbidden_politely(jorge: Visitor) -> None:
    response = jorge.get("/books/1/edit")
    assert response.status_code == 403
    assert "This one is not yours" in response.text


def test_a_fault_is_logged_and_leaks_nothing(
    app: Erlen, visitor: Visitor, caplog: pytest.LogCaptureFixture
) -> None:
    app.config["PROPAGATE_EXCEPTIONS"] = False
    with app.app_context():
        db.session.execute(db.text("ALTER TABLE books RENAME TO lost"))
    with caplog.at_level(logging.ERROR):
        response = visitor.get("/books/")
    assert response.status_code == 500
    assert "A shelf has come loose" in response.text
    assert "no such table" not in response.text
    assert "no such table: books" in caplog.text


def test_errors_of_the_api_are_json(visitor: Visitor) -> None:
    response = visitor.get("/api/nope")
    assert response.status_code == 404
    assert response.get_json()["error"] == "Not Found"


def test_every_answer_carries_the_safety_headers(visitor: Visitor) -> None:
    for path in ("/", "/nope", "/api/books", "/static/bookshelf.js"):
        with visitor.get(path) as response:
            assert response.headers["X-Content-Type-Options"] == "nosniff"
            assert response.headers["Content-Security-Policy"].startswith("default-src 'self'")


def test_a_static_file_is_not_sent_twice(visitor: Visitor) -> None:
    with visitor.get("/static/bookshelf.css") as first:
        tag = first.headers["ETag"]
    with visitor.get("/static/bookshelf.css", headers={"If-None-Match": tag}) as second:
        assert second.status_code == 304
        assert second.data == b""
