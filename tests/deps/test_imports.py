from __future__ import annotations

import pathlib

import pytest

from erlen.deps import Source, read_imports

from .conftest import Write


def read(write: Write, source: str) -> Source:
    write({"app.py": source})
    return read_imports(pathlib.Path("app.py"))


@pytest.mark.parametrize(
    "source,modules",
    [
        ("import yaml, a.b as c", ["yaml", "a.b"]),
        ("from google.cloud import storage", ["google.cloud.storage"]),
        ("from a import *", ["a"]),
        ("from . import x\nfrom .y import z\nfrom ..a import b", []),
        ("def f():\n    import yaml", ["yaml"]),
        ("class A:\n    import yaml", ["yaml"]),
        ("if 1:\n    import a\nelse:\n    import b", ["a", "b"]),
        ("if TYPE_CHECKING:\n    import a\nelse:\n    import b", ["b"]),
        ("if t.TYPE_CHECKING:\n    import a", []),
        ("import_module('a.b')\nimportlib.import_module(name)", ["a.b"]),
        ("__import__('a')\n__import__('')\nimport_module('.a', 'b')\nf('c')", ["a"]),
        ("with x:\n    import a", ["a"]),
        ("try:\n    pass\nfinally:\n    import a", ["a"]),
    ],
)
def test_what_is_imported(write: Write, source: str, modules: list[str]) -> None:
    assert [found.module for found in read(write, source).imports] == modules


@pytest.mark.parametrize(
    "source,optional",
    [
        ("try:\n    import a\nexcept ImportError:\n    a = None", [True]),
        ("try:\n    import a\nexcept (KeyError, ModuleNotFoundError):\n    pass", [True]),
        ("try:\n    import a\nexcept:\n    pass\nimport b", [True, False]),
        ("try:\n    import a\nexcept KeyError:\n    pass", [False]),
        ("try:\n    import a\nexcept f():\n    pass", [False]),
        ("try:\n    x\nexcept ImportError:\n    import a\nelse:\n    import b", [True, False]),
        ("if sys.version_info < (3, 11):\n    import a\nelse:\n    import b", [True, True]),
        ("if os.name == 'nt':\n    import a\nimport b", [True, False]),
        ("if debug:\n    import a", [False]),
    ],
)
def test_which_imports_may_fail(write: Write, source: str, optional: list[bool]) -> None:
    assert [found.optional for found in read(write, source).imports] == optional


def test_the_line_is_kept(write: Write) -> None:
    (found,) = read(write, "\n\nimport a").imports
    assert (found.path, found.line, found.top) == (pathlib.Path("app.py"), 3, "a")


@pytest.mark.parametrize(
    "source,modules",
    [
        ("url = 'mysql+pymysql://root@db/shop'", ["pymysql"]),
        ("f(url='postgresql+psycopg://db')", ["psycopg"]),
        ("url = 'mysql+mysqldb://db'", ["MySQLdb"]),
        ("url = 'postgresql+psycopg_async://db'", ["psycopg"]),
        ("url = f'mysql+pymysql://{user}@db'", ["pymysql"]),
        ("url = 'postgresql://db'", []),
        ("import sqlalchemy.orm\nurl = 'postgresql://db'", ["sqlalchemy.orm", "psycopg2"]),
        ("from erlen.db import SQLAlchemy\nurl = 'mysql://'", ["erlen.db.SQLAlchemy", "MySQLdb"]),
        ("import sqlalchemy\nurl = 'sqlite://'", ["sqlalchemy"]),
        ("url = 'git+ssh://github.com'", []),
        ("'mysql+pymysql://in a docstring'", []),
        ("text = 'see mysql+pymysql://'", []),
    ],
)
def test_drivers_in_addresses_of_databases(write: Write, source: str, modules: list[str]) -> None:
    assert [found.module for found in read(write, source).imports] == modules


@pytest.mark.parametrize(
    "source",
    [
        "SESSION_TYPE = 'redis'",
        "Config.SESSION_TYPE = 'redis'",
        "app.config['SESSION_TYPE'] = 'redis'",
        "app.config.update(SESSION_TYPE='redis')",
        "settings = {'SESSION_TYPE': 'redis', **others}",
    ],
)
def test_the_kind_of_sessions(write: Write, source: str) -> None:
    (found,) = read(write, source).imports
    assert found.module == "erlen.sessions.stores.redis"


def test_other_settings_mean_nothing(write: Write) -> None:
    source = "SESSION_TYPE = kind\na.b[0] = 'redis'\nf(**x)\nOTHER = 'redis'"
    assert read(write, source).imports == []


@pytest.mark.parametrize(
    "source,error",
    [("a = 1\nb = = 2\n", "app.py:2: invalid syntax"), ("a\0", "app.py:1: source code string")],
)
def test_a_file_that_cannot_be_read_is_named(write: Write, source: str, error: str) -> None:
    said = read(write, source).error
    assert said is not None
    assert said.startswith(error)
