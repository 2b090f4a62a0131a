"""The session of coroutine views."""

from __future__ import annotations

import asyncio
import collections.abc as cabc
import contextlib
import pathlib
import threading
import typing as t

import pytest
import sqlalchemy as sa
from sqlalchemy import orm

from erlen import Erlen, g
from erlen.db import Model, SQLAlchemy, async_session
from erlen.db.async_session import async_url
from tests.databases import ALL, database
from tests.db.conftest import MakeApp


class Base(Model, orm.DeclarativeBase):
    pass


db = SQLAlchemy(model_class=Base)


class Note(Base):
    id: orm.Mapped[int] = orm.mapped_column(primary_key=True)
    text: orm.Mapped[str] = orm.mapped_column(sa.String(50))


#: PostgreSQL once more, with the driver that is not the default one.
ASYNCPG = pytest.param("postgresql+asyncpg", marks=pytest.mark.service("postgresql"))


@pytest.fixture(params=[*ALL, ASYNCPG])
def app(
    request: pytest.FixtureRequest, make_app: MakeApp, tmp_path: pathlib.Path
) -> cabc.Iterator[Erlen]:
    kind, _, driver = request.param.partition("+")
    with database(kind, tmp_path) as url:
        engines = {"default": url.replace("+psycopg", f"+{driver}")} if driver else None
        app = make_app(db, SQLALCHEMY_DATABASE_URI=url, SQLALCHEMY_ASYNC_ENGINES=engines)
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


def test_hooks_and_view_have_loops_of_their_own_and_one_session(app: Erlen) -> None:
    seen = []

    @app.before_request
    async def before() -> None:
        seen.append(db.async_session)
        g.count = await db.async_session.scalar(sa.select(sa.func.count(Note.id)))

    @app.post("/twice")
    async def twice() -> str:
        seen.append(db.async_session)
        db.async_session.add(Note(text=f"{g.count}"))
        await db.async_session.commit()
        return "added"

    client = app.test_client()
    assert client.post("/twice").text == "added"
    assert client.get("/").json == ["0"]
    assert seen[0] is seen[1]


def open_sessions() -> int:
    return len(async_session.Guard._open)


def test_the_session_is_closed_also_inside_a_running_loop(app: Erlen) -> None:
    async def work() -> None:
        with app.app_context():
            await db.async_session.scalars(sa.select(Note))
        assert open_sessions() == 1
        await asyncio.sleep(0.1)
        assert open_sessions() == 0
        with app.app_context():
            await db.async_session.scalars(sa.select(Note))

    asyncio.run(work())
    assert open_sessions() == 0


async def read() -> None:
    await db.async_session.scalars(sa.select(Note))


def test_the_session_is_closed_when_the_loop_ends_before_the_context(app: Erlen) -> None:
    with app.app_context():
        asyncio.run(read())
        assert open_sessions() == 0
        asyncio.run(read())


def test_the_session_is_closed_in_a_loop_that_goes_on(app: Erlen) -> None:
    with contextlib.closing(asyncio.new_event_loop()) as loop:
        with app.app_context():
            loop.run_until_complete(read())
        assert open_sessions() == 0


def test_the_session_is_closed_in_the_loop_of_another_thread(app: Erlen) -> None:
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    try:
        with app.app_context():
            asyncio.run_coroutine_threadsafe(read(), loop).result(10)
            assert open_sessions() == 1
        assert open_sessions() == 0
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()


def test_a_loop_that_was_closed_carelessly_is_no_error(make_app: MakeApp) -> None:
    app = make_app(db, SQLALCHEMY_DATABASE_URI="sqlite://")
    with app.app_context():
        loop = asyncio.new_event_loop()
        loop.run_until_complete(touch())
        loop.close()
    assert open_sessions() == 0


async def touch() -> None:
    assert db.async_session.is_active


class SlowToClose:
    def __init__(self) -> None:
        self.begun = self.done = 0

    async def close(self) -> None:
        self.begun += 1
        await asyncio.sleep(10 if self.begun == 1 else 0)
        self.done += 1


def test_a_loop_that_ends_while_a_session_is_being_closed_finishes_that() -> None:
    session: t.Any = SlowToClose()

    async def work() -> None:
        async_session.Guard(session, asyncio.get_running_loop()).close()
        await asyncio.sleep(0)

    asyncio.run(work())
    assert (session.begun, session.done) == (2, 1)
    assert open_sessions() == 0


def test_a_session_that_no_coroutine_used_needs_no_loop(make_app: MakeApp) -> None:
    with make_app(db, SQLALCHEMY_DATABASE_URI="sqlite://").app_context():
        assert db.async_session is db.async_session


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


def test_each_bind_key_has_an_asynchronous_engine(db: SQLAlchemy, make_app: MakeApp) -> None:
    class Line(db.Model):  # type: ignore[name-defined,misc]
        __bind_key__ = "log"
        id = db.Column(db.Integer, primary_key=True)

    url = "sqlite://"
    app = make_app(db, SQLALCHEMY_DATABASE_URI=url, SQLALCHEMY_BINDS={"log": url})
    with app.app_context():
        session = db.async_session.sync_session
        default, log = session.get_bind(), session.get_bind(Line)
        assert [bind.engine.dialect.driver for bind in (default, log)] == ["aiosqlite"] * 2
        assert default is not log
        assert session.get_bind(Line, bind=default) is default
