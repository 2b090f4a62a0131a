"""What a request with a signed cookie is answered, with a response object and without."""

from __future__ import annotations

import collections.abc as cabc
import datetime as dt
import typing as t

import pytest

from erlen import (
    Erlen,
    Request,
    Response,
    abort,
    after_this_request,
    session,
    stream_with_context,
)
from erlen.json.provider import DefaultJSONProvider
from erlen.sessions import SecureCookieSession, SecureCookieSessionInterface, SessionInterface
from erlen.testing import FlaskClient
from tests.sessions.browsing import answers

PATHS = (
    *("/get", "/nothing", "/clear", "/get", "/set", "/get", "/keep", "/nothing", "/get"),
    *("/unseen", "/remove", "/json", "/keep", "/json", "/own", "/clear"),
)
#: The clock that cookies expire by may get on to another second.
EXPIRY = r"Expires=[^;]*"


@pytest.fixture
def client(app: Erlen, monkeypatch: pytest.MonkeyPatch) -> FlaskClient:
    views: dict[str, cabc.Callable[[], t.Any]] = {
        "nothing": lambda: None,
        "get": lambda: session.get("a"),
        "set": lambda: session.update(a="<ü>", n=1, when=dt.datetime(2026, 1, 1, tzinfo=dt.UTC)),
        "keep": lambda: setattr(session, "permanent", True),
        "unseen": lambda: None,
        "remove": lambda: session.pop("n"),
        "clear": lambda: session.clear(),
        "fail": lambda: 1 / 0,
        "refuse": lambda: abort(418),
    }
    for name, view in views.items():
        app.add_url_rule(f"/{name}", name, lambda view=view: f"{view()}")
    app.add_url_rule("/json", "json", lambda: {"keys": sorted(session)})
    app.add_url_rule("/own", "own", lambda: [session.get("a")])
    monkeypatch.setattr("time.time", lambda: 1_800_000_000.0)
    app.config["PERMANENT_SESSION_LIFETIME"] = 10**8
    return app.test_client()


def test_a_text_is_answered_as_a_response_with_it_is(app: Erlen, client: FlaskClient) -> None:
    quick = answers(client, PATHS, without=EXPIRY)
    app._plans().save_apart = None
    assert answers(app.test_client(), PATHS, without=EXPIRY) == quick


class OwnSession(SecureCookieSession):
    """A session of the program's own."""


