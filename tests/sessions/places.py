"""Every kind of store at a place of its own, so that one suite can run over all of them.

A place can be sent to another process, which then uses the same store.
"""

from __future__ import annotations

import collections.abc as cabc
import contextlib
import dataclasses
import logging
import secrets
import shutil
import subprocess
import time
import typing as t
from pathlib import Path

import pytest

from erlen import Erlen
from erlen.sessions import ServerSideSessionInterface, Session, Store
from tests.processes import free_port
from tests.services import SERVICES, Server
from tests.sessions.mongod import Mongod

KINDS = (
    "memory",
    "filesystem",
    "cachelib",
    "redis",
    "sqlite",
    "postgresql",
    "mariadb",
    "memcached",
    "mongodb",
)
SQL = ("sqlite", "postgresql", "mariadb")


def kinds(*names: str) -> list[t.Any]:
    """Return parameters for a fixture or a test, each marked with the service that it needs."""
    marks = {
        "redis": pytest.mark.service("redis"),
        "postgresql": pytest.mark.service("postgresql"),
        "mariadb": pytest.mark.service("mariadb"),
        "memcached": pytest.mark.service("memcached"),
    }
    return [pytest.param(name, marks=marks.get(name, ())) for name in names]


@dataclasses.dataclass(frozen=True)
class Place:
    """Where a store keeps its sessions, for one test."""

    kind: str
    address: str
    prefix: str

    def config(self, **more: t.Any) -> dict[str, t.Any]:
        """Return the configuration of an application that keeps its sessions there."""
        config: dict[str, t.Any] = {"SESSION_TYPE": self.kind, "SESSION_KEY_PREFIX": self.prefix}
        if self.kind in SQL:
            config |= {"SESSION_TYPE": "sqlalchemy", "SESSION_SQLALCHEMY": self.address}
        elif self.kind == "filesystem":
            config["SESSION_FILE_DIR"] = self.address
        elif self.kind == "cachelib":
            from cachelib.file import FileSystemCache

            config["SESSION_CACHELIB"] = FileSystemCache(self.address)
        else:
            config[f"SESSION_{self.kind.upper()}"] = self.address
        # The machines that run tests are slow now and then; no store is meant to fail here.
        return config | {"SESSION_STORE_TIMEOUT": 20} | more

    def app(self, **more: t.Any) -> Erlen:
        """Return an application that keeps its sessions there."""
        app = Erlen("sessions", static_folder=None, root_path="/")
        app.config.update(self.config(**more))
        Session(app)
        app.logger.setLevel(logging.CRITICAL)
        return app


def interface_of(app: Erlen) -> ServerSideSessionInterface:
    interface = app.session_interface
    assert isinstance(interface, ServerSideSessionInterface)
    return interface


def store_of(app: Erlen) -> Store:
    return interface_of(app).store


@contextlib.contextmanager
def place_of(kind: str, folder: Path) -> cabc.Iterator[Place]:
    """Make room for a store of *kind*, and remove it afterwards."""
    with contextlib.ExitStack() as stack:
        address = _PREPARE.get(kind, _nowhere)(stack, folder)
        place = Place(kind, address, f"erlen-{secrets.token_hex(6)}:")
        if kind == "redis":
            stack.callback(_remove_keys, place)
        yield place


def _remove_keys(place: Place) -> None:
    import redis

    with redis.Redis.from_url(place.address) as client:
        for key in client.scan_iter(f"{place.prefix}*", count=1000):
            client.delete(key)


def _nowhere(stack: contextlib.ExitStack, folder: Path) -> str:
    return ""


def _folder(stack: contextlib.ExitStack, folder: Path) -> str:
    return str(folder / "sessions")


def _sqlite(stack: contextlib.ExitStack, folder: Path) -> str:
    return f"sqlite:///{folder}/sessions.db"


def address_of(name: str) -> str:
    server = SERVICES[name]
    assert isinstance(server, Server)
    return "{}:{}".format(*server.address)


def _redis(stack: contextlib.ExitStack, folder: Path) -> str:
    return f"redis://{address_of('redis')}"


def _database(stack: contextlib.ExitStack, server: str, drop: str = "DROP DATABASE {}") -> str:
    import sqlalchemy as sa

    name = f"erlen_{secrets.token_hex(6)}"
    engine = sa.create_engine(server, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)

    def run(statement: str) -> None:
        with engine.connect() as connection:
            connection.exec_driver_sql(statement)

    run(f"CREATE DATABASE {name}")
    stack.callback(run, drop.format(name))
    return str(sa.make_url(server).set(database=name).render_as_string(hide_password=False))


def _postgresql(stack: contextlib.ExitStack, folder: Path) -> str:
    server = f"postgresql+psycopg://postgres@{address_of('postgresql')}/postgres"
    return _database(stack, server, "DROP DATABASE {} WITH (FORCE)")


def _mariadb(stack: contextlib.ExitStack, folder: Path) -> str:
    return _database(stack, f"mysql+pymysql://root@{address_of('mariadb')}/")


def _memcached(stack: contextlib.ExitStack, folder: Path) -> str:
    port = free_port()
    program = shutil.which("memcached") or "memcached"
    process = subprocess.Popen(
        [program, "-u", "root", "-l", "127.0.0.1", "-p", str(port), "-I", "8m", "-m", "256"]
    )
    stack.callback(process.wait)
    stack.callback(process.kill)
    wait_for(port)
    return f"127.0.0.1:{port}"


def wait_for(port: int) -> None:
    """Wait until something listens."""
    deadline = time.monotonic() + 20
    while Server("", port).missing() is not None:
        assert time.monotonic() < deadline, f"nothing listens on port {port}"
        time.sleep(0.02)


def _mongodb(stack: contextlib.ExitStack, folder: Path) -> str:
    import os

    if "ERLEN_TEST_MONGODB" in os.environ:
        return f"mongodb://{os.environ['ERLEN_TEST_MONGODB']}"
    server = Mongod().start()
    stack.callback(server.server_close)
    stack.callback(server.shutdown)
    return server.url


_PREPARE: dict[str, cabc.Callable[[contextlib.ExitStack, Path], str]] = {
    "filesystem": _folder,
    "cachelib": _folder,
    "redis": _redis,
    "sqlite": _sqlite,
    "postgresql": _postgresql,
    "mariadb": _mariadb,
    "memcached": _memcached,
    "mongodb": _mongodb,
}
