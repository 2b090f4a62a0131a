"""From the configuration of an application to its engines."""

from __future__ import annotations

import collections.abc as cabc
import os
import typing as t

import sqlalchemy as sa
import sqlalchemy.event as sa_event
import sqlalchemy.pool as sa_pool

from .liveness import watch_sockets
from .pool import WatchedPool

if t.TYPE_CHECKING:
    from ..app import Erlen

#: The database of an application that names none: a file in its instance folder.
DEFAULT_URL = "sqlite:///app.db"
#: How ``SQLALCHEMY_ENGINES`` names the engine without a bind key.
DEFAULT_NAME = "default"
#: Set on each connection to SQLite, which forgets the first and keeps the second in the file.
SQLITE_PRAGMAS: t.Final = {"foreign_keys": "ON", "journal_mode": "WAL"}
#: Seconds after which a connection to MySQL or MariaDB is replaced: they cut it after eight hours.
MYSQL_RECYCLE = 7200

Options = dict[str, t.Any]


def make_engines(app: Erlen, defaults: Options) -> dict[str | None, sa.Engine]:
    """Make the engines that the configuration of *app* asks for, by bind key."""
    pragmas = {**SQLITE_PRAGMAS, **(app.config.get("SQLALCHEMY_SQLITE_PRAGMAS") or {})}
    engines = {}
    for key, options in engine_options(app, defaults).items():
        complete_options(app, options)
        engines[key] = engine = sa.engine_from_config(options, prefix="")
        watch_sockets(engine)
        if engine.dialect.name == "sqlite":
            set_pragmas(engine, pragmas)
    return engines


def engine_options(app: Erlen, defaults: Options) -> dict[str | None, Options]:
    """Return the arguments of each engine, as the configuration tells them.

    What is told for one engine goes before ``SQLALCHEMY_ENGINE_OPTIONS``, which are for the
    default one only, and before what ``SQLAlchemy(engine_options=...)`` says for all.
    """
    config = app.config
    found: dict[str | None, Options] = {}
    for key, value in (config.get("SQLALCHEMY_ENGINES") or {}).items():
        found[None if key == DEFAULT_NAME else key] = {**defaults, **_as_options(value)}
    for key, value in (config.get("SQLALCHEMY_BINDS") or {}).items():
        found[key] = {**defaults, **_as_options(value)}
    default = {**defaults, **(config.get("SQLALCHEMY_ENGINE_OPTIONS") or {})}
    url = config.get("SQLALCHEMY_DATABASE_URI")
    if url is None and not found and "url" not in default:
        url = DEFAULT_URL
    if url is not None:
        default["url"] = url
    if "url" in default:
        found.setdefault(None, {}).update(default)
    for options in found.values():
        _add_pool_settings(app, options)
    return found


def _as_options(value: str | sa.URL | cabc.Mapping[str, t.Any]) -> Options:
    return {"url": value} if isinstance(value, str | sa.URL) else dict(value)


def _add_pool_settings(app: Erlen, options: Options) -> None:
    config = app.config
    echo = config.get("SQLALCHEMY_ECHO", False)
    options.setdefault("echo", echo)
    if "pool" in options:
        return  # SQLAlchemy refuses whatever is said about a pool that is there already
    options.setdefault("echo_pool", echo)
    if not {"poolclass", "creator"}.isdisjoint(options):
        return  # a pool of one's own, which may not have these
    for name, value in (
        ("pool_size", config.get("SQLALCHEMY_POOL_SIZE")),
        ("max_overflow", config.get("SQLALCHEMY_MAX_OVERFLOW")),
        ("pool_timeout", config.get("SQLALCHEMY_POOL_TIMEOUT")),
        ("pool_recycle", config.get("SQLALCHEMY_POOL_RECYCLE")),
    ):
        if value is not None:
            options.setdefault(name, value)


def complete_options(app: Erlen, options: Options) -> None:
    """Add what the kind of database needs, in place."""
    url = options["url"] = sa.make_url(options["url"])
    if url.get_backend_name() == "sqlite":
        if not url.database or url.database == ":memory:" or url.query.get("mode") == "memory":
            _share_one_connection(options)
            return
        options["url"] = place_in_instance_folder(app, url)
    elif url.get_backend_name() in ("mysql", "mariadb"):
        if "charset" not in url.query:
            options["url"] = url.update_query_dict({"charset": "utf8mb4"})
        if "poolclass" not in options:
            options.setdefault("pool_recycle", MYSQL_RECYCLE)
    if "pool" not in options:
        # A server that was restarted is noticed before a request fails on its old connection.
        options.setdefault("pool_pre_ping", url.get_backend_name() != "sqlite")
        options.setdefault("poolclass", WatchedPool)


def _share_one_connection(options: Options) -> None:
    """Keep a database in memory alive, and the same one for all threads."""
    options.setdefault("poolclass", sa_pool.StaticPool)
    for name in ("pool_size", "max_overflow", "pool_timeout"):
        options.pop(name, None)
    options["connect_args"] = {"check_same_thread": False, **options.get("connect_args", {})}


def place_in_instance_folder(app: Erlen, url: sa.URL) -> sa.URL:
    """Return *url* with a SQLite file's path seen from the instance folder, which is made."""
    path = url.database or ""
    is_uri = "uri" in url.query and path.startswith("file:")
    path = path.removeprefix("file:") if is_uri else path
    if os.path.isabs(path):
        return url
    path = os.path.join(app.instance_path, path)
    os.makedirs(app.instance_path, exist_ok=True)
    return url.set(database=f"file:{path}" if is_uri else path)


def set_pragmas(engine: sa.Engine, pragmas: cabc.Mapping[str, t.Any]) -> None:
    """Set *pragmas* on each new connection; None leaves SQLite's own value."""
    settings = [f"PRAGMA {name}={value}" for name, value in pragmas.items() if value is not None]

    def apply(connection: t.Any, record: object) -> None:
        cursor = connection.cursor()
        for setting in settings:
            cursor.execute(setting)
        cursor.close()

    sa_event.listen(engine, "connect", apply)
