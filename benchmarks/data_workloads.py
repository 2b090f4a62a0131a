"""Pages that read a database: what is asked, what must be answered, and the rows behind it."""

from __future__ import annotations

import collections.abc as cabc
import contextlib
import os
import pathlib
import tempfile
import uuid

import sqlalchemy as sa

from .exchange import Exchange, Expected, Request
from .workloads import Workload, table_of

#: Rows in the table, and on a page.
ROWS, PAGE = 1000, 20
SERVER = "postgresql+psycopg://postgres@{address}/{database}"
#: The parent tells its workers where the databases are.
VARIABLE = "BENCH_DATABASE_{}"


def row(number: int) -> dict[str, object]:
    return {
        "id": number,
        "title": f"Row <{number}>",
        "price": number * 1.25,
        "stock": number % 3,
    }


def one_row(number: int) -> Exchange:
    key = number * 19 + 1
    expected = Expected(body=row(key), headers={"Content-Type": "application/json"})
    return Exchange(Request(f"/item/{key}"), expected)


def page_of_rows(number: int) -> Exchange:
    after = number * 19
    rows = [row(key) for key in range(after + 1, after + PAGE + 1)]
    expected = Expected(
        body=table_of(f"After {after}", rows), headers={"Content-Type": "text/html"}
    )
    return Exchange(Request(f"/items/{after}"), expected)


DATABASES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
DATA_WORKLOADS = tuple(
    Workload(f"{kind}_{key}", f"{title}, {database}", kind, make)
    for key, title, make in (
        ("row", "one row by its key", one_row),
        ("page", "20 rows into a template", page_of_rows),
    )
    for kind, database in DATABASES.items()
)
DATA_BY_KEY = {workload.key: workload for workload in DATA_WORKLOADS}


def address(kind: str) -> str:
    """Return the URL of the database of that kind."""
    return os.environ[VARIABLE.format(kind.upper())]


@contextlib.contextmanager
def databases(postgresql: str) -> cabc.Iterator[None]:
    """Make and fill a database of each kind, tell the environment, and drop them.

    :param postgresql: host and port of a server that lets ``postgres`` in.
    """
    name = f"erlen_bench_{uuid.uuid4().hex[:12]}"
    home = SERVER.format(address=postgresql, database="postgres")
    with tempfile.TemporaryDirectory() as folder:
        urls = {
            "sqlite": f"sqlite:///{pathlib.Path(folder, 'bench.db')}",
            "postgresql": SERVER.format(address=postgresql, database=name),
        }
        _run(home, f"CREATE DATABASE {name}")
        try:
            for kind, url in urls.items():
                os.environ[VARIABLE.format(kind.upper())] = url
                _fill(url)
            yield
        finally:
            _run(home, f"DROP DATABASE {name} WITH (FORCE)")


def _run(url: str, statement: str) -> None:
    engine = sa.create_engine(url, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    with engine.connect() as connection:
        connection.execute(sa.text(statement))


def _fill(url: str) -> None:
    metadata = sa.MetaData()
    table = sa.Table(
        "item",
        metadata,
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("title", sa.String(80), nullable=False),
        sa.Column("price", sa.Float, nullable=False),
        sa.Column("stock", sa.Integer, nullable=False),
    )
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    metadata.create_all(engine)
    with engine.begin() as connection:
        connection.execute(table.insert(), [row(number) for number in range(1, ROWS + 1)])
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            connection.exec_driver_sql("PRAGMA journal_mode=WAL")  # stays in the file, for all
        else:
            connection.exec_driver_sql("ANALYZE item")
