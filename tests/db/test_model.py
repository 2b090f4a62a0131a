"""Models: table names, bind keys, the base of one's own."""

from __future__ import annotations

import typing as t

import pytest
import sqlalchemy as sa
from sqlalchemy import orm

from erlen import Erlen
from erlen.db import Model, SQLAlchemy
from erlen.db.model import DefaultMeta, camel_to_snake_case
from tests.db.conftest import MakeApp


@pytest.mark.parametrize(
    "name,table",
    [
        ("CamelCase", "camel_case"),
        ("HTTPLogEntry", "http_log_entry"),
        ("UserID", "user_id"),
        ("_Private", "private"),
        ("Snake_Case", "snake__case"),
        ("V2Api", "v2_api"),
        ("lower", "lower"),
    ],
)
def test_a_table_is_named_after_its_class(name: str, table: str) -> None:
    assert camel_to_snake_case(name) == table


def test_typed_and_classic_columns_make_the_same_table(db: SQLAlchemy) -> None:
    class TypedOne(db.Model):  # type: ignore[name-defined,misc]
        id: orm.Mapped[int] = orm.mapped_column(primary_key=True)
        name: orm.Mapped[str | None] = orm.mapped_column(sa.String(20))

    class ClassicOne(db.Model):  # type: ignore[name-defined,misc]
        id = db.Column(db.Integer, primary_key=True)
        name = db.Column(db.String(20))

    typed, classic = TypedOne.__table__, ClassicOne.__table__
    assert (typed.name, classic.name) == ("typed_one", "classic_one")
    assert [repr(column.type) for column in typed.c] == [repr(c.type) for c in classic.c]


def test_a_name_of_ones_own_stays(db: SQLAlchemy) -> None:
    class User(db.Model):  # type: ignore[name-defined,misc]
        __tablename__ = "people"
        id = db.Column(db.Integer, primary_key=True)

    assert User.__table__.name == "people"


def test_an_abstract_model_has_no_table(db: SQLAlchemy) -> None:
    class Numbered(db.Model):  # type: ignore[name-defined,misc]
        __abstract__ = True
        id = db.Column(db.Integer, primary_key=True)

    class Invoice(Numbered):
        pass

    assert not hasattr(Numbered, "__table__")
    assert Invoice.__table__.name == "invoice"


def test_a_subclass_without_a_key_shares_its_parents_table(db: SQLAlchemy) -> None:
    class Person(db.Model):  # type: ignore[name-defined,misc]
        id = db.Column(db.Integer, primary_key=True)
        kind = db.Column(db.String(10))
        __mapper_args__ = {"polymorphic_on": kind, "polymorphic_identity": "person"}

    class Chief(Person):
        badge = db.Column(db.Integer)
        __mapper_args__ = {"polymorphic_identity": "chief"}

    assert Chief.__table__ is Person.__table__
    assert Chief.__tablename__ == "person"
    assert "badge" in Person.__table__.c


def test_a_subclass_with_a_key_has_a_table_joined_to_its_parents(db: SQLAlchemy) -> None:
    class Person(db.Model):  # type: ignore[name-defined,misc]
        id = db.Column(db.Integer, primary_key=True)

    class StaffMember(Person):
        id = db.Column(db.ForeignKey("person.id"), primary_key=True)

    assert StaffMember.__table__.name == "staff_member"


def test_a_mixin_may_name_the_tables(db: SQLAlchemy) -> None:
    class Prefixed:
        @orm.declared_attr.directive
        def __tablename__(cls: type) -> str:
            return "shop_" + cls.__name__.lower()

    class Order(Prefixed, db.Model):  # type: ignore[name-defined,misc]
        id = db.Column(db.Integer, primary_key=True)

    assert Order.__table__.name == "shop_order"


def test_a_model_without_a_key_is_refused_by_sqlalchemy(db: SQLAlchemy) -> None:
    with pytest.raises(sa.exc.ArgumentError, match="primary key"):

        class Keyless(db.Model):  # type: ignore[name-defined,misc]
            name = db.Column(db.String(20))


def test_a_bind_key_is_inherited_and_chooses_the_metadata(db: SQLAlchemy) -> None:
    class Archived(db.Model):  # type: ignore[name-defined,misc]
        __abstract__ = True
        __bind_key__ = "archive"

    class Letter(Archived):
        id = db.Column(db.Integer, primary_key=True)

    assert Letter.metadata is db.metadatas["archive"]
    assert Letter.__table__ in db.metadatas["archive"].sorted_tables
    assert db.metadata.sorted_tables == []


def test_the_representation_tells_the_key(db: SQLAlchemy, app: Erlen) -> None:
    class Pair(db.Model):  # type: ignore[name-defined,misc]
        a = db.Column(db.Integer, primary_key=True)
        b = db.Column(db.Integer, primary_key=True)

    with app.app_context():
        db.create_all()
        pair = Pair(a=1, b=2)
        assert repr(pair).startswith("<Pair (transient ")
        db.session.add(pair)
        assert repr(pair).startswith("<Pair (pending ")
        db.session.flush()
        assert repr(pair) == "<Pair 1, 2>"


