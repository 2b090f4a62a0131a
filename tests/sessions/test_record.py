"""The session object of a store: a dict, and what it remembers."""

from __future__ import annotations

import enum
import typing as t
import uuid

import pytest
from markupsafe import Markup

from erlen import Erlen
from erlen.sessions import ServerSideSession, UnstorableValue
from erlen.sessions.serialization import make_serializer
from erlen.sessions.stores import Change, Record
from erlen.testing import FlaskClient
from tests.sessions.places import Place, interface_of, store_of


@pytest.fixture
def app() -> Erlen:
    return Place("memory", "", "session:").app()


@pytest.fixture
def client(app: Erlen) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def fresh(app: Erlen) -> ServerSideSession:
    """Return a session that nobody has stored, with nothing in it."""
    return ServerSideSession(interface_of(app), "x" * 43, None)


def store(client: FlaskClient, **values: t.Any) -> None:
    with client.session_transaction() as session:
        session.update(values)


def stored(client: FlaskClient) -> dict[str, t.Any]:
    with client.session_transaction() as session:
        return {key: value for key, value in session.items() if key != "_permanent"}


# What a dict does


def test_it_is_joined_with_dicts_as_a_dict_is(fresh: ServerSideSession) -> None:
    fresh["a"] = 1
    same = fresh
    fresh |= {"b": 2}
    assert fresh is same
    assert fresh.copy() == {"a": 1, "b": 2}
    assert fresh | {"a": 3} == {"a": 3, "b": 2}
    assert {"a": 3} | fresh == {"a": 1, "b": 2}


def test_a_copy_is_a_dict_that_the_session_knows_nothing_of(fresh: ServerSideSession) -> None:
    fresh["a"] = 1
    copy = fresh.copy()
    copy["a"] = 2
    assert type(copy) is dict
    assert fresh["a"] == 1


def test_its_repr_shows_the_values_and_not_the_id(fresh: ServerSideSession) -> None:
    fresh["a"] = 1
    assert repr(fresh) == "<ServerSideSession {'a': 1}>"


def test_a_key_that_begins_with_a_zero_byte_is_refused(fresh: ServerSideSession) -> None:
    with pytest.raises(ValueError, match=r"cannot begin with a zero byte: '\\x00a'"):
        fresh["\0a"] = 1
    assert not fresh.modified


@pytest.mark.parametrize("key", [Markup("a"), enum.StrEnum("Key", "A").A])  # type: ignore[attr-defined]
def test_a_key_that_is_a_string_among_other_things_is_kept_as_one(
    fresh: ServerSideSession, key: str
) -> None:
    fresh[key] = 1
    assert fresh[key] == fresh["a"] == 1
    assert [type(key) for key in fresh] == [str]


def test_clearing_what_says_nothing_of_permanence_leaves_nothing(fresh: ServerSideSession) -> None:
    fresh["a"] = 1
    fresh.clear()
    assert dict(fresh) == {}
    assert fresh.modified


# What a session does


def test_it_is_new_until_it_is_stored(client: FlaskClient) -> None:
    with client.session_transaction() as session:
        assert session.new
        session["a"] = 1
    with client.session_transaction() as session:
        assert not session.new


def test_its_id_has_flask_sessions_name_too(fresh: ServerSideSession) -> None:
    assert fresh.sid == fresh.id == "x" * 43


def test_it_is_modified_when_something_was_done_or_somebody_says_so(
    fresh: ServerSideSession,
) -> None:
    assert not fresh.modified
    fresh.modified = True
    assert fresh.modified
    fresh.modified = False
    fresh["a"] = 1
    assert fresh.modified


def test_regenerating_twice_destroys_what_is_stored_under_the_first_id(
    app: Erlen, client: FlaskClient
) -> None:
    store(client, a=1)
    with client.session_transaction() as session:
        first = session.id
        session.regenerate()
        second = session.id
        session.regenerate()
        assert len({first, second, session.id}) == 3
    assert store_of(app).load(first) is store_of(app).load(second) is None
    assert stored(client) == {"a": 1}


