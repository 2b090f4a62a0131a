"""Tests against real services: run where the service is, skip where it is not.

A test asks with ``@pytest.mark.service("redis")``. Under ``CI=true`` a missing service
fails the test, so that continuous integration cannot go green by skipping.
"""

from __future__ import annotations

import os
import shutil
import socket
import typing as t

import pytest


class Server(t.NamedTuple):
    """A service that listens; ``ERLEN_TEST_<NAME>=host:port`` says where, else its usual port."""

    name: str
    port: int

    @property
    def address(self) -> tuple[str, int]:
        given = os.environ.get(f"ERLEN_TEST_{self.name.upper()}", f"127.0.0.1:{self.port}")
        host, _, port = given.rpartition(":")
        return host, int(port)

    def missing(self) -> str | None:
        host, port = self.address
        try:
            socket.create_connection((host, port), timeout=1).close()
        except OSError as exc:
            return f"no {self.name} answers at {host}:{port} ({exc.strerror or exc})"
        return None


class Program(t.NamedTuple):
    """A service that the test starts itself; it only has to be installed."""

    name: str

    def missing(self) -> str | None:
        path = os.pathsep.join((os.environ.get("PATH", os.defpath), "/usr/sbin"))
        return None if shutil.which(self.name, path=path) else f"{self.name} is not installed"


SERVICES: dict[str, Server | Program] = {
    service.name: service
    for service in (
        Server("redis", 6379),
        Server("mariadb", 3306),
        Server("postgresql", 5432),
        Program("memcached"),
        Program("nginx"),
        Program("chromium"),
    )
}


def require(service: Server | Program) -> None:
    """Return when the service is there; otherwise skip the test, or fail it under CI."""
    reason = service.missing()
    if reason is None:
        return
    if os.environ.get("CI") == "true":
        pytest.fail(f"{reason}; with CI=true every service has to run", pytrace=False)
    pytest.skip(reason)


def pytest_runtest_setup(item: pytest.Item) -> None:
    for mark in item.iter_markers("service"):
        require(SERVICES[mark.args[0]])
