"""Requests at the same time never see each other; ``make isolation`` makes a million of them."""

from __future__ import annotations

import subprocess
import sys
import typing as t

import pytest

from tests.processes import clean_environment

from . import requesting
from .application import make_outer, switch, write_everywhere
from .drivers import DRIVERS
from .requesting import Client

REQUESTS = 1600
IN_PROCESS = [kind for kind in DRIVERS if kind != "gevent"]


@pytest.mark.parametrize("kind", IN_PROCESS)
def test_no_request_sees_another(kind: str) -> None:
    client = DRIVERS[kind](REQUESTS, 7)
    assert client.mixed_up == []
    assert client.done == REQUESTS


def test_no_request_sees_another_under_gevent() -> None:
    """Gevent wants a process in which everything was patched first."""
    command = [sys.executable, "-m", "tests.isolation", "--kind", "gevent"]
    done = subprocess.run(
        [*command, f"--requests={REQUESTS}"],
        env=clean_environment(),
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"gevent: {REQUESTS:,} requests" in done.stdout


def _make_careless(mixed_up: list[str]) -> t.Any:
    """Return the application with a view that keeps its token where all can see it."""
    app = make_outer(mixed_up)
    kept: list[str] = [""]

    def everything() -> str:
        kept[0] = write_everywhere()
        switch()
        return kept[0]

    def stream() -> t.Iterator[str]:
        kept[0] = write_everywhere()
        return (kept[0] for _ in range(3))

    app.view_functions |= {"everything": everything, "stream": stream}
    return app


@pytest.mark.parametrize("kind", IN_PROCESS)
def test_a_request_that_does_would_be_found(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(requesting, "make_outer", _make_careless)
    client: Client = DRIVERS[kind](160, 7)
    assert any("got" in line for line in client.mixed_up)
