"""``Session(app)``: Flask-Session's names, its settings, and the sessions that it wrote."""

from __future__ import annotations

import subprocess
import sys
import typing as t
from pathlib import Path

import pytest

from erlen import Erlen, session
from erlen.sessions import ServerSideSessionInterface, Session, register_store
from erlen.sessions.stores import Settings
from erlen.sessions.stores.filesystem import FileSystemStore
from erlen.sessions.stores.memory import MemoryStore
from tests.sessions.load import flask_app
from tests.sessions.places import interface_of, kinds, place_of, store_of
from tests.wsgi import ask


def make_app(**config: t.Any) -> Erlen:
    app = Erlen("extension", static_folder=None, root_path="/")
    app.config.update({"SESSION_TYPE": "memory", **config})
    return app


def test_an_application_factory_uses_init_app() -> None:
    extension = Session()
    first, second = make_app(), make_app()
    extension.init_app(first)
    extension.init_app(second)
    assert store_of(first) is not store_of(second)


@pytest.mark.parametrize("kind", [None, "null"])
def test_without_a_type_it_says_what_to_set(kind: str | None) -> None:
    with pytest.raises(ValueError, match='app.config\\["SESSION_TYPE"\\] = "redis"'):
        Session(make_app(SESSION_TYPE=kind))


