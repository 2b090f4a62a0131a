"""What is different from driver to driver: addresses, pings, dictionary rows."""

from __future__ import annotations

import collections.abc as cabc
import inspect
import os
import typing as t
from importlib import import_module
from urllib.parse import parse_qsl, unquote, urlsplit

from werkzeug.utils import import_string

Arguments = dict[str, t.Any]

#: The driver of a URL that names none.
DRIVERS = {
    "mariadb": "pymysql",
    "mysql": "pymysql",
    "postgres": "psycopg",
    "postgresql": "psycopg",
    "sqlite": "sqlite3",
}
_PACKAGES = {
    "MySQLdb": "mysqlclient",
    "mysql.connector": "mysql-connector-python",
    "psycopg": "psycopg[binary]",
    "psycopg2": "psycopg2-binary",
    "pymysql": "pymysql",
}
#: Where a driver's module has another name than in a URL, which is in lower case.
_MODULES = {"mysqlconnector": "mysql.connector", "mysqldb": "MySQLdb"}
_WORDS: dict[str, t.Any] = {"true": True, "false": False}


class Creator:
    """Opens connections: what DBUtils calls a creator, made of what the user calls one."""

    def __init__(self, given: t.Any, arguments: Arguments) -> None:
        self._open = _opener(given)
        self._arguments = arguments
        module = given if hasattr(given, "threadsafety") else getattr(given, "dbapi", None)
        #: DB-API's level: 1, threads share the module; 2, also connections. DBUtils takes 1 for
        #: a function.
        self.threadsafety: int = getattr(module, "threadsafety", 1)

    def connect(self) -> t.Any:
        return self._open(**self._arguments)


def _opener(given: t.Any) -> cabc.Callable[..., t.Any]:
    connect = getattr(given, "connect", None)
    # `pymysql.connect` is a class, and its `connect` a method for connections that are there.
    if connect is None or (isinstance(given, type) and not inspect.ismethod(connect)):
        return t.cast("cabc.Callable[..., t.Any]", given)
    return t.cast("cabc.Callable[..., t.Any]", connect)


def find_creator(given: t.Any, key: str) -> t.Any:
    """Return the module or callable that *given* is or names: ``"pymysql"``, ``"package:name"``.

    Raises ``ModuleNotFoundError`` or ``TypeError`` that name *key*.
    """
    if not isinstance(given, str):
        found = given
    elif ":" in given:
        found = import_string(given)
    else:
        found = _import_driver(given, key)
    if callable(getattr(found, "connect", None)) or callable(found):
        return found
    raise TypeError(
        f"{key} is {given!r}, which opens no connections. Give a DB-API driver such as 'pymysql',"
        " 'psycopg' or 'sqlite3', or a function that returns a connection."
    )


def _import_driver(name: str, key: str) -> t.Any:
    try:
        return import_module(name)
    except ModuleNotFoundError as exc:
        if exc.name is None or not name.startswith(exc.name):
            raise  # the driver is there, something that it needs is not
    package = _PACKAGES.get(name, name)
    raise ModuleNotFoundError(
        f"{key} asks for the driver {name!r}, which is not installed: pip install '{package}'."
        " The name is the one to import.",
        name=name,
    )


def read_url(url: str, key: str, folder: str) -> tuple[str, Arguments]:
    """Return the driver's module and the arguments of its ``connect()`` for an address.

    A relative SQLite file is looked for in *folder*. Raises ``ValueError`` that names *key*,
    without the address: it may have a password in it.
    """
    scheme, _, module = urlsplit(url).scheme.partition("+")
    if scheme not in DRIVERS:
        raise ValueError(
            f"{key} begins with {scheme!r}. It should be like mysql://user:password@host/database,"
            " postgresql://user:password@host/database or sqlite:///file.db; for another driver"
            " use CREATOR and CONNECT_ARGS instead."
        )
    module = _MODULES.get(module, module) or DRIVERS[scheme]
    if scheme == "sqlite":
        return module, _sqlite_arguments(url, folder)
    if scheme.startswith("postgres"):  # libpq reads the address itself
        parameter = "dsn" if module == "psycopg2" else "conninfo"
        return module, {parameter: f"postgresql://{url.partition('://')[2]}"}
    return module, _mysql_arguments(url)


def _sqlite_arguments(url: str, folder: str) -> Arguments:
    parts = urlsplit(url)
    file = unquote(parts.path.removeprefix("/"))
    arguments = _query(parts.query)
    if not file or file == ":memory:":
        return {"database": ":memory:", **arguments}
    path = os.path.join(folder, file)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    return {"database": path, **arguments}


