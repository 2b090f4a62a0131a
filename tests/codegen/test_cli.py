"""``erlen db models``."""

from __future__ import annotations

import pathlib
import uuid

import pytest
import sqlalchemy as sa
from click.testing import CliRunner, Result

from erlen.cli.program import cli
from tests.codegen.schema import METADATA
from tests.databases import database


@pytest.fixture
def url(tmp_path: pathlib.Path) -> str:
    url = f"sqlite:///{tmp_path}/shop.db"
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    METADATA.create_all(engine)
    with engine.begin() as connection:
        connection.execute(sa.text("CREATE VIEW rich AS SELECT * FROM customer"))
    return url


def erlen(*arguments: str) -> Result:
    return CliRunner().invoke(cli, ["db", "models", *arguments])


def test_the_whole_database_is_printed_without_an_application(url: str) -> None:
    result = erlen(url)
    assert (result.exit_code, result.stderr) == (0, "")
    assert "class Base(DeclarativeBase):" in result.output
    assert "class Customer(Base):" in result.output
    assert "t_rich = Table(" in result.output


@pytest.mark.parametrize(
    "arguments", [["--tables", "customer,product"], ["--tables", "customer", "--tables", "product"]]
)
def test_tables_can_be_chosen(url: str, arguments: list[str]) -> None:
    output = erlen(url, *arguments).output
    assert output.count("(Base):") == 2


def test_models_can_be_written_for_db_model(url: str, tmp_path: pathlib.Path) -> None:
    target = tmp_path / "models.py"
    result = erlen(url, "--flask", "--outfile", str(target))
    assert (result.exit_code, result.output) == (0, "")
    source = target.read_text(encoding="utf-8")
    assert "from erlen.db import SQLAlchemy" in source
    assert "db = SQLAlchemy()" in source
    assert "class 库存(db.Model):" in source
    assert "'product_category', db.metadata," in source


def test_tables_without_keys_belong_to_db_as_well(url: str) -> None:
    source = erlen(url, "--flask", "--tables", "audit_log").output
    assert "from erlen.db import SQLAlchemy\n" in source
    assert "    'audit_log', db.metadata,\n" in source


def test_an_empty_database_gives_an_empty_module() -> None:
    source = erlen("sqlite://", "--flask").output
    compile(source, "models.py", "exec")
    assert "db = SQLAlchemy()" in source


@pytest.mark.parametrize(
    "option,gone",
    [
        ("--noviews", "t_rich"),
        ("--noindexes", "Index("),
        ("--noconstraints", "CheckConstraint("),
        ("--nojoined", "(Product):"),
    ],
)
def test_parts_can_be_left_out(url: str, option: str, gone: str) -> None:
    assert gone in erlen(url).output
    assert gone not in erlen(url, option).output


def test_options_of_sqlacodegen_reach_it(url: str) -> None:
    assert "addresses: Mapped[list" in erlen(url, "--options", "use_inflect").output
    assert "Unrecognized options: nope" in erlen(url, "--options", "nope").output


@pytest.mark.parametrize(
    "wrong,words",
    [
        (["nonsense"], "Could not parse"),
        (["nonsense"], "A URL is sqlite:///shop.db"),
        (["postgres://root@127.0.0.1/x"], "postgresql+psycopg://"),
        (["mysql://root@127.0.0.1/x"], "mysql+pymysql://"),
        (["postgresql+psycopg2://127.0.0.1/x"], "postgresql+psycopg://"),
        (["sqlite:////nowhere/x.db"], "there is no file /nowhere/x.db"),
        (["sqlite:////nowhere/x.db?uri=true"], "unable to open"),
        (["sqlite://", "--tables", "missing"], "missing"),
    ],
)
def test_what_cannot_be_read_is_told_in_a_line(wrong: list[str], words: str) -> None:
    result = erlen(*wrong)
    assert result.exit_code == 1
    assert words in result.output


@pytest.mark.service("postgresql")
def test_a_schema_can_be_chosen(tmp_path: pathlib.Path) -> None:
    name = f"shop_{uuid.uuid4().hex[:6]}"
    with database("postgresql", tmp_path) as url:
        engine = sa.create_engine(url, poolclass=sa.NullPool)
        with engine.begin() as connection:
            connection.execute(sa.text(f"CREATE SCHEMA {name}"))
            connection.execute(sa.text(f"CREATE TABLE {name}.thing (id int PRIMARY KEY)"))
            connection.execute(sa.text("CREATE TABLE other (id int PRIMARY KEY)"))
        output = erlen(url, "--schema", name).output
    assert "class Thing(Base):" in output
    assert f"{{'schema': '{name}'}}" in output
    assert "Other" not in output


def test_a_fault_of_ours_is_not_explained_away(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*args: object, **kwargs: object) -> str:
        raise RuntimeError("a fault")

    monkeypatch.setattr("erlen.codegen.generator.generate_models", fail)
    assert isinstance(erlen("sqlite://").exception, RuntimeError)
