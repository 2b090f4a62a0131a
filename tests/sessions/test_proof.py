"""Sessions lose nothing: many processes at one session, on every store.

``make test`` runs a short form; ``make sessions-proof`` runs 8 processes × 4 threads × 250
requests and prints the figures.
"""

from __future__ import annotations

import collections.abc as cabc
import concurrent.futures
import contextlib
import json
import multiprocessing
import os
import typing as t
from pathlib import Path

import pytest

from tests.sessions.load import Load, begin
from tests.sessions.places import KINDS, Place, kinds, place_of, store_of
from tests.wsgi import ask

FULL = os.environ.get("ERLEN_SESSIONS_PROOF") == "full"
PROCESSES, THREADS, REQUESTS = (8, 4, 250) if FULL else (2, 4, 15)
#: A store in the memory of a process is shared by its threads only.
SHARED = tuple(kind for kind in KINDS if kind != "memory")
COMPARED = ("redis", "sqlite", "cachelib", "memcached") if FULL else ("redis",)


@pytest.fixture(scope="module")
def load() -> cabc.Iterator[Load]:
    context = multiprocessing.get_context("spawn")
    with concurrent.futures.ProcessPoolExecutor(PROCESSES, mp_context=context) as pool:
        yield Load(pool, PROCESSES, THREADS, REQUESTS)


@pytest.fixture
def place(request: pytest.FixtureRequest, tmp_path: Path) -> cabc.Iterator[Place]:
    with place_of(request.param, tmp_path) as place:
        yield place


def shown(app: t.Any, cookie: str) -> dict[str, t.Any]:
    values: dict[str, t.Any] = json.loads(ask(app, "/show", HTTP_COOKIE=cookie).body)
    return values


def tell(capsys: pytest.CaptureFixture[str], line: str) -> None:
    if FULL:
        with capsys.disabled():
            print(f"\n    {line}")


@pytest.mark.parametrize("place", kinds(*SHARED), indirect=True)
def test_requests_that_set_different_keys_lose_none(
    place: Place, load: Load, capsys: pytest.CaptureFixture[str]
) -> None:
    site, app = begin(place)
    assert load.run(site, lambda number: f"/set/key-{number}") == {200: load.total}
    kept = sum(key.startswith("key-") for key in shown(app, site.cookie))
    tell(capsys, f"erlen         {place.kind:10}  keys   {kept:5} of {load.total}")
    assert kept == load.total
    store_of(app).close()


@pytest.mark.parametrize("place", kinds(*SHARED), indirect=True)
def test_a_counter_under_the_lock_is_exact(
    place: Place, load: Load, capsys: pytest.CaptureFixture[str]
) -> None:
    site, app = begin(place)
    assert load.run(site, lambda number: "/count") == {200: load.total}
    counted = shown(app, site.cookie)["n"]
    tell(capsys, f"erlen         {place.kind:10}  count  {counted:5} of {load.total}")
    assert counted == load.total
    store_of(app).close()


@pytest.mark.parametrize("place", kinds(*SHARED), indirect=True)
def test_a_logout_among_slow_readers_and_writers_is_final(place: Place, load: Load) -> None:
    site, app = begin(place)
    slow = load.start(site, lambda n: f"/slow-write/key-{n}" if n % 2 else "/slow-read")
    for number in range(10):  # once they are under way
        ask(app, f"/set/mine-{number}", HTTP_COOKIE=site.cookie)
    assert ask(app, "/logout", HTTP_COOKIE=site.cookie).code == 200
    assert shown(app, site.cookie).get("user") is None
    for future in slow:
        assert set(future.result()) == {200}
    with contextlib.closing(store_of(app)) as store:
        assert store.load(site.cookie.partition("=")[2]) is None


@pytest.mark.parametrize("place", kinds(*COMPARED), indirect=True)
def test_flask_session_loses_under_the_same_load(
    place: Place, load: Load, capsys: pytest.CaptureFixture[str]
) -> None:
    site, app = begin(place, "flask")
    codes = load.run(site, lambda number: f"/set/key-{number}")
    kept = sum(key.startswith("key-") for key in shown(app, site.cookie))
    load.run(site, lambda number: "/count")
    counted = shown(app, site.cookie).get("n", 0)
    client: t.Any = getattr(app.session_interface, "client", None)
    if hasattr(client, "close"):
        client.close()
    tell(
        capsys,
        f"flask-session {place.kind:10}  keys   {kept:5} of {load.total}"
        f"  count {counted:5}  statuses {dict(codes)}",
    )
    assert kept < load.total or counted < load.total
