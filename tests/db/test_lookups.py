"""``session.get``: the quick way and SQLAlchemy's find the same."""

from __future__ import annotations

import collections.abc as cabc
import typing as t
import uuid

import pytest
import sqlalchemy as sa
from sqlalchemy import orm

from erlen import Erlen
from erlen.db import Model, Session, SQLAlchemy


class Base(Model, orm.DeclarativeBase):
    pass


db = SQLAlchemy(model_class=Base)


class Shelf(Base):
    id: orm.Mapped[int] = orm.mapped_column(primary_key=True)
    books: orm.Mapped[list[Book]] = orm.relationship(lazy="joined")


class Book(Base):
    id: orm.Mapped[uuid.UUID] = orm.mapped_column(primary_key=True, default=uuid.uuid4)
    shelf_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("shelf.id"))


class Place(Base):
    x: orm.Mapped[int] = orm.mapped_column(primary_key=True)
    y: orm.Mapped[int] = orm.mapped_column(primary_key=True)


class Animal(Base):
    id: orm.Mapped[int] = orm.mapped_column(primary_key=True)
    kind: orm.Mapped[str]
    __mapper_args__ = {"polymorphic_on": "kind", "polymorphic_identity": "animal"}


class Dog(Animal):
    __mapper_args__ = {"polymorphic_identity": "dog"}


@pytest.fixture
def session(make_app: cabc.Callable[..., Erlen]) -> cabc.Iterator[Session]:
    app = make_app(db, SQLALCHEMY_DATABASE_URI="sqlite://")
    with app.app_context():
        db.create_all()
        db.session.add_all([Shelf(id=1, books=[Book(), Book()]), Place(x=1, y=2), Dog(id=1)])
        db.session.add(Animal(id=2))
        db.session.commit()
        db.session.remove()
        yield db.session()


def count(work: cabc.Callable[[], object]) -> int:
    with db.expect_queries() as recording:
        work()
    return len(recording)


def test_a_row_is_read_once_and_with_what_is_loaded_eagerly(session: Session) -> None:
    shelf = session.get(Shelf, 1)
    assert shelf is not None
    assert count(lambda: session.get(Shelf, 1)) == 0
    assert count(lambda: shelf.books) == 0
    assert session.get(Book, shelf.books[0].id) is shelf.books[0]


def test_a_row_that_is_not_there_is_none(session: Session) -> None:
    assert session.get(Shelf, 9) is None
    assert session.get(Book, uuid.uuid4()) is None


def test_what_was_added_or_deleted_before_counts(session: Session) -> None:
    session.add(Shelf(id=7))
    shelf = session.get(Shelf, 7)
    assert shelf is not None
    session.delete(shelf)
    session.flush()
    assert session.get(Shelf, 7) is None


def test_an_expired_row_is_read_again(session: Session) -> None:
    animal = session.get(Animal, 2)
    assert animal is not None
    session.expire(animal)
    assert count(lambda: session.get(Animal, 2)) == 1


@pytest.mark.parametrize("options", [{"populate_existing": True}, {"with_for_update": {}}])
def test_an_option_that_asks_for_a_fresh_row_gets_one(
    session: Session, options: dict[str, t.Any]
) -> None:
    session.get(Shelf, 1)
    assert count(lambda: session.get(Shelf, 1, **options)) == 1


def test_an_option_about_loading_is_heeded(session: Session) -> None:
    shelf = session.get(Shelf, 1, options=[orm.lazyload("*")])
    assert "books" in sa.inspect(shelf).unloaded


def test_keys_of_several_columns_and_inheritance_are_left_to_sqlalchemy(session: Session) -> None:
    assert session.get(Place, (1, 2)) is session.get(Place, {"x": 1, "y": 2})
    assert type(session.get(Animal, 1)) is Dog
    assert session.get(Dog, 2) is None
    assert session.get(sa.inspect(Dog), 1) is session.get(Animal, 1)


def test_what_is_no_model_is_refused_as_ever(session: Session) -> None:
    for thing in (int, 3):
        with pytest.raises((sa.exc.ArgumentError, sa.exc.NoInspectionAvailable)):
            session.get(t.cast(t.Any, thing), 1)
    with pytest.raises(sa.exc.InvalidRequestError, match="Incorrect number of values"):
        session.get(Place, 1)


def test_the_statement_is_made_once(session: Session) -> None:
    session.get(Shelf, 1)
    lookup = db._lookups.find(Shelf)
    session.expunge_all()
    session.get(Shelf, 1)
    assert lookup is not None
    assert db._lookups.find(Shelf) is lookup
