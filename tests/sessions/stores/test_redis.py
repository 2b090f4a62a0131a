"""What only a Redis can do: die, fail over, be many."""

from __future__ import annotations

import collections.abc as cabc
import contextlib
import logging
import os
import secrets
import threading
import time
import typing as t
from pathlib import Path

import msgspec
import pytest
import redis
import valkey

from erlen import Erlen, session
from erlen.sessions import StoreError
from erlen.sessions.serialization import make_serializer
from erlen.sessions.stores import Change, Outcome
from erlen.sessions.stores.redis import RedisStore
from tests.processes import free_port
from tests.sessions.places import Place, address_of, store_of
from tests.sessions.stores.redis_servers import RedisServer, Sentinel
from tests.wsgi import ask

pytestmark = pytest.mark.service("redis")
FULL = os.environ.get("ERLEN_SESSIONS_PROOF") == "full"


def make_store(client: t.Any, **more: t.Any) -> RedisStore:
    prefix = f"erlen-{secrets.token_hex(6)}:"
    return RedisStore(client, make_serializer("msgpack"), prefix=prefix, **more)


def works(store: RedisStore) -> None:
    """Make sure that everything a session needs is there."""
    id = secrets.token_urlsafe(32)
    create = Change("g", {"a": b"1"}, expires=time.time() + 60, creates=True)
    with contextlib.closing(store):
        assert store.apply(id, create) is Outcome.APPLIED
        with store.lock(id, timeout=5) as held:
            change = Change("g", {"b": b"2"}, token=held.token)
            assert store.apply(id, change) is Outcome.APPLIED
        record = store.destroy(id)
        assert record is not None
        assert record.fields == {"a": b"1", "b": b"2"}


@contextlib.contextmanager
def running(*servers: RedisServer) -> cabc.Iterator[None]:
    try:
        for server in servers:
            server.start()
        yield
    finally:
        for server in servers:
            server.kill()


# Clients


def test_a_url_a_client_and_a_client_of_valkey_will_do() -> None:
    address = address_of("redis")
    host, _, port = address.partition(":")
    works(make_store(f"redis://{address}/0"))
    works(make_store(f"valkey://{address}"))
    works(make_store(redis.Redis(host=host, port=int(port), decode_responses=True)))
    works(make_store(valkey.Valkey(host=host, port=int(port))))
    pool: t.Any = redis.BlockingConnectionPool
    works(make_store(redis.Redis(connection_pool=pool(host=host, port=int(port)))))


def test_the_timeouts_are_ours_whatever_the_client_was_made_with() -> None:
    store = make_store(redis.Redis(socket_timeout=None), timeout=0.3)
    settings = store.client.connection_pool.connection_kwargs
    assert (settings["socket_timeout"], settings["socket_connect_timeout"]) == (0.3, 0.3)


@pytest.mark.parametrize("given", [object(), 7, redis.asyncio.Redis()])
def test_what_is_no_client_is_refused(given: t.Any) -> None:
    with pytest.raises(TypeError, match="SESSION_REDIS is"):
        make_store(given)


def test_a_lock_that_expired_keeps_its_late_holder_from_writing() -> None:
    store = make_store(f"redis://{address_of('redis')}")
    store.lock_lifetime = 0.05
    id = secrets.token_urlsafe(32)
    store.apply(id, Change("g", {"a": b"1"}, expires=time.time() + 60, creates=True))
    with contextlib.closing(store), store.lock(id, timeout=1) as first:
        time.sleep(0.1)
        with store.lock(id, timeout=1) as second:
            late = Change("g", {"a": b"2"}, token=first.token)
            assert store.apply(id, late) is Outcome.LOCK_LOST
            mine = Change("g", {"a": b"3"}, token=second.token)
            assert store.apply(id, mine) is Outcome.APPLIED
        store.destroy(id)


def test_a_read_is_one_command_and_so_is_a_write() -> None:
    store = make_store(f"redis://{address_of('redis')}")
    id = secrets.token_urlsafe(32)
    store.apply(id, Change("g", {"a": b"1"}, expires=time.time() + 60, creates=True))
    sent: list[str] = []
    execute = store.client.execute_command

    def watched(*args: t.Any, **options: t.Any) -> t.Any:
        sent.append(args[0])
        return execute(*args, **options)

    store.client.execute_command = watched
    store.load(id)
    store.apply(id, Change("g", {"b": b"1"}, deletes=["a"], expires=time.time() + 90))
    assert sent == ["HGETALL", "EVALSHA"]
    with contextlib.closing(store):
        store.destroy(id)


