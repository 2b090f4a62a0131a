"""Pages of rows."""

from __future__ import annotations

import pytest
from sqlalchemy import orm
from werkzeug.exceptions import NotFound

from erlen import Erlen, render_template_string
from erlen.db import Model, Pagination, SQLAlchemy
from tests.db.conftest import MakeApp


class Base(Model, orm.DeclarativeBase):
    pass


db = SQLAlchemy(model_class=Base)


class Item(Base):
    id: orm.Mapped[int] = orm.mapped_column(primary_key=True)


@pytest.fixture
def app(make_app: MakeApp) -> Erlen:
    app = make_app(db, SQLALCHEMY_DATABASE_URI="sqlite://")
    with app.app_context():
        db.create_all()
        db.session.add_all([Item() for _ in range(150)])
        db.session.commit()
    return app


def ids(page: Pagination[Item]) -> list[int]:
    return [item.id for item in page]


def test_a_page_knows_its_place(app: Erlen) -> None:
    with app.app_context():
        page = db.paginate(db.select(Item).order_by(Item.id), page=2, per_page=20)
        assert ids(page) == list(range(21, 41))
        assert (page.total, page.pages, page.first, page.last) == (150, 8, 21, 40)
        assert (page.has_prev, page.prev_num, page.has_next, page.next_num) == (True, 1, True, 3)


def test_the_last_page_is_short_and_has_no_next(app: Erlen) -> None:
    with app.app_context():
        page = db.paginate(db.select(Item), page=8)
        assert (len(page.items), page.last) == (10, 150)
        assert (page.has_next, page.next_num) == (False, None)


def test_a_query_pages_like_a_statement(app: Erlen) -> None:
    with app.app_context():
        page = Item.query.order_by(Item.id).paginate(page=3, per_page=5)
        assert (ids(page), page.total) == ([11, 12, 13, 14, 15], 150)


def test_pages_can_be_turned(app: Erlen) -> None:
    with app.app_context():
        page = db.paginate(db.select(Item).order_by(Item.id), page=2, per_page=10)
        assert (ids(page.prev())[0], ids(page.next())[0]) == (1, 21)
        assert page.next().total == 150


@pytest.mark.parametrize(
    "query,page,per_page",
    [("", 1, 20), ("?page=3", 3, 20), ("?per_page=7&page=2", 2, 7), ("?per_page=1000", 1, 100)],
)
def test_a_request_chooses_the_page(app: Erlen, query: str, page: int, per_page: int) -> None:
    with app.test_request_context(f"/{query}"):
        found = db.paginate(db.select(Item), max_per_page=100)
        assert (found.page, found.per_page) == (page, per_page)


@pytest.mark.parametrize(
    "query",
    [
        *("?page=x", "?page=0", "?page=-1", "?per_page=x", "?per_page=0", "?page=99"),
        *(f"?page={10**30}", f"?page=2&per_page={10**30}"),  # no database takes such a number
    ],
)
def test_a_page_that_cannot_be_is_a_404(app: Erlen, query: str) -> None:
    with app.test_request_context(f"/{query}"):
        with pytest.raises(NotFound):
            db.paginate(db.select(Item))


@pytest.mark.parametrize(
    "query,page,per_page",
    [("?page=x", 1, 20), ("?page=-1", 1, 20), ("?per_page=0", 1, 20), ("?page=99", 99, 20)],
)
def test_or_the_nearest_that_can(app: Erlen, query: str, page: int, per_page: int) -> None:
    with app.test_request_context(f"/{query}"):
        found = db.paginate(db.select(Item), error_out=False)
        assert (found.page, found.per_page) == (page, per_page)


def test_counting_can_be_left_out(app: Erlen) -> None:
    with app.app_context():
        with db.expect_queries(1):
            page = db.paginate(db.select(Item), count=False)
        assert (page.total, page.pages, page.has_next) == (None, 0, False)


def test_no_rows_make_an_empty_first_page(app: Erlen) -> None:
    with app.app_context():
        page = db.paginate(db.select(Item).where(Item.id < 0))
        assert (ids(page), page.first, page.last, page.pages) == ([], 0, 0, 0)
        assert list(page.iter_pages()) == []


@pytest.mark.parametrize(
    "current,links",
    [
        (7, [1, 2, None, 5, 6, 7, 8, 9, 10, 11, None, 19, 20]),
        (1, [1, 2, 3, 4, 5, None, 19, 20]),
        (20, [1, 2, None, 18, 19, 20]),
        (5, [1, 2, 3, 4, 5, 6, 7, 8, 9, None, 19, 20]),
    ],
)
def test_the_links_skip_what_is_far_away(app: Erlen, current: int, links: list[int | None]) -> None:
    with app.app_context():
        page = db.paginate(db.select(Item).where(Item.id <= 100), page=current, per_page=5)
        assert list(page.iter_pages()) == links


def test_a_template_iterates_over_rows_and_links(app: Erlen) -> None:
    template = (
        "{% for item in page %}{{ item.id }} {% endfor %}|"
        "{% for number in page.iter_pages(right_current=1, right_edge=1) %}"
        "{{ number or '…' }} {% endfor %}"
    )
    with app.test_request_context("/?per_page=3"):
        page = db.paginate(db.select(Item).order_by(Item.id))
        assert render_template_string(template, page=page) == "1 2 3 |1 2 … 50 "


def test_a_page_of_something_else_says_where_rows_come_from() -> None:
    class Letters(Pagination[str]):
        def _query_items(self) -> list[str]:
            return ["a", "b"]

    with pytest.raises(NotImplementedError):
        Pagination[str]()
    with pytest.raises(NotImplementedError):
        Letters()
    assert list(Letters(count=False)) == ["a", "b"]
