"""The extension object: set-up, tables, rows or 404."""

from __future__ import annotations

import typing as t

import pytest
import sqlalchemy as sa
from sqlalchemy import orm

from erlen import Erlen
from erlen.db import Model, Query, SQLAlchemy
from tests.db.conftest import MakeApp


class Base(Model, orm.DeclarativeBase):
    pass


db = SQLAlchemy(model_class=Base)


class City(Base):
    id: orm.Mapped[int] = orm.mapped_column(primary_key=True)
    name: orm.Mapped[str]


@pytest.fixture
def app(make_app: MakeApp) -> Erlen:
    app = make_app(db, SQLALCHEMY_DATABASE_URI="sqlite://")
    with app.app_context():
        db.create_all()
        db.session.add_all([City(name="Ulm"), City(name="Bern"), City(name="Bern")])
        db.session.commit()

    @app.get("/key/<int:key>")
    def by_key(key: int) -> str:
        return db.get_or_404(City, key, description=f"no city {key}").name

    @app.get("/first/<name>")
    def first(name: str) -> str:
        return db.first_or_404(db.select(City).filter_by(name=name)).name

    @app.get("/one/<name>")
    def one(name: str) -> str:
        return db.one_or_404(db.select(City).filter_by(name=name)).name

    return app


@pytest.mark.parametrize(
    "path,status",
    [
        ("/key/1", 200),
        ("/key/9", 404),
        ("/first/Bern", 200),
        ("/first/Rom", 404),
        ("/one/Ulm", 200),
        ("/one/Rom", 404),
        ("/one/Bern", 404),
    ],
)
def test_a_row_that_is_missing_is_a_404(app: Erlen, path: str, status: int) -> None:
    assert app.test_client().get(path).status_code == status


def test_a_404_can_say_what_is_missing(app: Erlen) -> None:
    assert "no city 9" in app.test_client().get("/key/9").text


def test_the_session_queries_in_the_old_style(app: Erlen) -> None:
    with app.app_context():
        assert len(db.session.query(City).all()) == 3
        assert type(db.session.query(City)) is Query


def test_an_application_is_initialized_once(app: Erlen) -> None:
    with pytest.raises(RuntimeError, match="already been registered"):
        SQLAlchemy(app)


def test_the_application_can_be_given_at_once(make_app: MakeApp) -> None:
    app = make_app(SQLALCHEMY_DATABASE_URI="sqlite://")
    own = SQLAlchemy(app)
    assert app.extensions["sqlalchemy"] is own


def test_another_instance_than_the_applications_is_told_apart(app: Erlen) -> None:
    with app.app_context(), pytest.raises(RuntimeError, match="this is another one"):
        SQLAlchemy().session.execute(sa.text("SELECT 1"))


def test_tables_are_created_and_dropped_for_the_binds_that_are_named(make_app: MakeApp) -> None:
    own = SQLAlchemy()
    own.Table("a", own.Column("id", own.Integer))
    own.Table("b", own.Column("id", own.Integer), bind_key="other")
    app = make_app(own, SQLALCHEMY_ENGINES={"default": "sqlite://", "other": "sqlite://"})
    with app.app_context():
        own.create_all("other")
        tables = {key: sa.inspect(engine).get_table_names() for key, engine in own.engines.items()}
        assert tables == {None: [], "other": ["b"]}
        own.create_all([None])
        own.drop_all("other")
        tables = {key: sa.inspect(engine).get_table_names() for key, engine in own.engines.items()}
        assert tables == {None: ["a"], "other": []}


def test_a_table_may_bring_its_metadata() -> None:
    own, metadata = SQLAlchemy(), sa.MetaData()
    assert own.Table("t", metadata, own.Column("id", own.Integer)).metadata is metadata
    assert "t" not in own.metadata.tables


def test_the_names_of_sqlalchemy_are_names_of_db() -> None:
    own = SQLAlchemy()
    assert own.Column is sa.Column
    assert own.select is sa.select
    assert own.LABEL_STYLE_DEFAULT is sa.LABEL_STYLE_DEFAULT
    assert own.joinedload is orm.joinedload
    with pytest.raises(AttributeError, match="no attribute 'no_such_name'"):
        own.no_such_name


def test_a_dynamic_relationship_is_a_query_of_dbs(make_app: MakeApp) -> None:
    own = SQLAlchemy()

    class Author(own.Model):  # type: ignore[name-defined,misc]
        id = own.Column(own.Integer, primary_key=True)
        books = own.relationship("Book", lazy="dynamic", backref="author")

    class Book(own.Model):  # type: ignore[name-defined,misc]
        id = own.Column(own.Integer, primary_key=True)
        author_id: t.Any = own.Column(own.ForeignKey("author.id"))

    with make_app(own, SQLALCHEMY_DATABASE_URI="sqlite://").app_context():
        own.create_all()
        author = Author(books=[Book(), Book()])
        own.session.add(author)
        own.session.commit()
        assert author.books.paginate(per_page=1).total == 2
        assert author.books.first().author is author


def test_the_shell_knows_the_models(app: Erlen) -> None:
    with app.app_context():
        names = app.make_shell_context()
    assert names["db"] is db
    assert names["City"] is City


def test_the_representation_tells_the_database(app: Erlen) -> None:
    assert repr(db) == "<SQLAlchemy>"
    with app.app_context():
        assert repr(db) == "<SQLAlchemy sqlite://>"


def test_a_shell_can_do_without_the_models(make_app: MakeApp) -> None:
    app = make_app(SQLAlchemy(add_models_to_shell=False), SQLALCHEMY_DATABASE_URI="sqlite://")
    assert "db" not in app.make_shell_context()


def test_relationships_are_queries_of_the_class_that_was_chosen(make_app: MakeApp) -> None:
    class Counted(Query[t.Any]):
        pass

    db = SQLAlchemy(query_class=Counted)

    class Parent(db.Model):  # type: ignore[name-defined,misc]
        id = db.Column(db.Integer, primary_key=True)
        children = db.dynamic_loader("Child", back_populates="parent")

    class Child(db.Model):  # type: ignore[name-defined,misc]
        id = db.Column(db.Integer, primary_key=True)
        parent_id = db.Column(db.Integer, db.ForeignKey(Parent.id))
        parent = db.relationship("Parent", back_populates="children")

    with make_app(db, SQLALCHEMY_DATABASE_URI="sqlite://").app_context():
        db.create_all()
        db.session.add(Parent(children=[Child(), Child()]))
        db.session.commit()
        parent = Parent.query.one()
        assert isinstance(parent.children, Counted)
        assert parent.children.count() == 2