def test_the_lifetime_is_the_keys_expiry() -> None:
    store = make_store(f"redis://{address_of('redis')}")
    id = secrets.token_urlsafe(32)
    store.apply(id, Change("g", {"a": b"1"}, expires=time.time() + 60, creates=True))
    with contextlib.closing(store):
        assert store.client.ttl(store._prefix + id) in (59, 60)
        store.destroy(id)


def test_sessions_and_their_locks_work_on_a_cluster(tmp_path: Path) -> None:
    options = ("--cluster-enabled", "yes", "--save", "", "--cluster-port")
    buses = [str(free_port()), str(free_port())]
    servers = [RedisServer(tmp_path, *options, bus) for bus in buses]
    with running(*servers):
        for server, slots in zip(servers, [(0, 8191), (8192, 16383)], strict=True):
            with server.client() as client:
                client.execute_command("CLUSTER ADDSLOTSRANGE", *slots)
        with servers[0].client() as client:
            client.execute_command("CLUSTER MEET", "127.0.0.1", servers[1].port, buses[1])
        for server in servers:
            _wait_until(lambda: _cluster_is_ok(server))
        url = f"redis+cluster://127.0.0.1:{servers[0].port},127.0.0.1:{servers[1].port}"
        for _ in range(5):
            works(make_store(url, timeout=5))


def _cluster_is_ok(server: RedisServer) -> bool:
    with server.client() as client:
        state: dict[str, str] = client.cluster("info")
        return state["cluster_state"] == "ok"


