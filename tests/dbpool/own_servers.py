"""Database servers that a test stops and starts again, each with a folder and port of its own."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import time
import typing as t
from pathlib import Path

import psycopg
import pymysql
import pytest

from tests.processes import PATIENCE, free_port

Signals = signal.Signals


def program(name: str) -> str:
    """Return where a server's program is; Debian keeps PostgreSQL's out of the path."""
    places = [*map(str, Path("/").glob("usr/lib/postgresql/*/bin")), "/usr/sbin"]
    path = os.pathsep.join((os.environ.get("PATH", os.defpath), *places))
    found = shutil.which(name, path=path)
    if found is None:
        pytest.skip(f"{name} is not installed; the server that answers may be on another machine")
    return found


class OwnServer:
    """A server's process; :meth:`start` may be called again after :meth:`stop`."""

    #: The account that it runs as, where the tests run as root.
    account: str
    #: What makes it cut its connections and end.
    stop_signal: Signals

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self.folder = folder
        folder.mkdir()
        if os.getuid() == 0:
            shutil.chown(folder, self.account)
        self._process: subprocess.Popen[bytes] | None = None
        with open(folder / "setup.log", "wb") as log:
            subprocess.run(self._as_account(*self.setup()), check=True, stdout=log, stderr=log)

    def setup(self) -> tuple[str, ...]:
        raise NotImplementedError

    def command(self) -> tuple[str, ...]:
        raise NotImplementedError

    def url(self) -> str:
        raise NotImplementedError

    def connect(self) -> t.Any:
        raise NotImplementedError

    def _as_account(self, *command: str) -> list[str]:
        if os.getuid() != 0:
            return list(command)
        return ["setpriv", f"--reuid={self.account}", "--clear-groups", "--", *command]

    def start(self) -> None:
        with open(self.folder / "server.log", "ab") as log:
            self._process = subprocess.Popen(
                self._as_account(*self.command()), stdout=log, stderr=log, cwd="/"
            )
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                self.connect().close()
                return
            except (psycopg.Error, pymysql.Error):
                assert time.monotonic() < deadline, (self.folder / "server.log").read_text()
                time.sleep(0.05)

    def stop(self) -> None:
        if self._process is not None:
            self._process.send_signal(self.stop_signal)
            self._process.wait(PATIENCE)
            self._process = None


class OwnMariaDB(OwnServer):
    account = "mysql"
    stop_signal = signal.SIGTERM

    def setup(self) -> tuple[str, ...]:
        return (
            program("mariadb-install-db"),
            "--no-defaults",
            f"--datadir={self.folder}/data",
            "--auth-root-authentication-method=normal",
            "--skip-test-db",
        )

    def command(self) -> tuple[str, ...]:
        return (
            program("mariadbd"),
            "--no-defaults",
            f"--datadir={self.folder}/data",
            f"--socket={self.folder}/socket",
            f"--port={self.port}",
            "--bind-address=127.0.0.1",
            "--skip-log-bin",
            "--skip-name-resolve",
            "--innodb-flush-method=fsync",
        )

    def url(self) -> str:
        return f"mysql://root@127.0.0.1:{self.port}/mysql"

    def connect(self) -> t.Any:
        return pymysql.connect(host="127.0.0.1", port=self.port, user="root")


class OwnPostgreSQL(OwnServer):
    account = "postgres"
    stop_signal = signal.SIGINT  # "fast": it does not wait for its clients

    def setup(self) -> tuple[str, ...]:
        data = str(self.folder / "data")
        return (program("initdb"), "-D", data, "-U", "postgres", "-A", "trust", "--no-sync")

    def command(self) -> tuple[str, ...]:
        options = ("-p", str(self.port), "-h", "127.0.0.1", "-k", str(self.folder), "-F")
        return (program("postgres"), "-D", str(self.folder / "data"), *options)

    def url(self) -> str:
        return f"postgresql://postgres@127.0.0.1:{self.port}/postgres"

    def connect(self) -> t.Any:
        return psycopg.connect(self.url(), connect_timeout=5)


OWN = {"mariadb": OwnMariaDB, "postgresql": OwnPostgreSQL}


@contextlib.contextmanager
def own_server(name: str, folder: Path) -> t.Iterator[OwnServer]:
    server = OWN[name](folder)
    try:
        server.start()
        yield server
    finally:
        server.stop()
