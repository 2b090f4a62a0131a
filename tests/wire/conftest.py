"""Servers as they are run, with the application of `app.py` in them."""

from __future__ import annotations

import shutil
import typing as t
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.processes import Program, free_port

pytest.importorskip("granian")
pytest.importorskip("gunicorn")

APP = Path(__file__).with_name("app.py")
GUNICORN = ("--workers", "1", "--timeout", "30", "--log-level", "warning", "--no-control-socket")


class Served(t.NamedTuple):
    kind: str
    port: int
    program: Program


def start(folder: Path, kind: str, *args: str) -> Served:
    shutil.copy(APP, folder / "wire.py")
    port = free_port()

    if kind == "erlen":
        program = Program(folder, "--app", "wire", "serve", "--port", str(port), *args)
    else:
        command = ("--bind", f"127.0.0.1:{port}", *GUNICORN, *args, "wire:app")
        program = Program(folder, *command, module="gunicorn")

    program.answers(port, "/pid")
    return Served(kind, port, program)


SERVERS = {
    "erlen": ("erlen",),
    "gunicorn-sync": ("gunicorn-sync", "--worker-class", "sync"),
    "gunicorn-gthread": ("gunicorn-gthread", "--worker-class", "gthread", "--threads", "4"),
}


@pytest.fixture(scope="module", params=SERVERS)
def server(request: pytest.FixtureRequest, tmp_path_factory: t.Any) -> Iterator[Served]:
    """One process for the tests of a module, on every server."""
    served = start(tmp_path_factory.mktemp("wire"), *SERVERS[request.param])
    yield served
    served.program.end()


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[t.Callable[..., Served]]:
    """``erlen serve`` for one test."""
    started: list[Served] = []

    def serve(*args: str) -> Served:
        started.append(start(tmp_path, "erlen", *args))
        return started[-1]

    yield serve

    for each in started:
        each.program.end()
