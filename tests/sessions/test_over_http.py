"""The same load through ``erlen serve --workers 2``, over HTTP."""

from __future__ import annotations

import http.client
import os
import threading
from pathlib import Path

import pytest

from erlen.sessions.serialization import make_serializer
from tests.processes import Program, free_port
from tests.sessions.places import address_of, place_of, store_of, wait_for

FULL = os.environ.get("ERLEN_SESSIONS_PROOF") == "full"
THREADS, REQUESTS = (8, 250) if FULL else (4, 25)

SITE = """
from erlen import Erlen, session
from erlen.sessions import Session

app = Erlen(__name__)
app.config.update(
    SESSION_TYPE="redis",
    SESSION_REDIS={url!r},
    SESSION_KEY_PREFIX={prefix!r},
    SESSION_STORE_TIMEOUT=20,
)
Session(app)


@app.get("/set/<key>")
def set_key(key):
    session[key] = 1
    return "ok"


@app.get("/count")
def count():
    with session.lock(timeout=60):
        session["n"] = session.get("n", 0) + 1
    return "ok"


@app.get("/show")
def show():
    return dict(session)
"""


class Browser:
    def __init__(self, port: int, cookie: str = "") -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.cookie = cookie

    def get(self, path: str) -> bytes:
        self._connection.request("GET", path, headers={"Cookie": self.cookie})
        response = self._connection.getresponse()
        assert response.status == 200
        body = response.read()
        self.cookie = (response.getheader("Set-Cookie") or self.cookie).partition(";")[0]
        return body

    def close(self) -> None:
        self._connection.close()


def run(port: int, cookie: str, paths: list[str]) -> None:
    browser = Browser(port, cookie)
    for path in paths:
        browser.get(path)
    browser.close()


@pytest.mark.service("redis")
def test_two_workers_lose_nothing_over_http(tmp_path: Path) -> None:
    with place_of("redis", tmp_path) as place:
        url = f"redis://{address_of('redis')}"
        (tmp_path / "shop.py").write_text(SITE.format(url=url, prefix=place.prefix))
        port = free_port()
        arguments = ("--app", "shop", "serve", "--port", str(port), "--workers", "2")
        program = Program(tmp_path, *arguments)
        try:
            wait_for(port)
            browser = Browser(port)
            browser.get("/set/first")
            threads = [
                threading.Thread(
                    target=run,
                    args=(
                        port,
                        browser.cookie,
                        [f"/set/key-{n}-{m}" if m % 2 else "/count" for m in range(REQUESTS)],
                    ),
                )
                for n in range(THREADS)
            ]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            browser.close()
        finally:
            program.end()
        app = place.app()
        record = store_of(app).destroy(browser.cookie.partition("=")[2])
        store_of(app).close()
    assert record is not None
    counts = THREADS * ((REQUESTS + 1) // 2)
    assert sum(key.startswith("key-") for key in record.fields) == THREADS * (REQUESTS // 2)
    assert make_serializer("msgpack").loads(record.fields["n"]) == counts
