"""Requests at the same time never see each other; ``make isolation`` makes a million of them."""

from __future__ import annotations

import subprocess
import sys
import typing as t

import pytest

from erlen.sessions.stores.memory import MemoryStore
from tests.processes import clean_environment
from tests.sessions.places import kinds

from . import requesting
from .application import Config, make_outer, switch, write_everywhere
from .drivers import DRIVERS
from .places import configured
from .requesting import Client

REQUESTS = 1600
IN_STORES = 320
IN_PROCESS = [kind for kind in DRIVERS if kind != "gevent"]


@pytest.mark.parametrize("kind", IN_PROCESS)
def test_no_request_sees_another(kind: str) -> None:
    client = DRIVERS[kind](REQUESTS, 7, {})
    assert client.mixed_up == []
    assert client.done == REQUESTS


@pytest.mark.parametrize("kind", IN_PROCESS)
@pytest.mark.parametrize("sessions", kinds("memory", "redis"))
def test_no_request_sees_the_session_of_another(kind: str, sessions: str) -> None:
    with configured(sessions) as config:
        client = DRIVERS[kind](IN_STORES, 7, config)
    assert client.mixed_up == []
    assert client.done == IN_STORES


@pytest.mark.parametrize("sessions", ["cookies", *kinds("memory", "redis")])
def test_no_request_sees_another_under_gevent(sessions: str) -> None:
    """Gevent wants a process in which everything was patched first."""
    command = [sys.executable, "-m", "tests.isolation", "--kind", "gevent"]
    done = subprocess.run(
        [*command, f"--requests={REQUESTS}", f"--sessions={sessions}"],
        env=clean_environment(),
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"gevent, sessions in {sessions}: {REQUESTS:,} requests" in done.stdout


def _make_careless(mixed_up: list[str], config: Config) -> t.Any:
    """Return the application with a view that keeps its token where all can see it."""
    app = make_outer(mixed_up, config)
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
    client: Client = DRIVERS[kind](160, 7, {})
    assert any("got" in line for line in client.mixed_up)


@pytest.mark.parametrize("kind", IN_PROCESS)
def test_a_store_that_mixes_sessions_up_would_be_found(
    kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It gives out what it has read for the request before."""
    handed_out: list[t.Any] = [None]
    load = MemoryStore.load

    def load_late(store: MemoryStore, id: str) -> t.Any:
        handed_out.append(load(store, id))
        return handed_out.pop(0)

    monkeypatch.setattr(MemoryStore, "load", load_late)
    with configured("memory") as config:
        client = DRIVERS[kind](160, 7, config)
    assert any("came with the session of" in line for line in client.mixed_up)
