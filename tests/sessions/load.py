"""Load on one session from many threads of many processes, for the proofs.

Everything here can be sent to a process that was started anew. ``framework`` is ``"erlen"``, or
``"flask"`` for Flask with Flask-Session, whose losses the same load shows.
"""

from __future__ import annotations

import collections
import collections.abc as cabc
import concurrent.futures
import contextlib
import dataclasses
import importlib
import random
import threading
import time
import typing as t
import warnings

from tests.sessions.places import SQL, Place, store_of
from tests.wsgi import ask

_View = t.TypeVar("_View", bound=cabc.Callable[..., t.Any])


@dataclasses.dataclass(frozen=True)
class Site:
    """An application at a place, and the browser's cookie."""

    place: Place
    framework: str = "erlen"
    cookie: str = ""

    def app(self) -> t.Any:
        app = self.place.app() if self.framework == "erlen" else flask_app(self.place)
        add_views(app, self.framework)
        return app


def flask_app(place: Place, **more: t.Any) -> t.Any:
    """Return a Flask application that keeps its sessions there by Flask-Session."""
    import flask
    import flask_session

    app = flask.Flask("sessions", static_folder=None, root_path="/")
    app.config.update(place.config(**more))
    if place.kind == "redis":
        import redis

        app.config["SESSION_REDIS"] = redis.Redis.from_url(place.address)
    if place.kind == "memcached":
        from pymemcache.client.base import PooledClient

        app.config["SESSION_MEMCACHED"] = PooledClient(place.address, default_noreply=False)
    if place.kind == "mongodb":
        import pymongo

        app.config["SESSION_MONGODB"] = pymongo.MongoClient(place.address)
    if place.kind in SQL:
        import flask_sqlalchemy

        app.config["SQLALCHEMY_DATABASE_URI"] = place.address
        app.config["SESSION_SQLALCHEMY"] = flask_sqlalchemy.SQLAlchemy(app)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        flask_session.Session(app)
    return app


def add_views(app: t.Any, framework: str) -> None:
    session: t.Any = importlib.import_module(framework).session
    get: cabc.Callable[[str], cabc.Callable[[_View], _View]] = app.get

    @get("/begin")
    def begin() -> str:
        session["user"] = "ann"
        return "ok"

    @get("/set/<key>")
    def set_(key: str) -> str:
        session[key] = 1
        return "ok"

    @get("/count")
    def count() -> str:
        with session.lock(timeout=120) if framework == "erlen" else contextlib.nullcontext():
            session["n"] = session.get("n", 0) + 1
        return "ok"

    @get("/slow-read")
    def slow_read() -> str:
        user = session.get("user")
        time.sleep(random.uniform(0, 0.02))
        return str(user)

    @get("/slow-write/<key>")
    def slow_write(key: str) -> str:
        user = session.get("user")
        time.sleep(random.uniform(0, 0.02))
        session[key] = 1
        return str(user)

    @get("/logout")
    def logout() -> str:
        session.clear()
        return "ok"

    @get("/show")
    def show() -> dict[str, t.Any]:
        return dict(session)


def begin(place: Place, framework: str = "erlen") -> tuple[Site, t.Any]:
    """Start a session; return the site with its cookie, and an application of this process."""
    site = Site(place, framework)
    app = site.app()
    answer = ask(app, "/begin")
    assert answer.code == 200, answer.body
    cookie = t.cast(str, answer.header("Set-Cookie")).partition(";")[0]
    return dataclasses.replace(site, cookie=cookie), app


def make_requests(site: Site, paths: list[list[str]]) -> collections.Counter[int]:
    """Make requests in as many threads as there are lists of paths; count the statuses."""
    app = site.app()
    codes: collections.Counter[int] = collections.Counter()

    def run(mine: list[str]) -> None:
        for path in mine:
            codes[ask(app, path, HTTP_COOKIE=site.cookie).code] += 1

    threads = [threading.Thread(target=run, args=(mine,)) for mine in paths]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if site.framework == "erlen":
        store_of(app).close()
    return codes


class Load:
    """So many processes and threads, each with so many requests."""

    def __init__(
        self,
        pool: concurrent.futures.Executor,
        processes: int,
        threads: int,
        requests: int,
    ) -> None:
        self._pool = pool
        self.processes = processes
        self.threads = threads
        self.requests = requests

    @property
    def total(self) -> int:
        return self.processes * self.threads * self.requests

    def start(
        self, site: Site, path: cabc.Callable[[int], str]
    ) -> list[concurrent.futures.Future[collections.Counter[int]]]:
        """Start them all; each request gets a number and goes to the path for it."""
        numbers = iter(range(self.total))
        return [
            self._pool.submit(
                make_requests,
                site,
                [[path(next(numbers)) for _ in range(self.requests)] for _ in range(self.threads)],
            )
            for _ in range(self.processes)
        ]

    def run(self, site: Site, path: cabc.Callable[[int], str]) -> collections.Counter[int]:
        """Return how many answers there were of each status."""
        codes: collections.Counter[int] = collections.Counter()
        for future in self.start(site, path):
            codes += future.result()
        return codes
