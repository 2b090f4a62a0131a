from __future__ import annotations

import typing as t

import pytest

if t.TYPE_CHECKING:
    from conftest import Visitor


def test_right_password_opens_the_readers_shelf(visitor: Visitor) -> None:
    response = visitor.log_in("ada")
    assert response.location == "/books/mine"
    page = visitor.get("/books/mine").text
    assert "Good to see you, ada." in page
    assert "The Moonstone" in page


def test_message_is_shown_once(ada: Visitor) -> None:
    assert "Good to see you" in ada.get("/").text
    assert "Good to see you" not in ada.get("/").text


@pytest.mark.parametrize("name, password", [("ada", "wrong"), ("nobody", "correct horse")])
def test_wrong_password_and_unknown_name_get_the_same_answer(
    visitor: Visitor, name: str, password: str
) -> None:
    response = visitor.log_in(name, password)
    assert response.status_code == 401
    assert "Name and password do not go together." in response.text
    assert visitor.get("/books/mine").status_code == 302


def test_session_ends_with_the_browser_unless_asked_otherwise(visitor: Visitor) -> None:
    assert "Expires" not in visitor.log_in("ada").headers["Set-Cookie"]
    data = {"name": "ada", "password": "correct horse", "remember": "on"}
    cookie = visitor.post("/auth/login", data).headers["Set-Cookie"]
    assert "Expires" in cookie
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


def test_token_from_before_the_log_in_is_dead_after_it(visitor: Visitor) -> None:
    before = visitor.token()
    visitor.log_in("ada")
    response = visitor.client.post("/books/1/delete", data={"csrf_token": before})
    assert response.status_code == 400


def test_log_out_forgets_the_reader(ada: Visitor) -> None:
    page = ada.post("/auth/logout", {}, follow=True).text
    assert "You are logged out." in page
    assert ada.get("/books/mine").location == "/auth/login?next=/books/mine"


def test_log_in_leads_to_where_the_visitor_was_going(visitor: Visitor) -> None:
    target = visitor.get("/books/1/edit?x=1").location
    assert target == "/auth/login?next=/books/1/edit?x%3D1"
    response = visitor.post(target, {"name": "ada", "password": "correct horse"})
    assert response.location == "/books/1/edit?x=1"


@pytest.mark.parametrize(
    "target", ["https://evil.example", "//evil.example", "/\\evil.example", "/\t/evil.example", ""]
)
def test_log_in_never_leads_to_another_site(visitor: Visitor, target: str) -> None:
    data = {"name": "ada", "password": "correct horse", "csrf_token": visitor.token()}
    response = visitor.client.post("/auth/login", query_string={"next": target}, data=data)
    assert response.location == "/books/mine"


def test_registering_logs_the_new_reader_in(visitor: Visitor) -> None:
    data = {"name": "mary", "password": "twelve letters", "repeat": "twelve letters"}
    page = visitor.post("/auth/register", data, follow=True).text
    assert "Welcome to the shelf, mary." in page
    assert "Nothing here yet" in page


@pytest.mark.parametrize(
    "name, password, repeat, message",
    [
        ("ADA", "twelve letters", "twelve letters", "That name is taken."),
        ("a b", "twelve letters", "twelve letters", "2 to 30 letters"),
        ("mary", "short", "short", "At least 8 characters, please."),
        ("mary", "twelve letters", "other letters", "The two passwords differ."),
    ],
)
def test_registering_says_what_is_wrong(
    visitor: Visitor, name: str, password: str, repeat: str, message: str
) -> None:
    data = {"name": name, "password": password, "repeat": repeat}
    response = visitor.post("/auth/register", data)
    assert response.status_code == 422
    assert message in response.text


def test_a_forged_cookie_is_nobody(ada: Visitor) -> None:
    cookie = ada.client.get_cookie("bookshelf")
    assert cookie is not None
    *data, signature = cookie.value.split(".")
    ada.client.set_cookie("bookshelf", ".".join([*data, signature[::-1]]))
    assert ada.get("/books/mine").status_code == 302


def test_static_files_do_not_touch_the_session(ada: Visitor) -> None:
    response = ada.get("/static/bookshelf.css")
    assert response.status_code == 200
    assert "Vary" not in response.headers
    assert "Set-Cookie" not in response.headers
    response.close()
