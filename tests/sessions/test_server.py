"""Server-side sessions as a browser and a view see them."""

from __future__ import annotations

import collections.abc as cabc
import contextlib
import datetime as dt
import secrets
import time
import typing as t
import uuid
from pathlib import Path

import pytest
from markupsafe import Markup
from werkzeug.wrappers import Request as WerkzeugRequest

from erlen import Erlen, request, session
from erlen.globals import request_ctx
from erlen.sessions import (
    ServerSideSession,
    ServerSideSessionInterface,
    SessionInterface,
    SessionTooLarge,
    UnstorableValue,
)
from erlen.sessions.stores.memory import MemoryStore
from erlen.testing import FlaskClient
from tests.sessions.browsing import answers
from tests.sessions.places import Place, interface_of, kinds, place_of, store_of

VALUES: dict[str, t.Any] = {
    "text": "ß ✓",
    "number": -(2**70),
    "float": 0.1,
    "none": None,
    "bytes": b"\0\xff",
    "tuple": (1, (2, [3])),
    "set": {1, "a", (2, 3)},
    "frozenset": frozenset({1}),
    "datetime": dt.datetime(2026, 1, 2, 3, 4, 5, 678901, tzinfo=dt.UTC),
    "naive": dt.datetime(2026, 1, 2, 3, 4),
    "date": dt.date(2026, 1, 2),
    "time": dt.time(3, 4, 5),
    "timedelta": dt.timedelta(days=-1, microseconds=3),
    "uuid": uuid.UUID(int=7),
    "markup": Markup("<b>"),
    "dict": {"a": {1: (2,), "b": b"c"}, (1, 2): None},
    "$tag": {"$tuple": [1]},
}