def test_regenerating_a_session_that_is_not_stored_only_changes_the_id(
    fresh: ServerSideSession,
) -> None:
    fresh.regenerate()
    assert fresh.id != "x" * 43
    assert not fresh.modified


def test_regenerating_leaves_behind_what_was_deleted(client: FlaskClient) -> None:
    store(client, a=1, b=2)
    with client.session_transaction() as session:
        del session["a"]
        session.regenerate()
    assert stored(client) == {"b": 2}


def test_regenerating_a_session_with_nothing_left_ends_it(app: Erlen, client: FlaskClient) -> None:
    store(client, a=1)
    with client.session_transaction() as session:
        old = session.id
        del session["a"]
        session.regenerate()
    assert store_of(app).load(old) is None
    assert client.get_cookie("session") is None


def test_destroying_a_session_that_is_not_stored_costs_no_trip(
    app: Erlen, client: FlaskClient
) -> None:
    asked: list[str] = []
    store_of(app).destroy = asked.append  # type: ignore[method-assign,assignment]
    with client.session_transaction() as session:
        session["a"] = 1
        old = session.id
        session.destroy()
        assert session.id != old
    assert asked == []
    assert client.get_cookie("session") is None


def test_what_is_destroyed_is_not_permanent_unless_new_sessions_are() -> None:
    client = Place("memory", "", "session:").app(SESSION_PERMANENT=False).test_client()
    store(client, a=1)
    with client.session_transaction() as session:
        session.destroy()
        assert dict(session) == {}


# What was done to it


def test_a_value_that_was_looked_at_and_deleted_or_set_anew_is_not_compared(
    client: FlaskClient,
) -> None:
    store(client, gone=[1], other=[1])
    with client.session_transaction() as session:
        session["gone"].append(2)
        session["other"].append(2)
        del session["gone"]
        session["other"] = [3]
    assert stored(client) == {"other": [3]}


def test_a_deletion_alone_is_saved(client: FlaskClient) -> None:
    store(client, a=1, b=2)
    with client.session_transaction() as session:
        del session["a"]
    assert stored(client) == {"b": 2}


@pytest.mark.parametrize("value", [[1, 2], [True, 2], [1.0, 2], (1, 2), [1, "2"]])
def test_a_change_of_type_alone_is_noticed(client: FlaskClient, value: t.Any) -> None:
    for before in ([[1, 2]], [{1, 2}]):
        store(client, a=before)
        with client.session_transaction() as session:
            session["a"][0] = value
        assert repr(stored(client)["a"]) == repr([value])


def test_another_order_of_a_dict_is_a_change_and_one_of_a_set_is_none(client: FlaskClient) -> None:
    store(client, a={"x": 1, "y": 2}, b=[{"x", "y", "z"}])
    with client.session_transaction() as session:
        session["a"]["x"] = session["a"].pop("x")
        session["b"][0] = set("zyx")
        assert list(t.cast(ServerSideSession, session)._sets()) == ["a"]
    assert list(stored(client)["a"]) == ["y", "x"]


def test_reading_what_was_written_in_the_other_format_is_no_change(
    app: Erlen, client: FlaskClient
) -> None:
    store(client, a=[1, {"b": (2,)}])
    interface_of(app).serializer = make_serializer("json")
    with client.session_transaction() as session:
        assert session["a"] == [1, {"b": (2,)}]
        assert not session.modified
        session["a"].append(3)
        assert session.modified
    assert stored(client) == {"a": [1, {"b": (2,)}, 3]}


def test_what_cannot_be_kept_is_named_also_where_it_came_inside(client: FlaskClient) -> None:
    store(client, things=[])
    with pytest.raises(UnstorableValue, match=r"session\['things'\].*of type .*builtins.object"):
        with client.session_transaction() as session:
            session["things"].append(object())


def test_a_change_inside_of_what_needs_a_tag_is_noticed(client: FlaskClient) -> None:
    store(client, ids=[uuid.UUID(int=1)])
    with client.session_transaction() as session:
        assert session["ids"] == [uuid.UUID(int=1)]
        assert not session.modified
        session["ids"].append(uuid.UUID(int=2))
        assert session.modified
    assert stored(client) == {"ids": [uuid.UUID(int=1), uuid.UUID(int=2)]}


