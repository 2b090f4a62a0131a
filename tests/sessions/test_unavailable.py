"""Sessions while their store does not answer."""

from __future__ import annotations

import collections.abc as cabc
import logging
import typing as t

import pytest
from werkzeug.exceptions import Conflict

from erlen import Erlen, Response, session
from erlen.sessions import SessionUnavailable, StoreError
from erlen.sessions.unavailable import UnavailableSession
from erlen.testing import FlaskClient
from tests.sessions.places import Place, interface_of, store_of

LIFETIME = 31 * 24 * 3600


@pytest.fixture
def app() -> Erlen:
    return Place("memory", "", "session:").app()


@pytest.fixture
def client(app: Erlen) -> FlaskClient:
    """Return a client whose session has ``a`` in it."""
    client = app.test_client()
    with client.session_transaction() as session:
        session["a"] = 1
    return client


def cut_off(app: Erlen, *methods: str) -> None:
    def fail(*args: t.Any, **kwargs: t.Any) -> t.NoReturn:
        raise StoreError("nobody answers")

    for method in methods:
        setattr(store_of(app), method, fail)


CHANGES: dict[str, cabc.Callable[[t.Any], t.Any]] = {
    "set": lambda s: s.__setitem__("a", 1),
    "delete": lambda s: s.__delitem__("a"),
    "update": lambda s: s.update(a=1),
    "pop": lambda s: s.pop("a", None),
    "clear": lambda s: s.clear(),
    "permanent": lambda s: setattr(s, "permanent", True),
    "lock": lambda s: s.lock(),
    "regenerate": lambda s: s.regenerate(),
    "destroy": lambda s: s.destroy(),
    "id": lambda s: s.id,
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_a_session_that_cannot_be_had_cannot_be_changed(
    change: cabc.Callable[[t.Any], t.Any],
) -> None:
    with pytest.raises(SessionUnavailable) as caught:
        change(UnavailableSession(SessionUnavailable(retry_after=7)))
    assert caught.value.retry_after == 7


def test_a_session_that_cannot_be_had_reads_as_empty() -> None:
    session = UnavailableSession(SessionUnavailable(retry_after=7))
    assert (len(session), list(session), session.get("a"), "a" in session) == (0, [], None, False)
    assert not session.modified
    assert repr(session) == "<UnavailableSession>"
    with pytest.raises(KeyError):
        session["a"]


def test_a_view_that_only_reads_goes_on_where_that_is_allowed() -> None:
    app = Place("memory", "", "session:").app(SESSION_ON_STORE_ERROR="readonly")
    client = app.test_client()
    with client.session_transaction() as session:
        session["a"] = 1
    cut_off(app, "load")
    with client.session_transaction() as session:
        assert session.get("a") is None
    assert client.get_cookie("session") is not None


def test_the_store_is_asked_once_in_a_request(app: Erlen, client: FlaskClient) -> None:
    cookie = client.get_cookie("session")
    assert cookie is not None
    cut_off(app, "load")
    with app.test_request_context("/", headers={"Cookie": f"session={cookie.value}"}) as context:
        interface = interface_of(app)
        with pytest.raises(SessionUnavailable):
            interface.open_session(app, context.request)
        del store_of(app).load
        assert isinstance(interface.open_session(app, context.request), UnavailableSession)


@pytest.mark.parametrize(
    "method, what, act",
    [
        ("update", "saved", lambda s: s.__setitem__("a", 2)),
        ("update", "destroyed", lambda s: s.destroy()),
        ("update", "destroyed", lambda s: s.regenerate()),
        ("lock", "locked", lambda s: s.lock().__enter__()),
        ("load", "read", lambda s: s.lock().__enter__()),
    ],
)
def test_what_the_store_fails_to_do_is_a_503_and_logged(
    app: Erlen,
    client: FlaskClient,
    caplog: pytest.LogCaptureFixture,
    method: str,
    what: str,
    act: cabc.Callable[[t.Any], t.Any],
) -> None:
    app.logger.setLevel(logging.ERROR)
    with pytest.raises(SessionUnavailable):
        with client.session_transaction() as session:
            cut_off(app, method)
            act(session)
    assert f"The session could not be {what}: nobody answers" in caplog.text


def test_a_session_that_cannot_be_kept_alive_is_read_all_the_same(
    app: Erlen, client: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    app.logger.setLevel(logging.WARNING)
    cut_off(app, "touch")
    with client.session_transaction() as session:
        session._record.expires -= LIFETIME / 2  # type: ignore[attr-defined]
        assert session["a"] == 1
    assert "The session could not be kept alive: nobody answers" in caplog.text


def test_expired_sessions_that_cannot_be_removed_are_only_logged(
    app: Erlen, caplog: pytest.LogCaptureFixture
) -> None:
    app.logger.setLevel(logging.WARNING)
    cut_off(app, "prune")
    interface_of(app).prune()
    assert "Expired sessions could not be removed: nobody answers" in caplog.text


@pytest.mark.parametrize("raised, code", [(StoreError("nobody answers"), 503), (Conflict(), 500)])
@pytest.mark.parametrize("make", [str, Response])
def test_what_fails_while_a_session_is_saved_is_answered_for_text_and_response_alike(
    app: Erlen, client: FlaskClient, make: t.Any, raised: Exception, code: int
) -> None:
    @app.get("/change")
    def change() -> t.Any:
        session["a"] = 2
        return make("changed")

    def fail(*args: t.Any) -> t.NoReturn:
        raise raised

    setattr(store_of(app), "update", fail)  # noqa: B010 - a method, as mypy sees it
    assert client.get("/change").status_code == code
