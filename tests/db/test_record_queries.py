"""Recorded queries, and budgets for them."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from erlen import Erlen
from erlen.db import SQLAlchemy, get_recorded_queries
from tests.db.conftest import MakeApp


def ask(db: SQLAlchemy, times: int) -> None:
    for _ in range(times):
        db.session.execute(sa.text("SELECT :x"), {"x": 1})


def test_the_queries_of_a_context_are_recorded(db: SQLAlchemy, make_app: MakeApp) -> None:
    app = make_app(db, SQLALCHEMY_RECORD_QUERIES=True, SQLALCHEMY_DATABASE_URI="sqlite://")
    with app.app_context():
        ask(db, 1)
        (query,) = get_recorded_queries()
        assert (query.statement, query.parameters) == ("SELECT ?", (1,))
        assert 0 <= query.duration < 5
        assert query.location.startswith(f"{__file__}:")
        assert query.location.endswith("(ask)")
    with app.app_context():
        assert get_recorded_queries() == []


def test_nothing_is_recorded_unless_asked_for(db: SQLAlchemy, app: Erlen) -> None:
    with app.app_context():
        ask(db, 1)
        assert get_recorded_queries() == []


def test_a_budget_that_is_kept_is_silent(db: SQLAlchemy, app: Erlen) -> None:
    with app.app_context():
        with db.expect_queries(max=3) as made:
            ask(db, 3)
        assert len(made) == 3
        ask(db, 1)
        assert len(made) == 3


@pytest.mark.parametrize(
    "limits,wish",
    [({"max": 1}, "at most 1"), ({"min": 3}, "at least 3"), ({"exactly": 1}, "exactly 1")],
)
def test_a_budget_that_is_not_kept_tells_each_query(
    db: SQLAlchemy, app: Erlen, limits: dict[str, int], wish: str
) -> None:
    with app.app_context():
        with pytest.raises(AssertionError, match=f"2 queries were made, {wish} expected") as caught:
            with db.expect_queries(**limits):
                ask(db, 2)
    assert "2. SELECT ?" in str(caught.value)
    assert f"at {__file__}:" in str(caught.value)


def test_the_queries_of_requests_count(db: SQLAlchemy, app: Erlen) -> None:
    @app.get("/")
    def twice() -> str:
        ask(db, 2)
        return ""

    with pytest.raises(AssertionError, match="2 queries"):
        with db.expect_queries(max=1):
            app.test_client().get("/")


def test_an_exception_is_not_hidden_by_the_budget(db: SQLAlchemy, app: Erlen) -> None:
    with app.app_context():
        with pytest.raises(KeyError):
            with db.expect_queries(0):
                ask(db, 1)
                raise KeyError


def test_a_query_outside_of_every_context_is_nobodys(db: SQLAlchemy, make_app: MakeApp) -> None:
    app = make_app(db, SQLALCHEMY_RECORD_QUERIES=True, SQLALCHEMY_DATABASE_URI="sqlite://")
    with app.app_context():
        engine = db.engine
    with engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT 1").scalar() == 1
    with app.app_context():
        assert get_recorded_queries() == []
