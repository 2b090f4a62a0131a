"""The same pages in FastAPI's words, with SQLAlchemy's session as a dependency.

The variant's end tells how: ``async`` with a driver for coroutines, or in threads.
"""

import collections.abc as cabc
import typing as t

from fastapi import Depends, FastAPI, HTTPException, Request
from fastapi.responses import HTMLResponse
from fastapi.templating import Jinja2Templates
from pydantic import BaseModel, ConfigDict
from sqlalchemy import Float, String, create_engine, select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, sessionmaker

from benchmarks import data
from benchmarks.data_workloads import PAGE, address


class Base(DeclarativeBase):
    pass


class Item(Base):
    __tablename__ = "item"
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(String(80))
    price: Mapped[float] = mapped_column(Float)
    stock: Mapped[int]


class ItemOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)
    id: int
    title: str
    price: float
    stock: int


templates = Jinja2Templates(data.TEMPLATES)


def make_app(variant: str) -> t.Any:
    kind, _, way = variant.partition("-")
    return make_async(kind) if way == "async" else make_threaded(kind)


def make_threaded(kind: str) -> FastAPI:
    app = FastAPI()
    session_of = sessionmaker(create_engine(address(kind)))

    def get_session() -> cabc.Iterator[Session]:
        with session_of() as session:
            yield session

    Opened = t.Annotated[Session, Depends(get_session)]

    @app.get("/item/{number}", response_model=ItemOut)
    def item(number: int, session: Opened) -> t.Any:
        row = session.get(Item, number)
        if row is None:
            raise HTTPException(404)
        return row

    @app.get("/items/{after}", response_class=HTMLResponse)
    def items(request: Request, after: int, session: Opened) -> t.Any:
        return page(request, after, session.scalars(statement(after)).all())

    return app


def make_async(kind: str) -> FastAPI:
    app = FastAPI()
    url = address(kind).replace("+psycopg", "+asyncpg").replace("sqlite:", "sqlite+aiosqlite:")
    session_of = async_sessionmaker(create_async_engine(url))

    async def get_session() -> cabc.AsyncIterator[AsyncSession]:
        async with session_of() as session:
            yield session

    Opened = t.Annotated[AsyncSession, Depends(get_session)]

    @app.get("/item/{number}", response_model=ItemOut)
    async def item(number: int, session: Opened) -> t.Any:
        row = await session.get(Item, number)
        if row is None:
            raise HTTPException(404)
        return row

    @app.get("/items/{after}", response_class=HTMLResponse)
    async def items(request: Request, after: int, session: Opened) -> t.Any:
        return page(request, after, (await session.scalars(statement(after))).all())

    return app


def statement(after: int) -> t.Any:
    return select(Item).where(Item.id > after).order_by(Item.id).limit(PAGE)


def page(request: Request, after: int, rows: cabc.Sequence[Item]) -> t.Any:
    return templates.TemplateResponse(
        request, "page.html", {"title": f"After {after}", "rows": rows}
    )
