"""Server-side sessions: Erlen against Flask with Flask-Session, on one Redis.

A request's time has two parts: what the store takes, which is the same round trip for everybody,
and the framework's own share. The client is watched to take the one from the other: whatever it
does within ``execute_command``, its own Python and the server's answer, is a round trip; what
leads there, ``client.get`` say, is the framework's. That is so for both, whose clients are the
same class with the same parser. Environs are made before a batch: they are the server's work.

Both run interleaved in one process, in batches; of each kind the quickest batch counts. A batch
begins with requests that do not count: what the other framework left in the processor's caches is
nothing that a site has to bear. What it left in cycles is collected beforehand.

    python benchmarks/sessions.py [--batches 300] [--requests 20] [--redis redis://127.0.0.1:6379]
"""

from __future__ import annotations

import argparse
import collections.abc as cabc
import gc
import io
import pathlib
import secrets
import signal
import sys
import time
import typing as t

import redis

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

from benchmarks.results import NOT_AVAILABLE

#: Session data of about 1 KB, as applications have it.
DATA = {
    "user_id": 4711,
    "csrf_token": "f" * 64,
    "roles": ["editor", "author", "reader"],
    "cart": [{"article": f"A-{n:05}", "count": n, "price": n * 1.5} for n in range(14)],
    "next": "/account/orders?page=2",
    "theme": "dark",
}
KINDS = ("untouched", "read", "write")
#: Requests at the beginning of a batch that do not count.
WARMING = 5


class Watch:
    """Adds up the time that a client spends, and counts its commands."""

    def __init__(self, client: redis.Redis) -> None:
        self.seconds = 0.0
        self.trips = 0
        execute = client.execute_command

        def timed(*args: t.Any, **options: t.Any) -> t.Any:
            started = time.perf_counter()
            try:
                return execute(*args, **options)
            finally:
                self.seconds += time.perf_counter() - started
                self.trips += 1

        client.execute_command = timed  # type: ignore[method-assign]


class Peer:
    """One framework with the three views."""

    def __init__(self, name: str, app: t.Any, session: t.Any, client: redis.Redis) -> None:
        self.name = name
        self.app = app
        self.watch = Watch(client)
        self._add_views(session)
        self.cookie = ""
        self.cookie = dict(self.ask("/begin"))["Set-Cookie"].partition(";")[0]
        #: The own share and the whole of a request, the least seconds of each.
        self.best: dict[str, tuple[float, float]] = {}
        self.trips: dict[str, float] = {}

    def _add_views(self, session: t.Any) -> None:
        numbers = iter(range(10**9))

        @self.app.get("/begin")
        def begin() -> str:
            session.update(DATA)
            return "ok"

        @self.app.get("/untouched")
        def untouched() -> str:
            return "ok"

        @self.app.get("/read")
        def read() -> str:
            return f"{session['user_id']} {session['theme']} {len(session['cart'])}"

        @self.app.get("/write")
        def write() -> str:
            session["last"] = next(numbers)
            return str(session["user_id"])

    def ask(self, path: str) -> list[tuple[str, str]]:
        """Return the headers of the answer."""
        heads: list[list[tuple[str, str]]] = []
        b"".join(self.app(self._environ(path), lambda status, headers: heads.append(headers)))
        return heads[0]

    def _environ(self, path: str) -> dict[str, t.Any]:
        return {
            "REQUEST_METHOD": "GET",
            "SCRIPT_NAME": "",
            "PATH_INFO": path,
            "QUERY_STRING": "",
            "SERVER_NAME": "localhost",
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "HTTP_HOST": "localhost",
            "HTTP_COOKIE": self.cookie,
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(),
            "wsgi.errors": io.StringIO(),
            "wsgi.multithread": False,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
        }

    def batch(self, kind: str, requests: int) -> None:
        app, watch = self.app, self.watch
        environs = [self._environ(f"/{kind}") for _ in range(requests)]
        gc.collect()
        for _ in range(WARMING):
            self.ask(f"/{kind}")
        watch.seconds, watch.trips = 0.0, 0
        started = time.perf_counter()
        while environs:
            b"".join(app(environs.pop(), _start))
        whole = (time.perf_counter() - started) / requests
        own = whole - watch.seconds / requests
        best_own, best_whole = self.best.get(kind, (own, whole))
        self.best[kind] = (min(own, best_own), min(whole, best_whole))
        self.trips[kind] = watch.trips / requests


