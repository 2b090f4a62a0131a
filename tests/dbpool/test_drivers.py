"""Addresses, creators, pings and dictionary rows of each driver."""

from __future__ import annotations

import contextlib
import functools
import pathlib
import sqlite3
import sys
import types
import typing as t

import psycopg
import pymysql
import pytest

from erlen import Erlen
from erlen.dbpool import Pool, drivers
from erlen.dbpool.drivers import Creator, complete, find_creator, is_memory, read_url
from tests.databases import server_url
from tests.dbpool.conftest import MakePool


@pytest.mark.parametrize(
    "url,module,arguments",
    [
        (
            "mysql://ada:p%40ss@db:3307/shop?charset=utf8mb4&connect_timeout=5&autocommit=True",
            "pymysql",
            {
                "host": "db",
                "port": 3307,
                "user": "ada",
                "password": "p@ss",
                "database": "shop",
                "charset": "utf8mb4",
                "connect_timeout": 5,
                "autocommit": True,
            },
        ),
        ("mariadb://root@localhost", "pymysql", {"host": "localhost", "user": "root"}),
        ("mysql+mysqldb:///shop", "MySQLdb", {"database": "shop"}),
        ("mysql+mysqlconnector:///shop", "mysql.connector", {"database": "shop"}),
        ("postgresql://a:b@c/d?x=1", "psycopg", {"conninfo": "postgresql://a:b@c/d?x=1"}),
        ("postgres+psycopg2://c/d", "psycopg2", {"dsn": "postgresql://c/d"}),
        ("sqlite:///a%20b.db?timeout=9", "sqlite3", {"database": "/in/a b.db", "timeout": 9}),
        ("sqlite:////abs/c.db", "sqlite3", {"database": "/abs/c.db"}),
        ("sqlite://", "sqlite3", {"database": ":memory:"}),
        ("sqlite:///:memory:", "sqlite3", {"database": ":memory:"}),
    ],
)
def test_a_url_becomes_arguments(
    monkeypatch: pytest.MonkeyPatch, url: str, module: str, arguments: dict[str, t.Any]
) -> None:
    monkeypatch.setattr("os.makedirs", lambda path, exist_ok: None)
    assert read_url(url, "DBPOOL_URL", "/in") == (module, arguments)


def test_a_wrong_url_is_named_without_its_password() -> None:
    with pytest.raises(ValueError, match="DBPOOL_URL begins with 'http'") as caught:
        read_url("http://a:secret@b", "DBPOOL_URL", "/")
    assert "secret" not in str(caught.value)


def test_the_folder_of_a_file_is_made(tmp_path: pathlib.Path, make_pool: MakePool) -> None:
    app, pool = make_pool("sqlite:///deep/er.db")
    pool.connection().close()
    assert (pathlib.Path(app.instance_path) / "deep/er.db").exists()


def test_a_creator_may_be_named() -> None:
    assert find_creator("sqlite3", "X") is sqlite3
    assert find_creator("sqlite3:connect", "X") is sqlite3.connect
    assert find_creator(sqlite3, "X") is sqlite3


@pytest.mark.parametrize(
    "given,kind,message",
    [
        ("pymsql", ModuleNotFoundError, "X asks for .* 'pymsql', .* pip install 'pymsql'"),
        ("psycopg2", ModuleNotFoundError, "pip install 'psycopg2-binary'"),
        ("json", TypeError, "X is 'json', which opens no connections"),
        (7, TypeError, "X is 7, which opens no connections"),
    ],
)
def test_a_wrong_creator_is_named(given: t.Any, kind: type[Exception], message: str) -> None:
    with pytest.raises(kind, match=message):
        find_creator(given, "X")


def test_what_a_driver_lacks_itself_is_not_hidden(
    monkeypatch: pytest.MonkeyPatch, tmp_path: pathlib.Path
) -> None:
    (tmp_path / "halfdriver.py").write_text("import erlen_no_such_module\n")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(ModuleNotFoundError, match="No module named 'erlen_no_such_module'"):
        find_creator("halfdriver", "X")


class Opener:
    dbapi = psycopg

    def connect(self) -> str:
        return "opened"


@pytest.mark.parametrize(
    "given,threadsafety",
    [(sqlite3, sqlite3.threadsafety), (Opener(), 2), (lambda: "opened", 1)],
)
def test_a_creators_level_of_thread_safety(given: t.Any, threadsafety: int) -> None:
    assert Creator(given, {}).threadsafety == threadsafety


@pytest.mark.parametrize("given", [Opener(), lambda: "opened", functools.partial(str, "opened")])
def test_a_creator_opens(given: t.Any) -> None:
    assert Creator(given, {}).connect() == "opened"


def test_a_class_of_connections_is_called_unless_it_connects() -> None:
    assert Creator(pymysql.connect, {})._open is pymysql.connect
    assert Creator(psycopg.Connection, {})._open == psycopg.Connection.connect


def test_arguments_are_completed() -> None:
    assert complete("sqlite3", {"database": "x"}) == {"database": "x", "check_same_thread": False}
    assert complete("psycopg", {"database": "x"}) == {"dbname": "x"}
    assert complete("pymysql", {"database": "x"}) == {"database": "x"}


