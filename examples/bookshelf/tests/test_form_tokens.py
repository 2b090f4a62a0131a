from __future__ import annotations

import typing as t

import pytest

if t.TYPE_CHECKING:
    from conftest import Visitor


@pytest.mark.parametrize("token", [None, "", "guessed", "gueßed"])
def test_a_form_without_the_right_token_changes_nothing(
    ada: Visitor, form: dict[str, str], token: str | None
) -> None:
    ada.token()
    data = form if token is None else {**form, "csrf_token": token}
    response = ada.client.post("/books/new", data=data)
    assert response.status_code == 400
    assert "The form has expired" in response.text
    assert "Emma" not in ada.get("/books/").text


def test_a_visitor_without_a_session_has_no_valid_token(visitor: Visitor) -> None:
    response = visitor.client.post("/auth/login", data={"name": "ada", "csrf_token": ""})
    assert response.status_code == 400


def test_the_token_of_another_visitor_does_not_help(ada: Visitor, jorge: Visitor) -> None:
    response = ada.client.post("/books/1/delete", data={"csrf_token": jorge.token()})
    assert response.status_code == 400
    assert ada.get("/books/1").status_code == 200


def test_a_form_on_another_site_is_refused_even_with_the_token(ada: Visitor) -> None:
    response = ada.client.post(
        "/books/1/delete",
        data={"csrf_token": ada.token()},
        headers={"Origin": "https://evil.example"},
    )
    assert response.status_code == 400
    assert ada.get("/books/1").status_code == 200


def test_the_api_takes_the_token_from_a_header(ada: Visitor) -> None:
    assert ada.client.delete("/api/books/1").status_code == 400
    assert ada.call("DELETE", "/api/books/1").status_code == 204


def test_reading_needs_no_token(visitor: Visitor) -> None:
    assert visitor.get("/books/").status_code == 200
    assert "Set-Cookie" not in visitor.get("/books/").headers
