"""The session of coroutine views."""

from __future__ import annotations

import asyncio

import pytest
import sqlalchemy as sa
from sqlalchemy import orm

from erlen import Erlen
from erlen.db import Model, SQLAlchemy
from erlen.db.async_session import async_url
from tests.databases import ALL, database
from tests.db.conftest import MakeApp


class Base(Model, orm.DeclarativeBase):
    pass


db = SQLAlchemy(model_class=Base)


class Note(Base):
    id: orm.Mapped[int] = orm.mapped_column(primary_key=True)
    text: orm.Mapped[str] = orm.mapped_column(sa.String(50))


@pytest.fixture(params=[p for p in ALL if p.values[0] != "mariadb"])
def app(request: pytest.FixtureRequest, make_app: MakeApp, tmp_path):  # type: ignore[no-untyped-def]
    with database(request.param, tmp_path) as url:
        app = make_app(db, SQLALCHEMY_DATABASE_URI=url)
        with app.app_context():
            db.create_all()
        register(app)
        yield app
        with app.app_context():
            db.engine.dispose()


def register(app: Erlen) -> None:
    @app.post("/<text>")
    async def add(text: str) -> str:
        db.async_session.add(Note(text=text))
        await db.async_session.commit()
        return "added"

    @app.get("/")
    async def show() -> list[str]:
        notes = await db.async_session.scalars(sa.select(Note))
        return [note.text for note in notes]

    @app.post("/fail")
    async def fail() -> str:
        db.async_session.add(Note(text="lost"))
        await db.async_session.flush()
        raise ValueError


def test_a_coroutine_view_writes_and_reads(app: Erlen) -> None:
    client = app.test_client()
    for text in ("a", "b"):
        assert client.post(f"/{text}").text == "added"
    assert client.get("/").json == ["a", "b"]


def test_a_coroutine_view_that_fails_is_rolled_back(app: Erlen) -> None:
    client = app.test_client()
    with pytest.raises(ValueError):
        client.post("/fail")
    assert client.get("/").json == []


def test_the_session_is_closed_also_inside_a_running_loop(app: Erlen) -> None:
    async def work() -> None:
        with app.app_context():
            await db.async_session.scalars(sa.select(Note))

    asyncio.run(work())


@pytest.mark.parametrize(
    "given,taken",
    [
        ("sqlite:///a.db", "sqlite+aiosqlite"),
        ("postgresql+psycopg://u@h/d", "postgresql+psycopg"),
        ("postgresql+psycopg2://u@h/d", "postgresql+psycopg"),
        ("postgresql+asyncpg://u@h/d", "postgresql+asyncpg"),
        ("mysql+pymysql://u@h/d", "mysql+asyncmy"),
    ],
)
def test_an_asynchronous_driver_is_found(given: str, taken: str) -> None:
    assert async_url(sa.make_url(given)).drivername == taken


def test_the_asynchronous_engine_can_be_another(make_app: MakeApp) -> None:
    app = make_app(
        db,
        SQLALCHEMY_DATABASE_URI="sqlite:///one.db",
        SQLALCHEMY_ASYNC_ENGINES={"default": "sqlite+aiosqlite:///two.db"},
    )
    with app.app_context():
        bind = db.async_session.sync_session.get_bind(Note)
        assert str(bind.engine.url.database).endswith("two.db")