@pytest.mark.parametrize(
    "name,value,message",
    [
        ("SESSION_TYPE", "dynamodb", "Unrecognized value for SESSION_TYPE: dynamodb"),
        ("SESSION_ID_LENGTH", 16, "at least 32 random bytes"),
        ("SESSION_SERIALIZATION_FORMAT", "pickle", "it can be 'msgpack' or 'json'"),
        ("SESSION_ON_STORE_ERROR", "ignore", "it can be 'fail' or 'readonly'"),
        ("SESSION_STORE_TIMEOUT", None, "a number of seconds above 0"),
    ],
)
def test_what_cannot_be_honoured_is_refused(name: str, value: t.Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Session(make_app(**{name: value}))


def test_flask_sessions_settings_are_honoured(tmp_path: Path) -> None:
    app = make_app(
        SESSION_TYPE="FileSystem",
        SESSION_FILE_DIR=tmp_path / "kept",
        SESSION_FILE_MODE=0o640,
        SESSION_FILE_THRESHOLD=3,
        SESSION_KEY_PREFIX="shop:",
        SESSION_PERMANENT=False,
        SESSION_ID_LENGTH=48,
    )
    Session(app)
    with app.test_client().session_transaction() as session:
        session["a"] = 1
        assert (len(session.id), session.permanent) == (64, False)
    [file] = (tmp_path / "kept").glob("*.session")
    assert file.stat().st_mode & 0o777 == 0o640


def test_cleanup_after_n_requests_sweeps_now_and_then(tmp_path: Path) -> None:
    app = make_app(SESSION_CLEANUP_N_REQUESTS=1)
    Session(app)
    pruned: list[int] = []

    def prune() -> int:
        pruned.append(1)
        return 1

    store_of(app).prune = prune  # type: ignore[method-assign]
    app.add_url_rule("/", "home", lambda: "home")
    for _ in range(30):
        ask(app, "/")
    assert len(pruned) > 0


def test_cleanup_after_n_requests_leaves_most_requests_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    app = make_app(SESSION_CLEANUP_N_REQUESTS=3)
    Session(app)
    pruned: list[int] = []
    monkeypatch.setattr(store_of(app), "prune", lambda: pruned.append(1))
    draws = iter([1, 0, 2])
    monkeypatch.setattr("random.randrange", lambda stop: next(draws))
    app.add_url_rule("/", "home", lambda: "home")
    assert [ask(app, "/").code for _ in range(3)] == [200] * 3
    assert pruned == [1]


def test_signing_needs_a_secret_key_and_says_so() -> None:
    app = make_app(SESSION_USE_SIGNER=True)
    Session(app)
    with pytest.raises(RuntimeError, match="SESSION_USE_SIGNER needs a SECRET_KEY"):
        with app.test_client().session_transaction() as session:
            session["a"] = 1


def test_an_application_starts_while_its_store_is_down() -> None:
    for settings in (
        {"SESSION_TYPE": "redis", "SESSION_REDIS": "redis://127.0.0.1:1"},
        {"SESSION_TYPE": "sqlalchemy", "SESSION_SQLALCHEMY": "mysql+pymysql://r@127.0.0.1:1/x"},
        {"SESSION_TYPE": "memcached", "SESSION_MEMCACHED": "127.0.0.1:1"},
        {"SESSION_TYPE": "mongodb", "SESSION_MONGODB": "mongodb://127.0.0.1:1"},
    ):
        app = make_app(**settings)
        Session(app)
        app.add_url_rule("/", "home", lambda: "home")
        app.add_url_rule("/get", "get", lambda: str(session.get("a")))
        app.logger.disabled = True
        cookie = f"session={'x' * 43}"
        assert ask(app, "/", HTTP_COOKIE=cookie).code == 200
        answer = ask(app, "/get", HTTP_COOKIE=cookie)
        assert (answer.code, answer.header("Retry-After")) == (503, "5")
        store_of(app).close()


# Stores of your own


class Kept(MemoryStore):
    @classmethod
    def from_settings(cls, settings: Settings) -> Kept:
        return cls()


def test_a_store_of_your_own_is_registered_in_one_line() -> None:
    register_store("kept", Kept.from_settings)
    app = make_app(SESSION_TYPE="kept")
    Session(app)
    assert type(store_of(app)) is Kept


def test_a_store_can_be_the_type_itself() -> None:
    store = Kept()
    app = make_app(SESSION_TYPE=store)
    Session(app)
    assert store_of(app) is store


# What is imported


def run(program: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


CLIENTS = ["redis", "valkey", "sqlalchemy", "pymemcache", "pymongo", "cachelib", "msgspec"]


def test_importing_session_imports_no_client() -> None:
    program = (
        "import sys; from erlen.sessions import Session;"
        f" print([name for name in {CLIENTS!r} if name in sys.modules])"
    )
    assert run(program) == "[]"


def test_importing_everything_needs_no_client_either() -> None:
    program = (
        "import sys; sys.modules['msgspec'] = None; from erlen.sessions import *;"
        f" print([name for name in {CLIENTS!r} if sys.modules.get(name)], Session.__name__)"
    )
    assert run(program) == "[] Session"


def test_cookie_sessions_import_nothing_of_this() -> None:
    program = (
        "import sys, erlen;"
        " print([name for name in sys.modules if name.startswith('erlen.sessions.') and"
        " name.split('.')[2] in ('extension', 'server', 'record', 'stores', 'serialization')])"
    )
    assert run(program) == "[]"


def test_a_name_that_is_not_there_is_an_attribute_error() -> None:
    import erlen.sessions

    with pytest.raises(AttributeError, match="'erlen.sessions' has no attribute 'Sesion'"):
        erlen.sessions.Sesion


def test_a_missing_msgspec_is_named_with_what_installs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "msgspec", None)
    monkeypatch.delitem(sys.modules, "erlen.sessions.serialization", raising=False)
    with pytest.raises(RuntimeError, match=r"'msgspec'.*pip install 'erlen\[sessions\]'"):
        Session(make_app())


def test_a_missing_client_is_named_with_what_installs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pymongo", None)
    monkeypatch.delitem(sys.modules, "erlen.sessions.stores.mongodb", raising=False)
    with pytest.raises(RuntimeError, match=r"pymongo.*pip install 'erlen\[mongodb\]'"):
        Session(make_app(SESSION_TYPE="mongodb"))


# What Flask-Session wrote

WRITTEN = {"user": "ann", "list": [1, {"a": None}], "float": 1.5}


@pytest.mark.parametrize("format", ["msgpack", "json"])
@pytest.mark.parametrize("kind", kinds("redis", "sqlite", "memcached", "mongodb", "cachelib"))
def test_sessions_that_flask_session_wrote_are_read_and_changed(
    kind: str, format: str, tmp_path: Path
) -> None:
    with place_of(kind, tmp_path) as place:
        old = flask_app(place, SESSION_SERIALIZATION_FORMAT=format)
        with old.test_request_context():
            interface = old.session_interface
            written = interface.session_class({**WRITTEN, "_permanent": True}, sid="s" * 43)
            lifetime = old.permanent_session_lifetime
            interface._upsert_session(lifetime, written, interface._get_store_id("s" * 43))
        if hasattr(getattr(interface, "client", None), "close"):
            interface.client.close()
        app = place.app(SESSION_SERIALIZATION_FORMAT=format)
        client = app.test_client()
        client.set_cookie("session", "s" * 43)
        for turn in range(3):
            with client.session_transaction() as session:
                assert session.id == "s" * 43
                assert dict(session) == {
                    **WRITTEN,
                    "_permanent": True,
                    **({"n": 1} if turn else {}),
                }
                session["n"] = 1
        with client.session_transaction() as session:
            session.regenerate()
        with client.session_transaction() as session:
            assert session.id != "s" * 43
            assert session["user"] == "ann"
        assert store_of(app).load("s" * 43) is None
        store_of(app).close()


def test_a_legacy_session_can_be_destroyed_at_once(tmp_path: Path) -> None:
    with place_of("sqlite", tmp_path) as place:
        app = place.app()
        assert store_of(app).destroy("s" * 43) is None
        store_of(app).close()


def test_pickles_are_not_read(tmp_path: Path) -> None:
    import pickle

    app = make_app()
    Session(app)
    store = FileSystemStore(tmp_path, interface_of(app).serializer)
    path = store._path("x" * 43)
    path.write_bytes(pickle.dumps({"user": "ann"}))
    import os

    os.utime(path, (2**32, 2**32))
    assert store.load("x" * 43) is None


def test_the_interface_is_of_the_documented_class() -> None:
    app = make_app()
    Session(app)
    assert isinstance(app.session_interface, ServerSideSessionInterface)
