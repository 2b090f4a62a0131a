"""A generated project as it runs: on SQLite, and on PostgreSQL with Redis."""

from __future__ import annotations

import collections.abc as cabc
import http.client
import http.cookiejar
import json
import pathlib
import signal
import threading
import typing as t
import urllib.parse
import urllib.request

import pytest

from tests.databases import database
from tests.processes import PATIENCE, Program, free_port, get
from tests.services import SERVICES, Server

PASSWORD = "correct horse battery staple"
Start = cabc.Callable[..., tuple[Program, int]]


@pytest.fixture
def start(project: pathlib.Path) -> cabc.Iterator[Start]:
    """A function that brings the database up to date and starts the production server."""
    started: list[Program] = []

    def begin(*args: str, **environ: str) -> tuple[Program, int]:
        upgrade = Program(project, "db", "upgrade", **environ)
        started.append(upgrade)
        assert upgrade.exit_code() == 0, upgrade.output
        port = free_port()
        server = Program(project, "serve", "--port", str(port), *args, **environ)
        started.append(server)
        server.answers(port, "/healthz")
        return server, port

    yield begin
    for program in started:
        program.end()


class Visitor:
    """Someone with a browser, as far as this is about cookies and forms."""

    def __init__(self, port: int) -> None:
        self._address = f"http://127.0.0.1:{port}"
        self.cookies = http.cookiejar.CookieJar()
        self._opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}), urllib.request.HTTPCookieProcessor(self.cookies)
        )

    def get(self, path: str) -> str:
        return self._open(path, None)

    def post(self, path: str, **form: str) -> str:
        return self._open(path, urllib.parse.urlencode(form).encode())

    def _open(self, path: str, data: bytes | None) -> str:
        headers = {"Sec-Fetch-Site": "same-origin"}
        request = urllib.request.Request(self._address + path, data, headers)
        with self._opener.open(request, timeout=PATIENCE) as answer:
            return t.cast(str, answer.read().decode())

    @property
    def session(self) -> str:
        (cookie,) = self.cookies
        assert cookie.value is not None
        return cookie.value


def use(port: int) -> Visitor:
    """Register, log out and in again, write a note; return who did."""
    visitor = Visitor(port)
    visitor.post("/auth/register", name="ann", password=PASSWORD, repeat=PASSWORD)
    visitor.post("/auth/log-out")
    assert "Welcome back, ann." in visitor.post("/auth/log-in", name="ann", password=PASSWORD)
    assert "two bottles" in visitor.post("/notes/new", title="Milk", body="two bottles")
    return visitor


def test_it_runs_on_sqlite_and_in_cookies(start: Start, project: pathlib.Path) -> None:
    _, port = start()
    assert get(port, "/readyz") == (200, '{"status":"ready"}\n')
    use(port)
    assert (project / "instance/book_shop.db").exists()
    assert (project / "instance/secret_key").exists()


@pytest.mark.service("postgresql")
@pytest.mark.service("redis")
def test_it_runs_on_postgresql_and_redis(start: Start, tmp_path: pathlib.Path) -> None:
    import redis

    address = "{}:{}".format(*t.cast(Server, SERVICES["redis"]).address)
    with database("postgresql", tmp_path) as url:
        plain = url.replace("postgresql+psycopg", "postgres")
        server, port = start("--workers", "2", DATABASE_URL=plain, REDIS_URL=f"redis://{address}/0")
        assert get(port, "/readyz").status == 200
        visitor = use(port)
        with redis.Redis.from_url(f"redis://{address}/0") as client:
            assert client.exists(f"session:{visitor.session}")
            old = visitor.session
            visitor.post("/auth/log-in", name="ann", password=PASSWORD)
            assert visitor.session != old
            assert not client.exists(f"session:{old}")
            visitor.post("/auth/log-out")
        server.signal(signal.SIGTERM)
        assert server.exit_code() == 0


def test_production_refuses_to_start_without_a_key(project: pathlib.Path) -> None:
    server = Program(project, "serve", "--port", str(free_port()), APP_ENVIRONMENT="production")
    try:
        assert server.exit_code() != 0
        assert "SECRET_KEY is not set, and production needs one." in server.output
    finally:
        server.end()


def test_production_logs_json_with_the_id_of_the_request(start: Start) -> None:
    server, port = start(APP_ENVIRONMENT="production", SECRET_KEY="only of this one test")
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    connection.request("GET", "/", headers={"X-Request-ID": "r-1"})
    assert connection.getresponse().headers["X-Request-ID"] == "r-1"
    connection.close()
    line = server.wait_for(r'\{.*"r-1".*\}')[0]
    assert json.loads(line)["target"] == "/"


SLOW = """
import time

@app.get("/slow")
def slow():
    (app.root_path / pathlib.Path("asked")).touch()
    time.sleep(1.5)
    return "all of it"
"""


def test_sigterm_lets_a_request_finish(start: Start, project: pathlib.Path) -> None:
    with (project / "wsgi.py").open("a") as file:
        file.write(f"import pathlib\n{SLOW}")
    server, port = start()
    answers: list[t.Any] = []
    request = threading.Thread(target=lambda: answers.append(get(port, "/slow")))
    request.start()
    server.until((project / "book_shop/asked").exists, "no request")
    server.signal(signal.SIGTERM)
    request.join(PATIENCE)
    assert answers == [(200, "all of it")]
    assert server.exit_code() == 0
