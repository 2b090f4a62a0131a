from __future__ import annotations

import copy
import pickle
import re
import typing as t

import pytest
from werkzeug.datastructures import CallbackDict

from erlen.sessions import NullSession, SecureCookieSession, SessionMixin

CHANGES: dict[str, t.Callable[[SecureCookieSession], t.Any]] = {
    "set": lambda s: s.__setitem__("new", 1),
    "set again": lambda s: s.__setitem__("a", 1),
    "delete": lambda s: s.__delitem__("a"),
    "pop": lambda s: s.pop("a"),
    "pop with default": lambda s: s.pop("a", None),
    "popitem": lambda s: s.popitem(),
    "clear": lambda s: s.clear(),
    "setdefault of a new key": lambda s: s.setdefault("new", 1),
    "update": lambda s: s.update(a=2),
    "update from pairs": lambda s: s.update([("a", 2)]),
    "|=": lambda s: s.__ior__({"a": 2}),
    "permanent": lambda s: setattr(s, "permanent", True),
}
LOOKS: dict[str, t.Callable[[SecureCookieSession], t.Any]] = {
    "get": lambda s: s.get("a"),
    "item": lambda s: s["a"],
    "setdefault of an old key": lambda s: s.setdefault("a", 2),
    "pop of nothing": lambda s: s.pop("nothing", None),
    "iteration": list,
    "|": lambda s: s | {"b": 1},
    "copy": lambda s: s.copy(),
    "permanent": lambda s: s.permanent,
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_a_change_is_noticed(change: t.Callable[[SecureCookieSession], t.Any]) -> None:
    session = SecureCookieSession({"a": 1})
    assert not session.modified
    change(session)
    assert session.modified


@pytest.mark.parametrize("look", LOOKS.values(), ids=LOOKS.keys())
def test_a_look_is_no_change(look: t.Callable[[SecureCookieSession], t.Any]) -> None:
    session = SecureCookieSession({"a": 1})
    look(session)
    assert not session.modified


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_a_null_session_cannot_be_changed(
    change: t.Callable[[SecureCookieSession], t.Any],
) -> None:
    with pytest.raises(RuntimeError, match=r"session is unavailable .* secret_key"):
        change(NullSession())


def test_a_null_session_can_be_read() -> None:
    session = NullSession()
    assert session.get("a") is None
    assert not session
    assert "a" not in session
    assert session.permanent is False


def test_values_are_returned_as_a_dict_returns_them() -> None:
    session = SecureCookieSession({"a": 1})
    assert session.setdefault("a", 2) == 1
    assert session.setdefault("b") is None
    assert session.pop("a") == 1
    assert session.pop("a", 3) == 3
    with pytest.raises(KeyError):
        session.pop("a")
    with pytest.raises(KeyError):
        del session["a"]


def test_permanent_is_kept_in_the_session() -> None:
    session = SecureCookieSession()
    session.permanent = t.cast(bool, 1)
    assert session == {"_permanent": True}
    assert session.permanent is True


def test_is_the_kind_of_dict_that_extensions_know() -> None:
    session = SecureCookieSession({"a": 1})
    assert isinstance(session, CallbackDict)
    assert isinstance(session, SessionMixin)
    assert (session.new, session.accessed) == (False, False)
    assert repr(session) == "<SecureCookieSession {'a': 1}>"
    session.on_update(session)
    assert session.modified


def test_can_be_copied_and_pickled() -> None:
    session = SecureCookieSession({"a": [1]})
    for other in (copy.deepcopy(session), pickle.loads(pickle.dumps(session))):
        assert type(other) is SecureCookieSession
        assert other == session
        assert other["a"] is not session["a"]


def test_a_mapping_with_the_mixin_is_a_session() -> None:
    class Session(dict[str, t.Any], SessionMixin):
        pass

    session = Session()
    assert session.modified
    session.permanent = True
    assert session["_permanent"] is True


@pytest.mark.parametrize(
    "what, act",
    [
        ("id", lambda s: s.id),
        ("lock()", lambda s: s.lock()),
        ("regenerate()", lambda s: s.regenerate()),
        ("destroy()", lambda s: s.destroy()),
    ],
)
def test_what_a_cookie_session_cannot_do_names_what_can(
    what: str, act: t.Callable[[SecureCookieSession], t.Any]
) -> None:
    message = rf"session\.{re.escape(what)} needs server-side sessions.*; Session\(app\)"
    with pytest.raises(RuntimeError, match=message):
        act(SecureCookieSession())
