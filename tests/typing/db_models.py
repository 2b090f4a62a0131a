"""Models, statements and pages, as a type checker sees them."""

from __future__ import annotations

from typing import assert_type

from sqlalchemy import Select
from sqlalchemy.orm import DeclarativeBase, Mapped, MappedAsDataclass, mapped_column

from erlen import Erlen
from erlen.db import Model, Pagination, Query, Session, SQLAlchemy


class Base(Model, DeclarativeBase):
    pass


db = SQLAlchemy(model_class=Base)


class User(Base):
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = db.mapped_column(db.String(80), unique=True)
    nickname: Mapped[str | None]
    posts: Mapped[list[Post]] = db.relationship(back_populates="author")


class Post(Base):
    __bind_key__ = "blog"
    id: Mapped[int] = mapped_column(primary_key=True)
    author_id: Mapped[int] = mapped_column(db.ForeignKey("user.id"))
    author: Mapped[User] = db.relationship(back_populates="posts")


app = Erlen(__name__)
db.init_app(app)

user = db.get_or_404(User, 1)
assert_type(user, User)
assert_type(user.id, int)
assert_type(user.nickname, str | None)
assert_type(user.posts[0].author, User)

assert_type(db.session(), Session)
assert_type(db.session.get(User, 1), User | None)
assert_type(db.select(User), Select[User])
assert_type(db.select(User.id, User.name), Select[int, str])
assert_type(db.one_or_404(db.select(User).where(User.name == "x")), User)
assert_type(db.first_or_404(db.select(User.name)), str)

page = db.paginate(db.select(User))
assert_type(page, Pagination[User])
assert_type([found.name for found in page], list[str])
assert_type(page.next().total, int | None)

assert_type(User.query, Query[User])
assert_type(User.query.filter_by(name="x").first(), User | None)
assert_type(User.query.get_or_404(1), User)
assert_type(User.query.paginate(), Pagination[User])

with db.expect_queries(max=3) as made:
    assert_type(made.queries[0].duration, float)


class Data(Model, MappedAsDataclass, DeclarativeBase):
    pass


class Point(Data):
    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    x: Mapped[float]


assert_type(Point(x=1.0).x, float)


async def names() -> list[str]:
    return list(await db.async_session.scalars(db.select(User.name)))
