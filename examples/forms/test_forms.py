"""What the guide's page on forms says."""

import io
import re

import pytest

from . import books, catalogue

BROWSER = {"Sec-Fetch-Site": "same-origin"}


@pytest.fixture
def client(tmp_path):
    books.app.config["DATABASE"] = tmp_path / "books.sqlite"
    with books.app.app_context():
        books.create_tables()
    return books.app.test_client()


def fields_of(page):
    return dict(re.findall(r'name="(\w+)"[^>]*value="([^"]*)"', page))


def test_a_book_is_added_with_the_token_of_the_form(client):
    page = client.get("/books/new").text
    assert 'enctype="multipart/form-data"' in page
    cover = io.BytesIO(b"png"), "emma.png"
    sent = {"title": "Emma", "author": "1", "isbn": "", "cover": cover}
    assert client.post("/books/new", data={**sent, "csrf_token": "x"}).status_code == 400
    token = fields_of(page)["csrf_token"]
    sent["cover"] = io.BytesIO(b"png"), "emma.png"
    assert client.post("/books/new", data={**sent, "csrf_token": token}).status_code == 302
    assert client.get("/books").json == {"books": ["Emma by Jane Austen"]}


def test_an_author_who_is_added_can_be_chosen_at_once(client):
    with books.app.app_context():
        books.database().execute("insert into author (name) values ('Mary Shelley')")
        books.database().commit()
    assert "Mary Shelley" in client.get("/books/new").text
    sent = {"title": "Frankenstein", "author": "2"}
    assert client.post("/books/new", data=sent, headers=BROWSER).status_code == 302


def test_errors_are_shown_at_their_fields_in_the_readers_language(client):
    headers = {**BROWSER, "Accept-Language": "zh-CN"}
    page = client.post("/books/new", data={"isbn": "12"}, headers=headers).text
    assert 'aria-describedby="isbn-help isbn-errors"' in page
    assert "An ISBN has thirteen digits." in page
    assert "该字段是必填字段。" in page


def test_a_script_needs_no_token(client):
    answer = client.put("/books/1", json={"title": "Emma"}, headers=BROWSER)
    assert answer.json == {"title": "Emma"}
    assert client.put("/books/1", json={}, headers=BROWSER).status_code == 422
    foreign = {"Sec-Fetch-Site": "cross-site"}
    assert client.put("/books/1", json={"title": "Emma"}, headers=foreign).status_code == 400


def test_a_form_over_a_model():
    catalogue.Base.metadata.create_all(catalogue.engine)
    session = catalogue.session
    session.add_all(
        [
            catalogue.Author(id=1, name="Jane Austen"),
            catalogue.Book(id=1, title="Ema", author_id=1),
            catalogue.Book(id=2, title="Persuasion", author_id=1),
        ]
    )
    session.commit()
    client = catalogue.app.test_client()
    assert 'value="Ema"' in client.get("/books/1").text
    taken = {"title": "Persuasion", "author_id": "1"}
    answer = client.post("/books/1", data=taken, headers=BROWSER)
    assert (answer.status_code, "Already exists." in answer.text) == (422, True)
    sent = {"title": "Emma", "year": "1815", "author_id": "1"}
    assert client.post("/books/1", data=sent, headers=BROWSER).json == {
        "title": "Emma",
        "year": 1815,
    }
    session.close()
    catalogue.engine.dispose()