def _start(status: str, headers: list[tuple[str, str]], exc_info: t.Any = None) -> None:
    pass


def make_erlen(url: str, prefix: str) -> Peer:
    from erlen import Erlen, session
    from erlen.sessions import Session

    app = Erlen("bench", static_folder=None, root_path="/")
    app.config.update(SESSION_TYPE="redis", SESSION_REDIS=url, SESSION_KEY_PREFIX=prefix)
    Session(app)
    interface: t.Any = app.session_interface
    return Peer("Erlen", app, session, interface.store.client)


def make_flask(url: str, prefix: str) -> Peer:
    from flask import Flask, session
    from flask_session import Session

    app = Flask("bench", static_folder=None, root_path="/")
    client = redis.Redis.from_url(url)
    app.config.update(SESSION_TYPE="redis", SESSION_REDIS=client, SESSION_KEY_PREFIX=prefix)
    Session(app)
    return Peer("Flask + Flask-Session", app, session, client)


def measure(peers: cabc.Sequence[Peer], batches: int, requests: int) -> None:
    for peer in peers:
        for kind in KINDS:
            peer.batch(kind, requests)
        peer.best.clear()
    gc.collect()
    gc.freeze()  # collecting before a batch then costs little
    for _ in range(batches):
        for kind in KINDS:
            for peer in peers:
                peer.batch(kind, requests)


def report(erlen: Peer, flask: Peer) -> None:
    print("| request | Erlen: own share of all, round trips | Flask + Flask-Session | own share |")
    print("|---|---|---|---|")
    for kind in KINDS:
        ratio = flask.best[kind][0] / erlen.best[kind][0]
        print(
            f"| {kind} | {_shares(erlen, kind)} | {_shares(flask, kind)}"
            f" | {ratio:.1f} times smaller |"
        )


def _shares(peer: Peer, kind: str) -> str:
    own, whole = peer.best[kind]
    return f"{own * 1e6:.1f} of {whole * 1e6:.0f} µs, {peer.trips[kind]:.0f}"


def complaint_about(url: str) -> str | None:
    """Return what keeps the Redis at *url* from being used."""
    try:
        with redis.Redis.from_url(url) as client:
            client.ping()
    except redis.RedisError as exc:
        return str(exc)
    return None


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--batches", type=int, default=300)
    parser.add_argument("--requests", type=int, default=20)
    parser.add_argument("--redis", default="redis://127.0.0.1:6379")
    options = parser.parse_args()
    complaint = complaint_about(options.redis)
    if complaint is not None:
        parser.exit(NOT_AVAILABLE, f"nothing was measured on sessions: {complaint}\n")
    prefix = f"erlen-bench-{secrets.token_hex(4)}"
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # the keys go also when this is ended
    try:
        erlen = make_erlen(options.redis, f"{prefix}-erlen:")
        flask = make_flask(options.redis, f"{prefix}-flask:")
        measure((erlen, flask), options.batches, options.requests)
        report(erlen, flask)
    finally:
        remove_keys(options.redis, prefix)


def remove_keys(url: str, prefix: str) -> None:
    """Remove the sessions that were measured, and the locks beside them."""
    with redis.Redis.from_url(url) as client:
        for pattern in (f"{prefix}-*", f"{{{prefix}-*"):
            for key in client.scan_iter(pattern, count=1000):
                client.delete(key)


if __name__ == "__main__":
    main()