def _wait_until(condition: cabc.Callable[[], bool], seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it took too long"
        time.sleep(0.05)


# Failures


def site(url: str, **more: t.Any) -> Erlen:
    place = Place("redis", url, "session:")
    app = place.app(**{"SESSION_STORE_TIMEOUT": 0.5, **more})

    @app.get("/")
    def home() -> str:
        return "home"

    @app.get("/get")
    def get() -> str:
        return str(session.get("n"))

    @app.get("/set/<int:n>")
    def set_(n: int) -> str:
        session["n"] = n
        return "set"

    @app.get("/set/<key>/<int:n>")
    def set_key(key: str, n: int) -> str:
        session[key] = n
        return "set"

    return app


def cookie_from(answer: t.Any) -> str:
    return str(answer.header("Set-Cookie")).partition(";")[0]


def test_a_dead_redis_is_a_503_for_those_who_touch_the_session_only(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    server = RedisServer(tmp_path, "--appendonly", "yes", "--appendfsync", "always")
    app = site(server.url)
    app.logger.setLevel(logging.INFO)
    with running(server), contextlib.closing(store_of(app)):
        cookie = cookie_from(ask(app, "/set/1"))
        server.kill()
        assert ask(app, "/", HTTP_COOKIE=cookie).code == 200
        answer = ask(app, "/get", HTTP_COOKIE=cookie)
        assert (answer.code, answer.header("Retry-After")) == (503, "5")
        [record] = caplog.records
        assert record.levelname == "ERROR"
        assert record.getMessage().startswith("The session could not be read: Redis: Connection")
        caplog.clear()
        assert ask(app, "/set/2").code == 503  # a new session, which cannot be saved
        [record] = caplog.records
        assert "could not be saved" in record.getMessage()
        server.start()
        assert ask(app, "/get", HTTP_COOKIE=cookie).body == b"1"


def test_a_redis_that_hangs_is_waited_for_half_a_second(tmp_path: Path) -> None:
    server = RedisServer(tmp_path)
    app = site(server.url)
    with running(server), contextlib.closing(store_of(app)):
        cookie = cookie_from(ask(app, "/set/1"))
        with server.client() as client:
            client.execute_command("CLIENT PAUSE", 1500)
        started = time.monotonic()
        assert ask(app, "/get", HTTP_COOKIE=cookie).code == 503
        assert 0.4 < time.monotonic() - started < 1.5
        assert ask(app, "/", HTTP_COOKIE=cookie).code == 200
        time.sleep(1.2)
        assert ask(app, "/get", HTTP_COOKIE=cookie).body == b"1"


def test_read_only_serves_those_who_only_look(tmp_path: Path) -> None:
    server = RedisServer(tmp_path, "--appendonly", "yes", "--appendfsync", "always")
    app = site(server.url, SESSION_ON_STORE_ERROR="readonly")
    with running(server), contextlib.closing(store_of(app)):
        cookie = cookie_from(ask(app, "/set/1"))
        server.kill()
        answer = ask(app, "/get", HTTP_COOKIE=cookie)
        assert (answer.code, answer.body) == (200, b"None")
        assert answer.header("Set-Cookie") is None
        assert answer.header("Vary") == "Cookie"
        assert ask(app, "/set/2", HTTP_COOKIE=cookie).code == 503
        server.start()
        assert ask(app, "/get", HTTP_COOKIE=cookie).body == b"1"


def test_the_page_of_the_503_may_look_at_the_session(tmp_path: Path) -> None:
    server = RedisServer(tmp_path)
    app = site(server.url)

    @app.errorhandler(503)
    def sorry(error: Exception) -> tuple[str, int]:
        return f"sorry, {session.get('name', 'stranger')}", 503

    with running(server), contextlib.closing(store_of(app)):
        cookie = cookie_from(ask(app, "/set/1"))
        server.kill()
        answer = ask(app, "/get", HTTP_COOKIE=cookie)
        assert (answer.code, answer.body) == (503, b"sorry, stranger")


class Writers:
    """Threads that set keys of one session, each to ever higher numbers, and note the answers."""

    def __init__(self, app: Erlen, cookie: str, count: int = 4) -> None:
        self._app = app
        self._cookie = cookie
        self._stopped = threading.Event()
        self.confirmed = [0] * count
        self.attempted = [0] * count
        self.failures: list[float] = []
        self.codes: set[int] = set()
        self.last_success = [0.0] * count
        self._threads = [threading.Thread(target=self._run, args=(n,)) for n in range(count)]

    def _run(self, number: int) -> None:
        value = 0
        while not self._stopped.is_set():
            value += 1
            self.attempted[number] = value
            path = f"/set/key-{number}/{value}"
            code = ask(self._app, path, HTTP_COOKIE=self._cookie).code
            self.codes.add(code)
            if code == 200:
                self.confirmed[number] = value
                self.last_success[number] = time.monotonic()
            else:
                self.failures.append(time.monotonic())
                time.sleep(0.01)

    def __enter__(self) -> Writers:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *exc_info: object) -> None:
        self._stopped.set()
        for thread in self._threads:
            thread.join()

    def go_on(self) -> bool:
        """Tell whether all of them have written, and none has failed for a while."""
        failed = max(self.failures, default=0.0)
        now = time.monotonic()
        return now - failed > 0.5 and all(
            success > failed and now - success < 0.5 for success in self.last_success
        )

    def check(self, app: Erlen) -> None:
        """Every value that was confirmed is there, or one that was attempted after it."""
        id = self._cookie.partition("=")[2]
        record = store_of(app).load(id)
        assert record is not None
        loads = make_serializer("msgpack").loads
        for number, confirmed in enumerate(self.confirmed):
            stored = loads(record.fields[f"key-{number}"])
            assert confirmed <= stored <= self.attempted[number]


def test_a_redis_killed_under_load_loses_nothing_it_confirmed(tmp_path: Path) -> None:
    server = RedisServer(tmp_path, "--appendonly", "yes", "--appendfsync", "always")
    app = site(server.url)
    with running(server), contextlib.closing(store_of(app)):
        cookie = cookie_from(ask(app, "/set/1"))
        with Writers(app, cookie) as writers:
            for _ in range(5 if FULL else 2):
                _wait_until(writers.go_on)
                killed = time.monotonic()
                server.kill()
                _wait_until(lambda: bool(writers.failures))
                server.start()
                back = time.monotonic()
                _wait_until(writers.go_on, 5)
                assert all(killed <= failure <= back + 0.6 for failure in writers.failures)
                writers.failures.clear()
        assert writers.codes == {200, 503}
        writers.check(app)


def test_a_failover_by_sentinels_is_over_in_time(tmp_path: Path) -> None:
    master = RedisServer(tmp_path, "--repl-diskless-sync-delay", "0")
    replica = RedisServer(tmp_path, "--replicaof", "127.0.0.1", str(master.port))
    sentinels = [Sentinel(tmp_path, master.port, 2) for _ in range(3)]
    with running(master, replica, *sentinels):
        _wait_until(lambda: _is_watched(sentinels[0]) and _is_in_step(replica))
        hosts = ",".join(f"127.0.0.1:{sentinel.port}" for sentinel in sentinels)
        app = site(f"redis+sentinel://{hosts}/erlen/0")
        with contextlib.closing(store_of(app)):
            cookie = cookie_from(ask(app, "/set/1"))
            with Writers(app, cookie) as writers:
                _wait_until(writers.go_on)
                with master.client() as client:
                    client.wait(1, 1000)
                master.kill()
                killed = time.monotonic()
                _wait_until(lambda: bool(writers.failures))
                _wait_until(writers.go_on, 15)
                took = max(writers.failures) - killed
            assert took < 15
            assert writers.codes == {200, 503}
            assert ask(app, "/get", HTTP_COOKIE=cookie).body == b"1"
            writers.check(app)
            print(f"\n    sentinel failover: the site went on after {took:.1f} s")


def _is_in_step(replica: RedisServer) -> bool:
    with replica.client() as client:
        return bool(client.info("replication")["master_link_status"] == "up")


def _is_watched(sentinel: RedisServer) -> bool:
    """Tell whether the sentinel knows the replica and the two others."""
    with sentinel.client() as client:
        state = client.sentinel_masters()["erlen"]
    return (state["num-slaves"], state["num-other-sentinels"]) == (1, 2)


def test_each_way_to_a_redis_that_is_not_there_fails_with_a_store_error() -> None:
    store = RedisStore(f"redis://127.0.0.1:{free_port()}", make_serializer("msgpack"))
    uses: list[cabc.Callable[[], object]] = [
        store.ping,
        lambda: store.load("id"),
        lambda: store.destroy("id"),
    ]
    for use in uses:
        with pytest.raises(StoreError, match="Redis: ConnectionError"):
            use()
    with pytest.raises(StoreError, match="Redis: ConnectionError"), store.lock("id", timeout=1):
        pass


def test_a_session_of_flask_session_is_loaded_and_destroyed() -> None:
    serializer = make_serializer("msgpack")
    prefix = f"erlen-{secrets.token_hex(6)}:"
    store = RedisStore(f"redis://{address_of('redis')}", serializer, prefix=prefix)
    with contextlib.closing(store):
        for use in (store.load, store.destroy):
            store.client.set(f"{prefix}id", msgspec.msgpack.encode({"a": 1}), ex=60)
            record = use("id")
            assert record is not None
            assert record.fields == {"a": serializer.dumps(1)}
        assert store.load("id") is None


# What is there already


@contextlib.contextmanager
def foreign(**values: int) -> cabc.Iterator[RedisStore]:
    """Give a store with a session that Flask-Session wrote."""
    store = make_store(f"redis://{address_of('redis')}")
    with contextlib.closing(store):
        store.client.set(f"{store._prefix}id", msgspec.msgpack.encode(values), ex=60)
        yield store
        store.client.delete(f"{store._prefix}id")


def interpose(store: RedisStore, command: str, act: cabc.Callable[[], object]) -> None:
    """Let *act* happen once, just before the store sends *command*."""
    client: t.Any = store.client
    send = client.execute_command

    def late(*args: t.Any, **kwargs: t.Any) -> t.Any:
        if args[0] == command:
            client.execute_command = send
            act()
        return send(*args, **kwargs)

    client.execute_command = late


@pytest.mark.parametrize("command", ["GET", "EVALSHA"])
def test_two_that_take_a_session_over_at_once_get_the_same(command: str) -> None:
    with foreign(a=1) as store:
        interpose(store, command, lambda: store.load("id"))
        record = store.load("id")
        assert record is not None
        assert record.fields == {"a": make_serializer("msgpack").dumps(1)}


def test_a_string_that_is_no_session_leads_nowhere() -> None:
    with foreign() as store:
        store.client.set(f"{store._prefix}id", b"\xff what is this")
        assert store.load("id") is None
        assert store.destroy("id") is None


def test_a_session_that_ends_while_it_is_taken_over_is_gone() -> None:
    with foreign(a=1) as store:
        interpose(store, "GET", lambda: store.client.delete(f"{store._prefix}id"))
        assert store.load("id") is None


def test_a_redis_that_goes_away_while_it_is_asked_is_a_store_error(tmp_path: Path) -> None:
    server = RedisServer(tmp_path)
    with running(server), contextlib.closing(make_store(server.url)) as store:
        store.client.set(f"{store._prefix}id", msgspec.msgpack.encode({"a": 1}))
        interpose(store, "GET", server.kill)
        with pytest.raises(StoreError, match="Redis: ConnectionError"):
            store.load("id")


@pytest.mark.parametrize("about", [b"", b"g", b"g soon", b"\xff 0"])
def test_a_hash_that_something_else_spoilt_is_no_session(about: bytes) -> None:
    store = make_store(f"redis://{address_of('redis')}")
    with contextlib.closing(store):
        store.client.hset(f"{store._prefix}id", mapping={b"\0": about, "a": b"1"})
        assert store.load("id") is None
        assert store.destroy("id") is None
        assert store.client.exists(f"{store._prefix}id") == 0
