"""What becomes of the lock when things go wrong; ``test_server`` has the rest."""

from __future__ import annotations

import collections.abc as cabc
import contextlib

import pytest

from erlen import Erlen
from erlen.sessions import SessionLockLost, SessionUnavailable, StoreError
from erlen.sessions.stores import Held
from erlen.sessions.stores.memory import MemoryStore
from erlen.testing import FlaskClient
from tests.sessions.places import Place, interface_of


class ExpiringLocks(MemoryStore):
    """Its locks are lost as soon as they are taken."""

    @contextlib.contextmanager
    def lock(self, id: str, timeout: float) -> cabc.Iterator[Held]:
        yield Held(self, "a token that no lease has")


class StuckLocks(MemoryStore):
    """Its locks cannot be given back."""

    @contextlib.contextmanager
    def lock(self, id: str, timeout: float) -> cabc.Iterator[Held]:
        yield Held(self, None)
        raise StoreError("nobody answers")


def client_of(store: MemoryStore | None = None) -> FlaskClient:
    """Return a client whose session has ``n`` in it."""
    app: Erlen = Place("memory", "", "session:").app()
    if store is not None:
        interface_of(app).store = store
    client = app.test_client()
    with client.session_transaction() as session:
        session["n"] = 1
    return client


def test_what_was_changed_under_a_lock_that_expired_is_dropped_loudly() -> None:
    client = client_of(ExpiringLocks())
    with client.session_transaction() as session:
        with pytest.raises(SessionLockLost, match="what the block changed is not saved"):
            with session.lock():
                session["n"] = 2
        assert session["n"] == 1
        session["after"] = True
    with client.session_transaction() as session:
        assert (session["n"], session["after"]) == (1, True)


def test_a_block_that_changed_nothing_does_not_mind_that_its_lock_expired() -> None:
    with client_of(ExpiringLocks()).session_transaction() as session:
        with session.lock():
            assert session["n"] == 1


def test_a_lock_that_cannot_be_given_back_is_a_503() -> None:
    client = client_of(StuckLocks())
    with client.session_transaction() as session:
        with pytest.raises(SessionUnavailable), session.lock():
            session["n"] = 2
    with client.session_transaction() as session:
        assert session["n"] == 2


def test_an_exception_after_the_session_was_destroyed_under_its_lock_brings_nothing_back() -> None:
    client = client_of()
    with client.session_transaction() as session:
        with pytest.raises(ZeroDivisionError), session.lock():
            session.destroy()
            1 / 0
        assert "n" not in session
    assert client.get_cookie("session") is None


def test_emptying_the_session_under_its_lock_ends_it() -> None:
    client = client_of()
    with client.session_transaction() as session:
        old = session.id
        with session.lock():
            del session["n"]
        assert session.id != old
    assert client.get_cookie("session") is None