class Plain(orm.DeclarativeBase):
    def __repr__(self) -> str:
        return "mine"


class Dataclasses(orm.MappedAsDataclass, orm.DeclarativeBase):
    pass


class NoMeta(orm.DeclarativeBaseNoMeta):
    pass


class Extended(Model):
    color = "green"


class Typed(Model, orm.DeclarativeBase):
    pass


@pytest.mark.parametrize("base", [Plain, Dataclasses, NoMeta, Extended, Typed])
def test_the_base_may_be_of_any_kind(base: type) -> None:
    db = SQLAlchemy(model_class=base)

    class GardenTool(db.Model):  # type: ignore[name-defined,misc]
        id: orm.Mapped[int] = orm.mapped_column(primary_key=True)

    assert GardenTool.__table__.name == "garden_tool"
    assert GardenTool.__table__.metadata is db.metadata
    assert issubclass(GardenTool, base)
    assert GardenTool(id=1).id == 1


def test_what_a_base_says_goes_before_what_erlen_adds() -> None:
    db = SQLAlchemy(model_class=Plain)

    class Tool(db.Model):  # type: ignore[name-defined,misc]
        __tablename__ = "tool_of_a_plain_base"
        id = db.Column(db.Integer, primary_key=True)

    assert repr(Tool()) == "mine"


def test_a_base_with_erlens_mixin_is_db_model_itself() -> None:
    class Base(Model, orm.DeclarativeBase):
        pass

    assert SQLAlchemy(model_class=Base).Model is Base


def test_a_base_of_sqlalchemy_1_is_used_as_it_is() -> None:
    base = orm.declarative_base(cls=Model, metaclass=DefaultMeta)
    db = SQLAlchemy(model_class=base)

    class Person(db.Model):  # type: ignore[name-defined,misc]
        id = db.Column(db.Integer, primary_key=True)

    class Chief(Person):
        pass

    assert db.Model is base
    assert Chief.__table__ is Person.__table__


def test_two_bases_at_once_are_refused() -> None:
    class Two(Plain, NoMeta):
        __abstract__ = True

    with pytest.raises(ValueError, match="Only one declarative base"):
        SQLAlchemy(model_class=Two)


def test_names_can_be_left_to_the_models() -> None:
    db = SQLAlchemy(disable_autonaming=True)
    with pytest.raises(sa.exc.InvalidRequestError, match="__tablename__"):

        class User(db.Model):  # type: ignore[name-defined,misc]
            id = db.Column(db.Integer, primary_key=True)


def test_metadata_given_twice_warns() -> None:
    with pytest.warns(DeprecationWarning, match="metadata of 'Plain'"):
        SQLAlchemy(model_class=Plain, metadata=sa.MetaData())


def test_a_naming_convention_reaches_every_bind() -> None:
    db = SQLAlchemy(metadata=sa.MetaData(naming_convention={"pk": "pk_%(table_name)s"}))
    table = db.Table("log", db.Column("id", db.Integer, primary_key=True), bind_key="logs")
    assert table.metadata is db.metadatas["logs"]
    assert table.primary_key.name == "pk_log"


def test_a_table_can_be_reflected_under_a_models_name(db: SQLAlchemy, app: Erlen) -> None:
    with app.app_context():
        db.session.execute(db.text("CREATE TABLE old_thing (id INTEGER PRIMARY KEY, x TEXT)"))
        db.session.commit()
        db.reflect()

        class OldThing(db.Model):  # type: ignore[name-defined,misc]
            pass

        assert t.cast(t.Any, OldThing).__table__.c.keys() == ["id", "x"]


@pytest.mark.parametrize("kind", [orm.declared_attr, orm.declared_attr.directive])
def test_a_subclass_shares_a_table_that_a_mixin_named(db: SQLAlchemy, kind: t.Any) -> None:
    class Prefixed:
        @kind  # type: ignore[untyped-decorator]
        def __tablename__(cls: type) -> str:
            return "shop_" + cls.__name__.lower()

    class Order(Prefixed, db.Model):  # type: ignore[name-defined,misc]
        id = db.Column(db.Integer, primary_key=True)

    class Refund(Order):
        pass

    assert Refund.__table__ is Order.__table__


def test_metadata_of_its_own_goes_before_a_bind_key(db: SQLAlchemy) -> None:
    own = sa.MetaData()

    class Line(db.Model):  # type: ignore[name-defined,misc]
        __bind_key__ = "log"
        metadata = own
        id = db.Column(db.Integer, primary_key=True)

    assert Line.__table__.metadata is own


def test_a_base_of_sqlalchemy_1_without_erlens_mixin_has_queries(make_app: MakeApp) -> None:
    db = SQLAlchemy(model_class=orm.declarative_base())

    class Person(db.Model):  # type: ignore[name-defined,misc]
        __tablename__ = "person"
        id = db.Column(db.Integer, primary_key=True)

    with make_app(db, SQLALCHEMY_DATABASE_URI="sqlite://").app_context():
        db.create_all()
        assert Person.query.count() == 0