@pytest.mark.parametrize(
    "driver,database,expected",
    [
        ("sqlite3", ":memory:", True),
        ("sqlite3", "file::memory:", True),
        ("sqlite3", "file:x?mode=memory", True),
        ("sqlite3", "file:x?mode=memory&cache=shared", False),
        ("sqlite3", "x.db", False),
        ("pymysql", "", False),
    ],
)
def test_databases_in_memory(driver: str, database: str, expected: bool) -> None:
    assert is_memory(driver, {"database": database}) == expected


def test_a_database_in_memory_has_one_connection(make_pool: MakePool) -> None:
    app, pool = make_pool("sqlite://", maxconnections=1)
    with app.app_context(), pool.transaction() as cursor:
        cursor.execute("CREATE TABLE x (y)")
    with app.app_context(), pool.cursor() as cursor:
        cursor.execute("SELECT count(*) AS n FROM x")
        assert cursor.fetchone() == {"n": 0}


class Pinged:
    """A connection to a server, of the older kind or the newer."""

    def __init__(self, takes_argument: bool) -> None:
        self.takes_argument = takes_argument

    def ping(self, *args: t.Any) -> str:
        if args and not self.takes_argument:
            raise TypeError
        return f"pinged{args}"


def test_a_ping_does_not_reconnect() -> None:
    assert drivers.ping(Pinged(True)) == "pinged(False,)"
    assert drivers.ping(Pinged(False)) == "pinged()"


def test_a_driver_without_ping_is_asked_with_a_statement() -> None:
    class Own(sqlite3.Connection):
        pass

    class Wrapper:
        def __init__(self) -> None:
            self.inner = sqlite3.connect(":memory:")
            self.cursor = self.inner.cursor
            self.rollback = self.inner.rollback

    wrapped = Wrapper()
    assert drivers.ping(wrapped) is None
    wrapped.inner.close()
    with pytest.raises(sqlite3.ProgrammingError):
        drivers.ping(wrapped)
    with contextlib.closing(sqlite3.connect(":memory:", factory=Own)) as own:
        assert drivers.driver_of(own) == "sqlite3"


@pytest.mark.parametrize("autocommit", [True, False])
@pytest.mark.service("postgresql")
def test_a_ping_leaves_no_transaction_open(autocommit: bool) -> None:
    url = server_url("postgresql", "postgres").replace("+psycopg", "")
    connection = psycopg.connect(url, autocommit=autocommit)
    drivers.ping(connection)
    with psycopg.connect(url) as other:
        seen = "SELECT query FROM pg_stat_activity WHERE pid = %s"
        assert other.execute(seen, [connection.info.backend_pid]).fetchone() == ("",)
    assert connection.info.transaction_status == psycopg.pq.TransactionStatus.IDLE
    assert connection.autocommit is autocommit
    connection.close()
    with pytest.raises(psycopg.OperationalError):
        drivers.ping(connection)


def test_dictionary_rows_of_each_driver(make_pool: MakePool, database_url: str) -> None:
    _, pool = make_pool(database_url)
    with pool.cursor() as cursor:
        cursor.execute("SELECT 1 AS a, 'é' AS b UNION SELECT 2, 'ß' ORDER BY a")
        assert cursor.fetchone() == {"a": 1, "b": "é"}
        assert list(cursor) == [{"a": 2, "b": "ß"}]


def test_dictionary_rows_of_drivers_that_are_not_here(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, cls in (("MySQLdb.cursors", "DictCursor"), ("psycopg2.extras", "RealDictCursor")):
        module = types.ModuleType(name)
        setattr(module, cls, cls)
        monkeypatch.setitem(sys.modules, name.partition(".")[0], types.ModuleType("x"))
        monkeypatch.setitem(sys.modules, name, module)
    found = {name: make() for name, make in drivers.ROWS.items()}
    assert found["MySQLdb"] == {"cursorclass": "DictCursor"}
    assert found["psycopg2"] == {"cursor_factory": "RealDictCursor"}
    assert found["mysql.connector"] == {"dictionary": True}


class Stranger:
    __module__ = "stranger.connections"

    def cursor(self, **arguments: t.Any) -> t.Any:
        return types.SimpleNamespace(arguments=arguments, close=lambda: None)

    def ping(self) -> bool:
        return True

    def rollback(self) -> None:
        pass

    def close(self) -> None:
        pass


def test_another_driver_is_told_how_its_rows_become_dictionaries() -> None:
    app = Erlen(__name__)
    pool = Pool(app, creator=Stranger)
    with pytest.raises(NotImplementedError, match=r"not for stranger. Set DBPOOL_CURSOR_ARGS"):
        with pool.cursor():
            pass
    app = Erlen(__name__)
    pool = Pool(app, creator=Stranger, cursor_args={"as_dict": True})
    with app.app_context(), pool.cursor() as cursor:
        assert cursor.arguments == {"as_dict": True}


def test_a_module_of_the_connector_is_the_driver() -> None:
    connection = type("Connection", (), {"__module__": "mysql.connector.connection"})()
    assert drivers.driver_of(connection) == "mysql.connector"