def _mysql_arguments(url: str) -> Arguments:
    parts = urlsplit(url)
    given = {
        "host": parts.hostname,
        "port": parts.port,
        "user": parts.username and unquote(parts.username),
        "password": parts.password and unquote(parts.password),
        "database": unquote(parts.path.removeprefix("/")),
    }
    return {name: value for name, value in given.items() if value} | _query(parts.query)


def _query(query: str) -> Arguments:
    return {
        name: int(value) if value.isdecimal() else _WORDS.get(value.lower(), value)
        for name, value in parse_qsl(query)
    }


def complete(driver: str, arguments: Arguments) -> Arguments:
    """Return *arguments* as the driver wants them, with what a pool needs."""
    if driver == "sqlite3":  # the pool sees to it that one thread at a time has a connection
        return {"check_same_thread": False, **arguments}
    if driver == "psycopg" and "database" in arguments:
        arguments = dict(arguments)
        arguments.setdefault("dbname", arguments.pop("database"))
    return arguments


def is_memory(driver: str, arguments: Arguments) -> bool:
    """Tell whether every connection would have a database of its own."""
    database = str(arguments.get("database", ""))
    return driver == "sqlite3" and (
        database in ("", ":memory:")
        or (
            ("mode=memory" in database or ":memory:" in database) and "cache=shared" not in database
        )
    )


# Pings: they return None or something true for a connection that is alive, or raise.


def _ping_psycopg(connection: t.Any) -> None:
    if connection.autocommit:
        connection.execute("")
        return
    connection.autocommit = True  # an empty query would open a transaction
    try:
        connection.execute("")
    finally:
        connection.autocommit = False


def _ping_file(connection: t.Any) -> None:
    """Say yes: there is no server that could be gone."""


def _ping(connection: t.Any) -> t.Any:
    ping = getattr(connection, "ping", None)
    if ping is None:
        return ask_with_statement("SELECT 1")(connection)
    try:
        return ping(False)  # with PyMySQL and MySQL's connector: do not connect again
    except TypeError:
        return ping()


def ask_with_statement(statement: str) -> cabc.Callable[[t.Any], None]:
    """Return a ping that runs a statement, and leaves no transaction open."""

    def ask(connection: t.Any) -> None:
        cursor = connection.cursor()
        cursor.execute(statement)
        cursor.close()
        connection.rollback()

    return ask


_PINGS: dict[str, cabc.Callable[[t.Any], t.Any]] = {"psycopg": _ping_psycopg, "sqlite3": _ping_file}


def ping(connection: t.Any) -> t.Any:
    """Ask a connection whether it is alive, in its driver's way."""
    return _PINGS.get(driver_of(connection), _ping)(connection)


# Dictionary rows: the arguments of the driver's cursor().


def _pymysql_rows() -> Arguments:
    return {"cursor": import_module("pymysql.cursors").DictCursor}


def _mysqldb_rows() -> Arguments:
    return {"cursorclass": import_module("MySQLdb.cursors").DictCursor}


def _psycopg_rows() -> Arguments:
    return {"row_factory": import_module("psycopg.rows").dict_row}


def _psycopg2_rows() -> Arguments:
    return {"cursor_factory": import_module("psycopg2.extras").RealDictCursor}


def _sqlite_rows() -> Arguments:
    from .sqlite_rows import DictCursor

    return {"factory": DictCursor}


ROWS: dict[str, cabc.Callable[[], Arguments]] = {
    "MySQLdb": _mysqldb_rows,
    "mysql.connector": lambda: {"dictionary": True},
    "psycopg": _psycopg_rows,
    "psycopg2": _psycopg2_rows,
    "pymysql": _pymysql_rows,
    "sqlite3": _sqlite_rows,
}


def driver_of(connection: object) -> str:
    """Return the driver's module that a connection's class, or what that derives from, is in."""
    for cls in type(connection).__mro__:
        driver = _root(cls.__module__)
        if driver in ROWS:
            return driver
    return _root(type(connection).__module__)


def _root(module: str) -> str:
    return "mysql.connector" if module.startswith("mysql.connector") else module.partition(".")[0]


def dict_cursor_arguments(connection: t.Any, prefix: str) -> Arguments:
    """Return the arguments of the driver's ``cursor()`` that make its rows dictionaries."""
    driver = driver_of(connection)
    if driver in ROWS:
        return ROWS[driver]()
    raise NotImplementedError(
        f"Dictionary rows are known for {', '.join(sorted(ROWS))}, not for {driver}. Set"
        f" {prefix}CURSOR_ARGS to the arguments of the driver's 'cursor()' that make them ({{}}"
        " for its usual rows)."
    )