@pytest.fixture(params=["msgpack", "json"])
def format(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def app() -> Erlen:
    app = Place("memory", "", "session:").app()
    app.secret_key = "a key of thirty-two characters.."
    app.testing = True
    _add_views(app)
    return app


def _add_views(app: Erlen) -> None:
    @app.get("/")
    def untouched() -> str:
        return "untouched"

    @app.get("/get/<key>")
    def get(key: str) -> str:
        return repr(session.get(key))

    @app.get("/set/<key>/<value>")
    def set_(key: str, value: str) -> str:
        session[key] = value
        return "set"

    @app.get("/append/<value>")
    def append(value: str) -> str:
        session.setdefault("list", [])
        session["list"].append({"value": [value]})
        return "appended"

    @app.get("/change/<value>")
    def change_inside(value: str) -> str:
        session["list"][0]["value"][0] = value
        return "changed"

    @app.get("/login/<name>")
    def login(name: str) -> str:
        session.regenerate()
        session["user"] = name
        return "welcome"

    @app.get("/clear")
    def clear() -> str:
        session.clear()
        return "bye"

    @app.get("/logout")
    def logout() -> str:
        session.destroy()
        return "bye"


@pytest.fixture
def client(app: Erlen) -> FlaskClient:
    return app.test_client()


def records(app: Erlen) -> dict[str, t.Any]:
    store = store_of(app)
    assert isinstance(store, MemoryStore)
    return store._records


def cookie_of(client: FlaskClient) -> str | None:
    cookie = client.get_cookie("session")
    return None if cookie is None else cookie.value


class Trips:
    """Counts what a store is asked for from outside."""

    def __init__(self, store: t.Any) -> None:
        self.calls: list[str] = []
        self._is_inside = False
        for name in ("load", "apply", "destroy", "touch", "lock"):
            self._watch(store, name)

    def _watch(self, store: t.Any, name: str) -> None:
        method = getattr(store, name)

        def counted(*args: t.Any, **kwargs: t.Any) -> t.Any:
            if self._is_inside:
                return method(*args, **kwargs)
            self.calls.append(name)
            self._is_inside = True
            try:
                return method(*args, **kwargs)
            finally:
                self._is_inside = False

        setattr(store, name, counted)


# What is kept


def test_every_kind_of_value_comes_back_as_it_was(format: str) -> None:
    app = Place("memory", "", "session:").app(SESSION_SERIALIZATION_FORMAT=format)
    client = app.test_client()
    with client.session_transaction() as session:
        session.update(VALUES)
    with client.session_transaction() as session:
        assert {key: session[key] for key in VALUES} == VALUES
        assert {key: type(session[key]) for key in VALUES} == {
            key: type(value) for key, value in VALUES.items()
        }


def test_looking_at_values_changes_nothing(format: str) -> None:
    app = Place("memory", "", "session:").app(SESSION_SERIALIZATION_FORMAT=format)
    client = app.test_client()
    with client.session_transaction() as session:
        session.update(VALUES)
    trips = Trips(store_of(app))
    with client.session_transaction() as session:
        dict(session)
        assert not session.modified
    assert trips.calls == ["load"]


def test_what_one_format_wrote_is_read_under_the_other(format: str) -> None:
    app = Place("memory", "", "session:").app(SESSION_SERIALIZATION_FORMAT=format)
    other = Place("memory", "", "session:").app(
        SESSION_SERIALIZATION_FORMAT="json" if format == "msgpack" else "msgpack"
    )
    interface_of(other).store = store_of(app)
    client, second = app.test_client(), other.test_client()
    with client.session_transaction() as session:
        session.update(VALUES, digit=7, thirty_two=32)
    second.set_cookie("session", t.cast(str, cookie_of(client)))
    with second.session_transaction() as session:
        assert dict(session) == {**VALUES, "digit": 7, "thirty_two": 32, "_permanent": True}


def test_an_object_that_cannot_be_kept_is_named(client: FlaskClient) -> None:
    with pytest.raises(UnstorableValue, match=r"session\['thing'\].*of type .*builtins.object"):
        with client.session_transaction() as session:
            session["thing"] = [object()]


def test_a_key_that_is_no_string_is_refused(client: FlaskClient) -> None:
    with pytest.raises(TypeError, match="keys of a session are strings; 1 is of type int"):
        with client.session_transaction() as session:
            session[1] = "one"  # type: ignore[index]


def test_a_session_that_is_too_large_is_refused_with_its_largest_values(app: Erlen) -> None:
    interface_of(app).max_size = 1000
    client = app.test_client()
    with pytest.raises(SessionTooLarge, match=r"SESSION_MAX_SIZE allows 1,000.*'big' 9"):
        with client.session_transaction() as session:
            session["small"] = 1
            session["big"] = "x" * 990
    assert records(app) == {}


# Trips and cookies


def test_an_untouched_session_costs_no_trip(app: Erlen, client: FlaskClient) -> None:
    client.get("/set/a/1")
    trips = Trips(store_of(app))
    response = client.get("/")
    assert trips.calls == []
    assert "Set-Cookie" not in response.headers
    assert "Vary" not in response.headers


def test_reading_takes_one_trip_and_writing_one_more(app: Erlen, client: FlaskClient) -> None:
    client.get("/set/a/1")
    trips = Trips(store_of(app))
    assert client.get("/get/a").text == "'1'"
    assert trips.calls == ["load"]
    client.get("/set/b/2")
    assert trips.calls == ["load", "load", "apply"]


def test_a_browser_without_a_cookie_costs_no_trip_to_read(app: Erlen) -> None:
    trips = Trips(store_of(app))
    response = app.test_client().get("/get/a")
    assert trips.calls == []
    assert "Set-Cookie" not in response.headers
    assert response.headers["Vary"] == "Cookie"


def test_the_cookie_is_an_id_of_256_bits_and_has_the_flags(app: Erlen) -> None:
    app.config.update(SESSION_COOKIE_SECURE=True, SESSION_COOKIE_SAMESITE="Lax")
    header = app.test_client().get("/set/a/1").headers["Set-Cookie"]
    value, _, attributes = header.partition("; ")
    assert len(value.removeprefix("session=")) == 43
    assert "Secure; HttpOnly; Path=/; SameSite=Lax" in attributes
    assert "Expires=" in attributes
    assert list(records(app)) == [value.removeprefix("session=")]


def test_a_session_that_is_not_permanent_ends_with_the_browser() -> None:
    app = Place("memory", "", "session:").app(SESSION_PERMANENT=False)
    _add_views(app)
    header = app.test_client().get("/set/a/1").headers["Set-Cookie"]
    assert "Expires" not in header


def test_the_cookie_is_not_sent_again_while_nothing_about_it_changes(client: FlaskClient) -> None:
    client.get("/set/a/1")
    assert "Set-Cookie" not in client.get("/set/a/2").headers
    assert "Set-Cookie" not in client.get("/get/a").headers


def test_reading_extends_the_life_once_a_tenth_of_it_has_passed(
    app: Erlen, client: FlaskClient
) -> None:
    client.get("/set/a/1")
    ((id, record),) = records(app).items()
    record.expires -= app.permanent_session_lifetime.total_seconds() * 0.2
    trips = Trips(store_of(app))
    header = client.get("/get/a").headers["Set-Cookie"]
    assert trips.calls == ["load", "touch"]
    assert header.startswith(f"session={id}; Expires=")
    left = records(app)[id].expires - time.time()
    assert left == pytest.approx(app.permanent_session_lifetime.total_seconds(), abs=5)


def test_reading_extends_nothing_when_it_shall_not(app: Erlen, client: FlaskClient) -> None:
    app.config["SESSION_REFRESH_EACH_REQUEST"] = False
    client.get("/set/a/1")
    ((_, record),) = records(app).items()
    record.expires -= app.permanent_session_lifetime.total_seconds() * 0.2
    assert "Set-Cookie" not in client.get("/get/a").headers
    assert "Set-Cookie" in client.get("/set/a/2").headers


def test_a_slow_reader_does_not_put_a_replaced_id_back(app: Erlen, client: FlaskClient) -> None:
    client.get("/set/a/1")
    ((_, record),) = records(app).items()
    record.expires -= app.permanent_session_lifetime.total_seconds() * 0.5

    def read_slowly() -> t.Any:
        with app.test_request_context("/", headers={"Cookie": f"session={cookie_of(client)}"}):
            assert session["a"] == "1"
            client.get("/login/ann")
            return app.process_response(app.make_response("done"))

    assert "Set-Cookie" not in read_slowly().headers


def test_settings_that_change_are_noticed(app: Erlen, client: FlaskClient) -> None:
    client.get("/set/a/1")
    app.config["SESSION_COOKIE_NAME"] = "other"
    assert client.get("/get/a").text == "None"
    app.config["SESSION_COOKIE_NAME"] = "session"
    app.permanent_session_lifetime = dt.timedelta(days=100)
    assert "Set-Cookie" in client.get("/get/a").headers


def test_a_setting_that_changes_while_the_others_are_read_is_noticed(
    app: Erlen, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    read_name = SessionInterface.get_cookie_name

    def change_after(self: SessionInterface, app: Erlen) -> str:
        name = read_name(self, app)
        app.config["SESSION_COOKIE_NAME"] = "other"  # as another thread may do
        return name

    monkeypatch.setattr(SessionInterface, "get_cookie_name", change_after)
    assert "other=" in client.get("/set/a/1").headers["Set-Cookie"]
    assert client.get("/get/a").text == "'1'"


def test_the_request_may_be_one_of_werkzeugs(app: Erlen, client: FlaskClient) -> None:
    client.get("/set/a/1")
    asked: t.Any = WerkzeugRequest({"HTTP_COOKIE": f"session={cookie_of(client)}"})
    opened: t.Any = app.session_interface.open_session(app, asked)
    assert opened["a"] == "1"


def test_a_cookie_name_that_is_worked_out_is_asked_for_each_time() -> None:
    class Named(ServerSideSessionInterface):
        def get_cookie_name(self, app: Erlen) -> str:
            return str(request.args["name"])

    app = Place("memory", "", "session:").app()
    _add_views(app)
    interface = interface_of(app)
    app.session_interface = Named(app, interface.store, interface.serializer)
    client = app.test_client()
    assert "ann=" in client.get("/set/a/1?name=ann").headers["Set-Cookie"]
    assert client.get("/get/a?name=bob").text == "None"
    assert client.get("/get/a?name=ann").text == "'1'"


@pytest.mark.parametrize(
    "header", ["session={}", "a=b; session={}", "session={}; a=b", "session = {}"]
)
def test_the_cookie_is_found_among_others(app: Erlen, client: FlaskClient, header: str) -> None:
    client.get("/set/a/1")
    cookies = header.format(cookie_of(client))
    answer = app.test_client(use_cookies=False).get("/get/a", headers={"Cookie": cookies})
    assert answer.text == "'1'"


# Changes


def test_changes_inside_of_values_are_noticed(client: FlaskClient) -> None:
    client.get("/append/a")
    client.get("/append/b")
    client.get("/change/c")
    assert client.get("/get/list").text == "[{'value': ['c']}, {'value': ['b']}]"


def test_a_session_behaves_like_a_dict(app: Erlen) -> None:
    with app.test_request_context():
        session.update(a=1, b=[2])
        assert session == {"a": 1, "b": [2], "_permanent": True}
        assert session.pop("a") == 1
        assert session.pop("a", None) is None
        assert session.setdefault("c", 3) == 3
        assert sorted(session) == ["_permanent", "b", "c"]
        assert (len(session), "c" in session, "a" in session) == (3, True, False)
        assert (session | {"d": 4})["d"] == 4  # type: ignore[operator]
        with pytest.raises(KeyError):
            del session["a"]
        session.clear()
        assert dict(session) == {"_permanent": True}
        assert not session


def test_an_emptied_session_is_removed_and_its_cookie_too(app: Erlen, client: FlaskClient) -> None:
    client.get("/set/a/1")
    header = client.get("/clear").headers["Set-Cookie"]
    assert header.startswith("session=; Expires=Thu, 01 Jan 1970")
    assert records(app) == {}


def test_a_change_to_a_session_that_ended_meanwhile_is_dropped(
    app: Erlen, client: FlaskClient
) -> None:
    client.get("/set/user/ann")
    late = app.test_client()
    late.set_cookie("session", t.cast(str, cookie_of(client)))
    with late.session_transaction() as slow:
        slow["cart"] = [1]
        client.get("/logout")
    assert records(app) == {}
    assert late.get("/get/user").text == "None"


# Security


def test_an_id_that_the_server_did_not_issue_is_never_adopted(app: Erlen) -> None:
    client = app.test_client()
    planted = secrets.token_urlsafe(32)
    client.set_cookie("session", planted)
    client.get("/set/a/1")
    assert cookie_of(client) != planted
    assert planted not in records(app)


@pytest.mark.parametrize("text", ["short", "x" * 300, "a/../../etc/passwd-and-more", "ä" * 43, "*"])
def test_what_cannot_be_an_id_is_not_looked_up(app: Erlen, text: str) -> None:
    trips = Trips(store_of(app))
    client = app.test_client()
    client.set_cookie("session", text)
    assert client.get("/get/a").text == "None"
    assert trips.calls == []


def test_regenerating_gives_a_new_id_and_drops_the_old_one(app: Erlen, client: FlaskClient) -> None:
    client.get("/set/cart/full")
    old = cookie_of(client)
    client.get("/login/ann")
    new = cookie_of(client)
    assert new != old
    assert list(records(app)) == [new]
    assert client.get("/get/cart").text == "'full'"
    assert client.get("/get/user").text == "'ann'"


def test_regenerating_takes_what_others_changed_meanwhile_along(
    app: Erlen, client: FlaskClient
) -> None:
    client.get("/set/cart/empty")
    other = app.test_client()
    other.set_cookie("session", t.cast(str, cookie_of(client)))
    with client.session_transaction() as session:
        session["user"] = "ann"
        session.regenerate()
        other.get("/set/cart/full")
    assert client.get("/get/cart").text == "'full'"


def test_regenerating_a_session_that_was_destroyed_brings_none_of_it_back(
    app: Erlen, client: FlaskClient
) -> None:
    client.get("/set/user/ann")
    other = app.test_client()
    other.set_cookie("session", t.cast(str, cookie_of(client)))
    with client.session_transaction() as session:
        session["colour"] = "red"
        interface_of(app).regenerate(t.cast(ServerSideSession, session))
        other.get("/logout")
    assert client.get("/get/user").text == "None"
    assert client.get("/get/colour").text == "'red'"


def test_what_is_put_into_a_destroyed_session_begins_a_new_one(
    app: Erlen, client: FlaskClient
) -> None:
    client.get("/set/user/ann")
    old = cookie_of(client)
    with client.session_transaction() as session:
        session.destroy()
        assert records(app) == {}  # at once
        session["message"] = "see you"
    assert cookie_of(client) not in (None, old)
    assert client.get("/get/user").text == "None"
    assert client.get("/get/message").text == "'see you'"


def test_a_signed_id_is_accepted_and_a_forged_one_not_looked_up() -> None:
    app = Place("memory", "", "session:").app(SESSION_USE_SIGNER=True)
    app.secret_key = "a key of thirty-two characters.."
    _add_views(app)
    client = app.test_client()
    client.get("/set/a/1")
    assert client.get("/get/a").text == "'1'"
    id, dot, signature = t.cast(str, cookie_of(client)).partition(".")
    assert dot
    trips = Trips(store_of(app))
    for forged in (id, f"{id}.{signature[::-1]}"):
        client.set_cookie("session", forged)
        assert client.get("/get/a").text == "None"
    assert trips.calls == []


def test_signed_ids_survive_a_new_secret_key() -> None:
    app = Place("memory", "", "session:").app(SESSION_USE_SIGNER=True)
    app.secret_key = "an old key of thirty-two letters"
    _add_views(app)
    client = app.test_client()
    client.get("/set/a/1")
    app.config["SECRET_KEY_FALLBACKS"] = [app.secret_key]
    app.secret_key = "a new key of thirty-two letters."
    assert client.get("/get/a").text == "'1'"


# The lock


@pytest.fixture(params=kinds("memory", "redis", "postgresql", "mariadb", "memcached"))
def locking(request: pytest.FixtureRequest, tmp_path: Path) -> cabc.Iterator[Erlen]:
    with place_of(request.param, tmp_path) as place:
        app = place.app()
        _add_views(app)
        with contextlib.closing(store_of(app)):
            yield app


def two_clients(app: Erlen) -> tuple[FlaskClient, FlaskClient]:
    first, second = app.test_client(), app.test_client()
    first.get("/set/n/0")
    second.set_cookie("session", t.cast(str, cookie_of(first)))
    return first, second


def test_entering_the_lock_reads_the_session_again(locking: Erlen) -> None:
    first, second = two_clients(locking)
    with first.session_transaction() as session:
        assert session["n"] == "0"
        session["before"] = "kept"
        second.get("/set/n/1")
        with session.lock(timeout=5):
            assert session["n"] == "1"
            session["n"] += "2"
        assert second.get("/get/n").text == "'12'"
        assert second.get("/get/before").text == "'kept'"


def test_an_exception_drops_what_was_changed_under_the_lock(locking: Erlen) -> None:
    first, second = two_clients(locking)
    with first.session_transaction() as session:
        session["before"] = "kept"
        with pytest.raises(ZeroDivisionError), session.lock():
            session["n"] = "9"
            del session["before"]
            1 / 0
    assert second.get("/get/n").text == "'0'"
    assert second.get("/get/before").text == "'kept'"


def test_the_lock_can_be_taken_within_itself_and_for_a_new_session(locking: Erlen) -> None:
    client = locking.test_client()
    for _ in range(2):  # at first new, then stored
        with client.session_transaction() as session:
            with session.lock(), session.lock():
                session["n"] = session.get("n", 0) + 1
    assert client.get("/get/n").text == "2"


def test_a_session_destroyed_before_the_lock_is_empty_under_it(locking: Erlen) -> None:
    first, second = two_clients(locking)
    with first.session_transaction() as session:
        assert session["n"] == "0"
        second.get("/logout")
        with session.lock():
            assert "n" not in session
            session["late"] = 1
    assert second.get("/get/late").text == "None"
    assert first.get("/get/late").text == "None"


@pytest.mark.parametrize("changed", [False, True])
def test_a_session_destroyed_under_its_own_lock_stays_dead(locking: Erlen, changed: bool) -> None:
    first, second = two_clients(locking)
    with first.session_transaction() as session:
        if changed:
            session["n"] = "1"
        with session.lock():
            session.destroy()
    assert second.get("/get/n").text == "None"


# Texts that need no response object


def test_a_text_is_answered_as_a_response_with_it_is(app: Erlen, client: FlaskClient) -> None:
    paths = ("/get/a", "/set/a/1", "/get/a", "/append/x", "/change/y", "/login/me", "/logout")
    random_or_date = r"=[\w-]{43}|Expires=[^;]*"
    quick = answers(client, paths, without=random_or_date)
    app._plans().save_apart = None
    assert answers(app.test_client(), paths, without=random_or_date) == quick


def test_an_interface_that_saves_otherwise_is_asked(app: Erlen, client: FlaskClient) -> None:
    class Interface(ServerSideSessionInterface):
        def save_session(self, app: t.Any, session: t.Any, response: t.Any) -> None:
            response.headers["X-Saved"] = "by the class"

    client.get("/set/a/1")
    old = interface_of(app)
    old.save_session = lambda app, session, response: response.headers.set("X-Saved", "it")  # type: ignore[method-assign]
    assert client.get("/get/a").headers["X-Saved"] == "it"
    app.session_interface = Interface(app, old.store, old.serializer)
    assert client.get("/get/a").headers["X-Saved"] == "by the class"


def test_an_interface_may_say_by_itself_what_is_not_saved(app: Erlen, client: FlaskClient) -> None:
    interface_of(app).is_null_session = lambda obj: True  # type: ignore[method-assign]
    assert "Set-Cookie" not in client.get("/set/a/1").headers


def test_what_stands_for_a_session_is_not_saved(app: Erlen, client: FlaskClient) -> None:
    @app.get("/null")
    def null() -> str:
        t.cast(t.Any, request_ctx).session = app.session_interface.make_null_session(app)
        return "null"

    assert "Vary" not in client.get("/null").headers


def test_a_change_that_only_replaces_is_measured_as_what_is_left(app: Erlen) -> None:
    interface_of(app).max_size = 1000
    client = app.test_client()
    for text in ("x" * 900, "y" * 900):
        with client.session_transaction() as session:
            session["text"] = text
    with pytest.raises(SessionTooLarge, match="has 1,0"), client.session_transaction() as session:
        session["more"] = "z" * 100


def test_a_kept_session_that_becomes_permanent_is_sent_again_with_a_date(app: Erlen) -> None:
    @app.get("/permanent")
    def permanent() -> str:
        session.permanent = True
        return "permanent"

    client = app.test_client()
    client.get("/set/a/1")
    assert "Expires=" in client.get("/permanent").headers["Set-Cookie"]


def test_a_save_session_put_on_the_class_is_called_for_texts(
    app: Erlen, monkeypatch: pytest.MonkeyPatch
) -> None:
    saved: list[t.Any] = []

    def save_session(self: t.Any, app: t.Any, session: t.Any, response: t.Any) -> None:
        saved.append(session["a"])

    client = app.test_client()
    client.get("/set/a/1")
    monkeypatch.setattr(ServerSideSessionInterface, "save_session", save_session)
    client.get("/set/a/2")
    assert saved == ["2"]
