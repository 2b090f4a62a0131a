from __future__ import annotations

import typing as t

import pytest
from erlen import Erlen
from erlen.testing import ErlenClient

from projectname.extensions import db
from projectname.models import User

from .conftest import PASSWORD, NewBrowser

Headers = dict[str, str]


def headers_of(client: ErlenClient, name: str) -> Headers:
    answer = client.post("/api/tokens", json={"name": name, "password": PASSWORD})
    assert answer.status_code == 201
    return {"Authorization": f"Bearer {answer.get_json()['token']}"}


@pytest.fixture
def headers(app: Erlen, ann: ErlenClient) -> Headers:
    return headers_of(app.test_client(), "ann")


@pytest.fixture
def client(app: Erlen) -> ErlenClient:
    """Another program: it has no session, and says nothing that a browser would say."""
    return app.test_client()


def write(client: ErlenClient, headers: Headers, **values: t.Any) -> t.Any:
    answer = client.post("/api/notes", json=values, headers=headers)
    assert answer.status_code == 201
    assert answer.location == answer.get_json()["url"]
    return answer.get_json()


def test_a_note_lives_and_dies(client: ErlenClient, headers: Headers) -> None:
    url = write(client, headers, title="Milk", body="two bottles")["url"]
    changed = client.patch(url, json={"title": "Bread"}, headers=headers).get_json()
    assert (changed["title"], changed["body"]) == ("Bread", "two bottles")
    assert client.get(url, headers=headers).get_json() == changed
    assert client.delete(url, headers=headers).status_code == 204
    assert client.get(url, headers=headers).status_code == 404


def test_the_notes_of_the_api_are_those_of_the_pages(
    client: ErlenClient, headers: Headers, ann: ErlenClient
) -> None:
    write(client, headers, title="Milk")
    assert "Milk" in ann.get("/notes/").text


def test_lists_come_in_pages(client: ErlenClient, headers: Headers) -> None:
    for number in range(3):
        write(client, headers, title=f"Note {number}")
    first = client.get("/api/notes?per_page=2", headers=headers).get_json()
    assert [note["title"] for note in first["items"]] == ["Note 2", "Note 1"]
    assert (first["total"], first["previous"]) == (3, None)
    second = client.get(first["next"], headers=headers).get_json()
    assert [note["title"] for note in second["items"]] == ["Note 0"]
    assert second["next"] is None


@pytest.mark.parametrize("token", [None, "forged", "Bearer", "Bearer forged.x.y"])
def test_without_a_good_token_nothing_is_told(client: ErlenClient, token: str | None) -> None:
    headers = {} if token is None else {"Authorization": token}
    answer = client.get("/api/notes", headers=headers)
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert "POST /api/tokens" in answer.get_json()["error"]


def test_the_session_of_a_browser_does_not_count(ann: ErlenClient) -> None:
    assert ann.get("/api/notes").status_code == 401


def test_a_wrong_password_gives_no_token(client: ErlenClient) -> None:
    answer = client.post("/api/tokens", json={"name": "ann", "password": "wrong"})
    assert answer.status_code == 401
    assert answer.get_json() == {"error": "Name or password is wrong."}


def test_a_new_password_ends_the_tokens(app: Erlen, client: ErlenClient, headers: Headers) -> None:
    with app.app_context():
        user = User.named("ann")
        assert user is not None
        user.set_password("another one altogether")
        db.session.commit()
    assert client.get("/api/notes", headers=headers).status_code == 401


def test_what_is_not_valid_is_said_for_each_field(client: ErlenClient, headers: Headers) -> None:
    answer = client.post("/api/notes", json={"title": "x" * 121}, headers=headers)
    assert answer.status_code == 422
    assert list(answer.get_json()["fields"]) == ["title"]


def test_other_peoples_notes_are_not_there(
    client: ErlenClient, headers: Headers, new_browser: NewBrowser
) -> None:
    url = write(client, headers, title="Milk")["url"]
    new_browser("bob")
    assert client.get(url, headers=headers_of(client, "bob")).status_code == 404


def test_errors_are_json(client: ErlenClient, headers: Headers) -> None:
    assert "error" in client.get("/api/nothing", headers=headers).get_json()
    answer = client.put("/api/notes", headers=headers)
    assert answer.status_code == 405
    assert "POST" in answer.headers["Allow"]
    assert "error" in answer.get_json()
    broken = client.post("/api/notes", data="{", content_type="application/json", headers=headers)
    assert broken.status_code == 400
    assert "error" in broken.get_json()