def test_a_session_is_of_the_class_that_the_interface_names(
    client: FlaskClient, app: Erlen, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(SecureCookieSessionInterface, "session_class", OwnSession)
    app.add_url_rule("/class", "class", lambda: session.__class__.__name__)
    client.get("/set")
    assert client.get("/class").text == "OwnSession"


class HandingOn:
    """An interface that has no method of its own."""

    def __init__(self, interface: SessionInterface) -> None:
        self._interface = interface

    def __getattr__(self, name: str) -> t.Any:
        return getattr(self._interface, name)


def test_so_it_is_where_the_interface_hands_everything_on(app: Erlen, client: FlaskClient) -> None:
    quick = answers(client, PATHS, without=EXPIRY)
    app.session_interface = t.cast(t.Any, HandingOn(app.session_interface))
    assert answers(app.test_client(), PATHS, without=EXPIRY) == quick


@pytest.mark.parametrize(
    "path, code", [("/nothing", 200), ("/fail", 500), ("/refuse", 418), ("/none", 404)]
)
def test_a_permanent_session_is_sent_again_however_the_request_ends(
    client: FlaskClient, path: str, code: int
) -> None:
    client.get("/keep")
    response = client.get(path)
    assert response.status_code == code
    assert "Expires=" in response.headers["Set-Cookie"]
    client.get("/clear")
    assert "Set-Cookie" not in client.get(path).headers


def test_so_it_is_when_something_else_is_left_to_do(app: Erlen, client: FlaskClient) -> None:
    def later() -> str:
        after_this_request(lambda response: response)
        return "later"

    app.add_url_rule("/later", "later", later)
    app.add_url_rule("/stream", "stream", lambda: stream_with_context(iter("ab")))
    client.get("/keep")
    for path in ("/later", "/stream"):
        assert "Expires=" in client.get(path).headers["Set-Cookie"]


class Failing(SecureCookieSessionInterface):
    opens_on_first_touch = True

    def open_session(self, app: Erlen, request: Request) -> t.NoReturn:
        raise LookupError("opening")


@pytest.mark.parametrize("opens_on_first_touch", [True, False])
def test_a_session_that_cannot_be_opened_leaves_the_500_to_its_handler(
    app: Erlen,
    client: FlaskClient,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
    opens_on_first_touch: bool,
) -> None:
    monkeypatch.setattr(Failing, "opens_on_first_touch", opens_on_first_touch)
    app.register_error_handler(500, lambda exc: ("handled", 500))
    client.get("/keep")
    app.session_interface = Failing()
    assert client.get("/nothing").text == "handled"
    logged = [log.exc_info and log.exc_info[0] for log in caplog.records]
    assert logged == [LookupError]
    caplog.clear()
    assert client.get("/fail").text == "handled"
    logged = [log.exc_info and log.exc_info[0] for log in caplog.records]
    assert ZeroDivisionError in logged if opens_on_first_touch else logged == [LookupError]


def test_a_match_that_fails_sends_it_again_too(app: Erlen, client: FlaskClient) -> None:
    def fail(*args: object) -> t.NoReturn:
        raise OSError

    client.get("/keep")
    served = app._plans()
    served.find, served.ways = fail, None
    assert "Expires=" in client.get("/users/1").headers["Set-Cookie"]


@pytest.mark.parametrize("config", [{"MAX_COOKIE_SIZE": 20}, {"SESSION_COOKIE_PATH": "/ü"}])
def test_what_only_a_response_can_tell_is_left_to_it(
    app: Erlen, client: FlaskClient, config: dict[str, t.Any], recwarn: pytest.WarningsRecorder
) -> None:
    app.config.update(config)
    assert client.get("/set").headers["Set-Cookie"].startswith("session=")
    assert len(recwarn) == ("MAX_COOKIE_SIZE" in config)


def test_a_response_of_ones_own_sets_the_cookie(app: Erlen, client: FlaskClient) -> None:
    class Own(Response):
        def set_cookie(self, key: str, *args: t.Any, **kwargs: t.Any) -> None:
            super().set_cookie(f"own-{key}", *args, **kwargs)

    app.response_class = Own
    assert client.get("/set").headers["Set-Cookie"].startswith("own-session=")


@pytest.mark.parametrize("already_serves", [True, False])
def test_a_method_that_was_replaced_saves(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch, already_serves: bool
) -> None:
    if already_serves:
        client.get("/set")
    monkeypatch.setattr(
        SecureCookieSessionInterface,
        "save_session",
        lambda self, app, session, response: response.headers.set("X-Saved", "so"),
    )
    assert client.get("/set").headers["X-Saved"] == "so"


def test_a_provider_of_ones_own_makes_its_answers(app: Erlen, client: FlaskClient) -> None:
    class Own(DefaultJSONProvider):
        def response(self, *args: t.Any, **kwargs: t.Any) -> Response:
            return Response("own")

    client.get("/set")
    app.json = Own(app)
    response = client.get("/json")
    assert (response.text, response.headers["Vary"]) == ("own", "Cookie")


def test_a_method_that_was_replaced_tells_whether_there_is_a_session(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.get("/set")
    monkeypatch.setattr(SessionInterface, "is_null_session", lambda self, session: True)
    assert "Vary" not in client.get("/get").headers


def test_a_method_that_was_replaced_sets_the_cookie(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.get("/set")
    monkeypatch.setattr(
        Response, "set_cookie", lambda self, key, *args, **kwargs: self.headers.set("X-Set", key)
    )
    assert client.get("/set").headers["X-Set"] == "session"
