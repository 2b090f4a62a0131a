"""A pool that is exhausted says who has its connections."""

from __future__ import annotations

import threading
import time
import typing as t

import greenlet
import pytest
import sqlalchemy as sa

from erlen import Erlen
from erlen.db import PoolExhausted, SQLAlchemy
from erlen.db.location import location
from erlen.db.pool import Holder, WatchedPool, _explain
from tests.db.conftest import MakeApp


@pytest.fixture
def app(db: SQLAlchemy, make_app: MakeApp) -> Erlen:
    return make_app(
        db, SQLALCHEMY_POOL_SIZE=1, SQLALCHEMY_MAX_OVERFLOW=1, SQLALCHEMY_POOL_TIMEOUT=0.05
    )


def test_the_error_names_request_line_and_thread(db: SQLAlchemy, app: Erlen) -> None:
    @app.get("/report")
    def report() -> str:
        db.session.execute(sa.text("SELECT 1"))
        with db.engine.connect(), db.engine.connect():
            return "never reached"

    with pytest.raises(PoolExhausted) as caught:
        app.test_client().get("/report")
    text = str(caught.value)
    assert text.count("GET /report, ") == 2
    assert f"{__file__}:" in text
    assert f"in report ({threading.current_thread().name})" in text
    assert "SQLALCHEMY_POOL_SIZE" in text


def test_the_error_is_also_the_one_of_sqlalchemy() -> None:
    assert issubclass(PoolExhausted, sa.exc.TimeoutError)


def test_outside_of_a_request_there_is_no_request_to_name(db: SQLAlchemy, app: Erlen) -> None:
    with app.app_context(), db.engine.connect(), db.engine.connect():
        with pytest.raises(PoolExhausted, match="outside of a request"):
            db.engine.connect()


def test_who_gave_its_connection_back_is_not_named(db: SQLAlchemy, app: Erlen) -> None:
    with app.app_context():
        pool = t.cast(WatchedPool, db.engine.pool)
        with db.engine.connect():
            assert len(pool.holders()) == 1
        assert pool.holders() == []


def test_a_pool_that_was_emptied_still_watches(db: SQLAlchemy, app: Erlen) -> None:
    with app.app_context():
        db.engine.dispose()
        with db.engine.connect():
            assert len(t.cast(WatchedPool, db.engine.pool).holders()) == 1


def holder(**known: t.Any) -> Holder:
    nothing = {"since": time.monotonic(), "thread": "t", "request": None, "code": None, "line": 0}
    return Holder(**{**nothing, **known})


def test_of_many_holders_the_first_are_named() -> None:
    found = _explain(sa.exc.TimeoutError("full"), [holder() for _ in range(23)])
    assert found.count("an unknown place") == 20
    assert "and 3 more" in found


def test_a_place_without_code_of_an_application_is_unknown() -> None:
    library: dict[str, t.Any] = {"__name__": "sqlalchemy.test", "location": location}
    exec("def work(): return location()", library)
    assert greenlet.greenlet(library["work"]).switch() == "<unknown>"
