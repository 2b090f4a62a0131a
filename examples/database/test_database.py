"""The examples of the guide's pages on databases and migrations."""

from __future__ import annotations

import re

import pytest

from examples.database import classic, library, plain
from examples.database.library import Author, Book, create_app, db


# [start: fixture]
@pytest.fixture
def app():
    app = create_app(SQLALCHEMY_DATABASE_URI="sqlite://")
    with app.app_context():
        db.create_all()
        author = Author(name="Selma Lagerlöf")
        db.session.add_all([Book(title=f"Book {n:02}", author=author) for n in range(1, 36)])
        db.session.commit()
    return app


# [end: fixture]


# [start: budget]
def test_a_page_of_books_takes_three_queries(app):
    with db.expect_queries(max=3):
        page = app.test_client().get("/?page=2")
    assert "Book 11, Selma Lagerlöf" in page.text


# [end: budget]


def test_the_links_lead_to_the_other_pages(app):
    page = app.test_client().get("/?page=2").text
    assert re.findall(r"page=(\d)", page) == ["1", "3", "4"]
    assert app.test_client().get("/?page=9").status_code == 404


def test_a_book_is_added_and_shown(app):
    client = app.test_client()
    assert client.post("/", data={"title": "New", "author": "Nobody"}).status_code == 302
    assert client.get("/book/36").json == {"title": "New", "author": "Nobody"}
    assert "There is no such book." in client.get("/book/37").text


def test_the_tables_can_come_from_migrations(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    app = library.create_app(SQLALCHEMY_DATABASE_URI=f"sqlite:///{tmp_path}/library.db")
    runner = app.test_cli_runner()
    for line in ("db init", "db migrate -m first", "db upgrade", "db check"):
        assert runner.invoke(args=line.split()).exit_code == 0, line
    app.test_client().post("/", data={"title": "New", "author": "Nobody"})
    assert "New, Nobody" in app.test_client().get("/").text
    with app.app_context():
        db.engine.dispose()


def test_the_classic_style():
    with classic.app.app_context():
        classic.db.create_all()
        classic.db.session.add(classic.User(name="Ada"))
        classic.db.session.commit()
    client = classic.app.test_client()
    assert client.get("/users").json == ["Ada"]
    assert client.get("/user/Ada").json == {"name": "Ada", "visits": 1}
    assert client.get("/user/Bob").status_code == 404


def test_the_plain_style_and_the_async_session(tmp_path):
    app = plain.create_app(f"sqlite:///{tmp_path}/notes.db")
    client = app.test_client()
    assert client.post("/first").json == {"id": 1}
    assert client.get("/").json == ["first"]
    with app.app_context():
        plain.db.engine.dispose()
