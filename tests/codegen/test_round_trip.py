"""The proof: database → models → database, with no difference."""

from __future__ import annotations

import collections.abc as cabc
import re
import sys
import types
import typing as t

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import orm

from erlen.codegen import generate_models
from tests.codegen.schema import METADATA
from tests.databases import ALL, database


@pytest.fixture(params=ALL, scope="module")
def engines(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> cabc.Iterator[tuple[sa.Engine, sa.Engine]]:
    """The database with the schema, and an empty one of the same kind."""
    kind, folder = request.param, tmp_path_factory.mktemp("codegen")
    with database(kind, folder) as first, database(kind, folder) as second:
        full, empty = (sa.create_engine(url, poolclass=sa.NullPool) for url in (first, second))
        METADATA.create_all(full)
        yield full, empty


@pytest.fixture
def load(monkeypatch: pytest.MonkeyPatch) -> cabc.Callable[[str], t.Any]:
    """Return a function that imports a source."""

    def load(source: str) -> types.ModuleType:
        module = types.ModuleType("generated_models")
        monkeypatch.setitem(sys.modules, module.__name__, module)
        exec(compile(source, "generated_models.py", "exec"), module.__dict__)
        return module

    return load


def differences(engine: sa.Engine, metadata: sa.MetaData) -> list[t.Any]:
    with engine.connect() as connection:
        options = {"compare_type": True, "compare_server_default": True}
        context = MigrationContext.configure(connection, opts=options)
        return t.cast("list[t.Any]", compare_metadata(context, metadata))


def test_the_schema_has_fifteen_tables() -> None:
    assert len(METADATA.tables) == 15


@pytest.mark.parametrize("flask", [False, True])
def test_models_make_the_database_they_were_made_from(
    engines: tuple[sa.Engine, sa.Engine], load: cabc.Callable[[str], t.Any], flask: bool
) -> None:
    full, empty = engines
    source = generate_models(full, flask=flask)
    module = load(source)
    base = module.db.Model if flask else module.Base
    base.registry.configure()
    assert set(base.metadata.tables) == set(METADATA.tables)
    assert differences(full, base.metadata) == []
    base.metadata.create_all(empty)
    assert differences(empty, base.metadata) == []
    assert generate_models(empty, flask=flask) == source
    base.metadata.drop_all(empty)


def test_the_models_are_typed_and_speak_the_databases_language(
    engines: tuple[sa.Engine, sa.Engine], load: cabc.Callable[[str], t.Any]
) -> None:
    source = generate_models(engines[0])
    for line in (
        "    姓名: Mapped[str] = mapped_column(String(40), nullable=False",
        "    from_: Mapped[int] = mapped_column('from', ",
        "    price: Mapped[decimal.Decimal] = ",
        "    state: Mapped[ProductState] = ",
        "    parent: Mapped[Optional['Category']] = relationship(",
        "    category: Mapped[list['Category']] = relationship('Category', secondary=",
        "class ProductStock(Product):",
        "t_audit_log = Table(",
        "'ck_review_stars'",
    ):
        assert line in source
    # SQLAlchemy 2.0 calls JSON's type a dict, 2.1 an object.
    assert re.search(r"data: Mapped\[Optional\[\w+\]\] = mapped_column\(JSON\)", source)
    if engines[0].dialect.name != "sqlite":  # which keeps no comments
        assert "comment='顾客的姓名'" in source
        assert "{'comment': '顾客'}" in source


def test_the_models_read_and_write(
    engines: tuple[sa.Engine, sa.Engine], load: cabc.Callable[[str], t.Any]
) -> None:
    module = load(generate_models(engines[0]))
    with orm.Session(engines[0]) as session:
        friend = module.Customer(email="a@b", 姓名="杜甫")
        category = module.Category(name="books", parent=module.Category(name="all"))
        product = module.Product(sku="1", name="n", price=3, state="on sale", data={"a": [1]})
        product.category.append(category)
        session.add_all([friend, product])
        session.commit()
        found = session.scalars(sa.select(module.Product)).one()
        assert found.category[0].parent.name == "all"
        assert found.data == {"a": [1]}
        assert session.scalar(sa.select(module.Customer.姓名)) == "杜甫"
