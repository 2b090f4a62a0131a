"""The same Bookshelf on SQLite, MariaDB and PostgreSQL, on tables that its migrations made."""

from __future__ import annotations

import collections.abc as cabc
import typing as t
from pathlib import Path

import pytest
from bookshelf import catalogue
from bookshelf.catalogue import SORTS, Query

from tests.databases import ALL, database

if t.TYPE_CHECKING:
    from conftest import MakeApp, Visitor
    from erlen import Erlen


@pytest.fixture(params=ALL)
def app(request: pytest.FixtureRequest, make_app: MakeApp, tmp_path: Path) -> cabc.Iterator[Erlen]:
    with database(request.param, tmp_path) as url:
        yield make_app(url, DEMO=True)


def test_the_migrations_make_what_the_models_say_and_unmake_it(app: Erlen) -> None:
    runner = app.test_cli_runner()
    assert runner.invoke(args=["db", "check"]).exit_code == 0
    for line in ("db downgrade base", "db upgrade"):
        assert runner.invoke(args=line.split()).exit_code == 0, line


def test_searching_and_sorting_are_the_same_everywhere(app: Erlen) -> None:
    with app.app_context():
        found = catalogue.search(Query("CERVANTES don"), 1, 10)
        orders = {sort: [b.id for b in catalogue.search(Query(sort=sort), 1, 40)] for sort in SORTS}
    assert found.total == 1
    assert [len(order) for order in orders.values()] == [28] * 4


def test_readers_log_in_add_and_are_refused_what_is_taken(visitor: Visitor) -> None:
    visitor.log_in("ADA", "bookshelf")
    book = {"title": "Emma", "author": "Jane Austen", "genre": "Novel", "isbn": "9780141439587"}
    assert visitor.post("/books/new", book).status_code == 302
    assert visitor.post("/books/new", {**book, "title": "Emma II"}).status_code == 422
    assert "“Emma”" in visitor.get("/books/mine").text