def test_a_session_without_a_limit_can_be_of_any_size() -> None:
    client = Place("memory", "", "session:").app(SESSION_MAX_SIZE=0).test_client()
    store(client, big="x" * 2**21)
    assert len(stored(client)["big"]) == 2**21


def test_deleting_the_last_value_ends_the_session(app: Erlen, client: FlaskClient) -> None:
    store(client, a=1)
    with client.session_transaction() as session:
        old = session.id
        del session["a"]
    assert store_of(app).load(old) is None
    assert client.get_cookie("session") is None


class Text(str):
    pass


class Fields(dict[str, bytes]):
    pass


@pytest.mark.parametrize("kind", [bytearray, memoryview, type("Binary", (bytes,), {})])
def test_a_record_may_be_of_what_a_driver_has_for_texts_and_bytes(
    app: Erlen, kind: t.Callable[[bytes], bytes]
) -> None:
    interface = interface_of(app)
    data: dict[str, bytes] = {
        Text(key): kind(interface.serializer.dumps([key])) for key in ("a", "b")
    }
    record = Record(Text("generation"), 1, Fields(data))
    session = ServerSideSession(interface, "x" * 43, record)
    assert session["a"] == ["a"]
    session["b"].append("c")
    change = session._change()
    assert change is not None
    assert change.sets == {"b": interface.serializer.dumps(["b", "c"])}


def test_what_is_not_applied_does_not_reach_the_record_of_the_store(app: Erlen) -> None:
    interface = interface_of(app)
    record = Record("generation", 1, {"a": interface.serializer.dumps(1)})
    session = ServerSideSession(interface, "x" * 43, record)
    del session["a"]
    assert list(record.fields) == ["a"]


SPOILT = {
    "nothing": b"",
    "no msgpack": b"\xc1",
    "no JSON": b" {",
    "a tag of nobody's": b"\xd4\x63\x00",
    "a date that is none": b"\xc7\x02\x05\xa1x",
}


@pytest.fixture(params=list(SPOILT.values()), ids=list(SPOILT))
def spoilt(app: Erlen, client: FlaskClient, request: pytest.FixtureRequest) -> bytes:
    """Spoil one of the two values of a session."""
    store(client, a=1, b=2)
    with client.session_transaction() as session:
        id = session.id
    record = store_of(app).load(id)
    assert record is not None
    store_of(app).apply(id, Change(record.generation, {"a": request.param}))
    return t.cast(bytes, request.param)


def stored_bytes(app: Erlen, client: FlaskClient) -> bytes | None:
    with client.session_transaction() as session:
        record = store_of(app).load(session.id)
    assert record is not None
    return record.fields.get("a")


def test_a_spoilt_value_reads_as_missing_and_stays(
    app: Erlen, client: FlaskClient, spoilt: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    app.logger.setLevel("ERROR")
    with client.session_transaction() as session:
        assert "a" not in session
        assert session.get("a") is None
        with pytest.raises(KeyError, match="a"):
            session["a"]
        assert session.pop("other", 3) == 3
        assert len(session) == 2
        assert sorted(session) == ["_permanent", "b"]
        session["b"] += 1
    assert stored(client) == {"b": 3}
    assert stored_bytes(app, client) == spoilt
    assert [log.getMessage().partition(" (")[0] for log in caplog.records] == [
        "session['a'] cannot be read"
    ] * 2


def test_a_spoilt_value_can_be_set_anew(app: Erlen, client: FlaskClient, spoilt: bytes) -> None:
    with client.session_transaction() as session:
        assert session.setdefault("a", 4) == 4
    assert stored(client) == {"a": 4, "b": 2}


def test_a_spoilt_value_can_be_deleted(app: Erlen, client: FlaskClient, spoilt: bytes) -> None:
    with client.session_transaction() as session:
        assert session.pop("a", None) is None
        with pytest.raises(KeyError):
            session.pop("a")
    assert stored_bytes(app, client) is None
    assert stored(client) == {"b": 2}
