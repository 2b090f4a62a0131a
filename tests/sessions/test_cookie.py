"""Cookie sessions through whole requests, and against Flask's own interface."""

from __future__ import annotations

import datetime as dt
import hashlib
import logging
import re
import time
import typing as t

import flask
import pytest
from flask.sessions import SecureCookieSessionInterface as FlasksInterface
from hypothesis import HealthCheck, given, settings
from itsdangerous import URLSafeTimedSerializer
from werkzeug.test import EnvironBuilder

from erlen import Erlen, session
from erlen.json.tag import TaggedJSONSerializer
from erlen.sessions import SecureCookieSession, SecureCookieSessionInterface
from erlen.wrappers import Request, Response
from tests.sessions.conftest import KEY
from tests.sessions.strategies import SESSIONS


def request_with(cookie: str | None, name: str = "session") -> Request:
    headers = [] if cookie is None else [("Cookie", f"{name}={cookie}")]
    return Request(EnvironBuilder(headers=headers).get_environ())


def opened(app: Erlen, cookie: str | None) -> SecureCookieSession | None:
    return SecureCookieSessionInterface().open_session(app, request_with(cookie))


def cookie_of(response: t.Any) -> str:
    match = re.match(r"session=([^;]*)", response.headers["Set-Cookie"])
    assert match is not None
    return match[1]


@pytest.fixture
def site(app: Erlen) -> Erlen:
    @app.get("/set")
    def write() -> str:
        session["a"] = 1
        return "set"

    @app.get("/get")
    def read() -> str:
        return str(session.get("a"))

    @app.get("/clear")
    def clear() -> str:
        session.clear()
        return "cleared"

    @app.get("/nothing")
    def nothing() -> str:
        return "nothing"

    return app


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(SESSIONS)
def test_flasks_cookies_are_read_and_ours_by_flask(
    app: Erlen, flask_app: flask.Flask, both_contexts: None, data: dict[str, t.Any]
) -> None:
    theirs = FlasksInterface().get_signing_serializer(flask_app)
    assert theirs is not None
    assert opened(app, theirs.dumps(data)) == data

    ours = Response()
    written = SecureCookieSession()
    written.update(data)
    SecureCookieSessionInterface().save_session(app, written, ours)
    if data:
        assert theirs.loads(cookie_of(ours)) == data


@pytest.mark.parametrize(
    "config",
    [
        {},
        {"SESSION_COOKIE_NAME": "other"},
        {"SESSION_COOKIE_SECURE": True, "SESSION_COOKIE_SAMESITE": "Lax"},
        {"SESSION_COOKIE_HTTPONLY": False, "SESSION_COOKIE_PATH": "/a b"},
        {"SESSION_COOKIE_DOMAIN": ".example.com", "SESSION_COOKIE_PARTITIONED": True},
        {"APPLICATION_ROOT": "/root"},
    ],
)
@pytest.mark.parametrize("data", [{"a": 1}, {"a": 1, "_permanent": True}, {}])
def test_the_headers_are_flasks(
    app: Erlen,
    flask_app: flask.Flask,
    both_contexts: None,
    config: dict[str, t.Any],
    data: dict[str, t.Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("time.time", lambda: 1_800_000_000.0)
    ours, theirs = Response("x"), flask.Response("x")
    for any_app, interface, written, response in (
        (app, SecureCookieSessionInterface(), SecureCookieSession(), ours),
        (flask_app, FlasksInterface(), flask.sessions.SecureCookieSession(), theirs),
    ):
        any_app.config.update(config)
        written.update(data)
        written.accessed = written.modified = True
        t.cast(t.Any, interface).save_session(any_app, written, response)
    del ours.headers["Cache-Control"]  # stricter than Flask
    dates = re.compile("(?<=Expires=)[^;]*(?=; HttpOnly|; Path|; Secure)") if data else None
    wire = [sorted(map(str, response.headers)) for response in (ours, theirs)]
    if dates is not None:
        wire = [[dates.sub("DATE", line) for line in lines] for lines in wire]
    assert wire[0] == wire[1]


def test_a_session_lasts_over_requests(site: Erlen) -> None:
    client = site.test_client()
    assert client.get("/get").text == "None"
    client.get("/set")
    assert client.get("/get").text == "1"
    client.get("/clear")
    assert client.get("/get").text == "None"


def test_an_emptied_session_deletes_its_cookie(site: Erlen) -> None:
    client = site.test_client()
    client.get("/set")
    response = client.get("/clear")
    assert "session=; Expires=Thu, 01 Jan 1970" in response.headers["Set-Cookie"]
    assert response.headers["Vary"] == "Cookie"
    assert response.headers["Cache-Control"] == 'no-cache="Set-Cookie"'
    assert client.get_cookie("session") is None


def test_an_untouched_session_sends_and_reads_nothing(site: Erlen) -> None:
    client = site.test_client()
    client.get("/set")
    response = client.get("/nothing")
    assert "Vary" not in response.headers
    assert "Set-Cookie" not in response.headers
    assert "Cache-Control" not in response.headers


LOOKS: dict[str, t.Callable[[], t.Any]] = {
    "get": lambda: session.get("a"),
    "in": lambda: "a" in session,
    "len": lambda: len(session),
    "bool": lambda: bool(session),
    "iteration": lambda: list(session),
    "keys": lambda: session.keys(),
    "attribute": lambda: session.permanent,
    "new": lambda: session.new,
    "repr": lambda: repr(session),
    "equality": lambda: session == {},
    "object": lambda: t.cast(t.Any, session)._get_current_object(),
}


@pytest.mark.parametrize("look", LOOKS.values(), ids=LOOKS.keys())
def test_every_look_makes_the_response_vary(app: Erlen, look: t.Callable[[], t.Any]) -> None:
    @app.get("/")
    def index() -> str:
        look()
        return ""

    response = app.test_client().get("/")
    assert response.headers.getlist("Vary") == ["Cookie"]
    assert "Set-Cookie" not in response.headers


def test_without_a_key_it_can_be_read_but_not_written(site: Erlen) -> None:
    site.testing = True
    for empty in (None, "", b""):
        site.secret_key = empty
        assert opened(site, "x.y.z") is None
        assert site.test_client().get("/get").text == "None"
        with pytest.raises(RuntimeError, match="no secret key was set"):
            site.test_client().get("/set")


def test_a_real_session_cannot_be_saved_without_a_key(app: Erlen) -> None:
    app.secret_key = None
    written = SecureCookieSession()
    written["a"] = 1
    with pytest.raises(RuntimeError, match="no secret key was set"):
        SecureCookieSessionInterface().save_session(app, written, Response())


@pytest.mark.parametrize("payload", [None, [], [["a", 1]], [1, 2], "text", "", 7, True, ("a", 1)])
def test_a_signed_payload_that_is_no_object_is_an_empty_session(
    app: Erlen, flask_app: flask.Flask, payload: t.Any
) -> None:
    theirs = FlasksInterface().get_signing_serializer(flask_app)
    assert theirs is not None
    result = opened(app, theirs.dumps(payload))
    assert type(result) is SecureCookieSession
    assert result == {}
    assert not result.modified


def test_bad_cookies_give_an_empty_session(site: Erlen) -> None:
    client = site.test_client()
    good = cookie_of(client.get("/set"))
    assert opened(site, good) == {"a": 1}
    for bad in (good[:-2], good[1:], good.replace(".", "", 1), "", "x", ".", "..", "\xe9.a.b"):
        client.set_cookie("session", bad)
        response = client.get("/get")
        assert (response.status_code, response.text) == (200, "None")


def test_an_old_cookie_gives_an_empty_session(site: Erlen, monkeypatch: pytest.MonkeyPatch) -> None:
    good = cookie_of(site.test_client().get("/set"))
    site.permanent_session_lifetime = dt.timedelta(seconds=60)
    assert opened(site, good) == {"a": 1}
    later = time.time() + 62
    monkeypatch.setattr("time.time", lambda: later)
    assert opened(site, good) == {}


def test_keys_are_rotated(site: Erlen) -> None:
    client = site.test_client()
    client.get("/set")
    site.secret_key = "another key, which is not known yet"
    assert client.get("/get").text == "None"
    site.config["SECRET_KEY_FALLBACKS"] = ["much older", KEY]
    assert client.get("/get").text == "1"
    client.get("/set")
    site.config["SECRET_KEY_FALLBACKS"].clear()
    assert client.get("/get").text == "1"


def test_an_empty_fallback_is_refused(site: Erlen) -> None:
    site.testing = True
    with pytest.raises(ValueError, match=r"SECRET_KEY_FALLBACKS\[0\] is empty"):
        site.config["SECRET_KEY_FALLBACKS"] = [""]
    site.config["SECRET_KEY_FALLBACKS"] = fallbacks = ["former"]
    fallbacks.append("")  # unnoticed until it would be used
    with pytest.raises(ValueError, match=r"SECRET_KEY_FALLBACKS\[1\] is empty"):
        site.test_client().get("/get")
    with pytest.raises(ValueError, match=r"SECRET_KEY_FALLBACKS\[1\] is empty"):
        SecureCookieSessionInterface().get_signing_serializer(site)


def test_a_permanent_session_is_set_anew_with_each_use(app: Erlen) -> None:
    @app.get("/")
    def index() -> str:
        session.setdefault("_permanent", True)
        return ""

    client = app.test_client()
    for refresh in (True, False):
        app.config["SESSION_REFRESH_EACH_REQUEST"] = refresh
        response = client.get("/")
        assert ("Set-Cookie" in response.headers) is refresh
        assert response.headers["Vary"] == "Cookie"


def test_a_permanent_cookie_says_when_it_ends(app: Erlen) -> None:
    with app.test_request_context():
        response = Response()
        session.permanent = True
        app.session_interface.save_session(app, session, response)
    expires = re.search(r"Expires=([^;]*)", response.headers["Set-Cookie"])
    assert expires is not None
    end = dt.datetime.strptime(expires[1], "%a, %d %b %Y %H:%M:%S GMT")
    left = end - dt.datetime.now(dt.UTC).replace(tzinfo=None)
    assert dt.timedelta(days=30, hours=23) < left <= dt.timedelta(days=31)


def test_the_signing_serializer_is_itsdangerous(app: Erlen, flask_app: flask.Flask) -> None:
    ours = SecureCookieSessionInterface().get_signing_serializer(app)
    theirs = FlasksInterface().get_signing_serializer(flask_app)
    assert isinstance(ours, URLSafeTimedSerializer)
    assert theirs is not None
    assert theirs.loads(ours.dumps({"a": (1,)})) == {"a": (1,)}


class Sha256(SecureCookieSessionInterface):
    digest_method = staticmethod(hashlib.sha256)


class Concat(SecureCookieSessionInterface):
    key_derivation = "concat"


class Salted(SecureCookieSessionInterface):
    salt = "other"


class OtherSerializer(SecureCookieSessionInterface):
    class Own(TaggedJSONSerializer):
        def dumps(self, value: t.Any) -> str:
            return super().dumps({"v": value})

        def loads(self, value: str) -> t.Any:
            return super().loads(value)["v"]

    serializer = Own()


class OtherSigning(SecureCookieSessionInterface):
    def get_signing_serializer(self, app: Erlen) -> URLSafeTimedSerializer | None:
        return URLSafeTimedSerializer("fixed", serializer=self.serializer)


@pytest.mark.parametrize(
    "interface", [Sha256(), Concat(), Salted(), OtherSerializer(), OtherSigning()]
)
def test_a_subclass_signs_its_own_way(site: Erlen, interface: SecureCookieSessionInterface) -> None:
    default = SecureCookieSessionInterface().get_signing_serializer(site)
    assert default is not None
    site.session_interface = interface
    client = site.test_client()
    text = cookie_of(client.get("/set"))
    assert client.get("/get").text == "1"

    own = interface.get_signing_serializer(site)
    assert own is not None
    assert own.loads(text) == {"a": 1}
    assert SecureCookieSessionInterface().open_session(site, request_with(text)) in (
        {},
        {"v": {"a": 1}},
    )


def test_what_is_set_on_the_instance_counts(site: Erlen) -> None:
    interface: t.Any = SecureCookieSessionInterface()
    site.session_interface = interface
    client = site.test_client()
    client.get("/set")
    interface.salt = "other"
    assert client.get("/get").text == "None"
    interface.get_signing_serializer = lambda app: None
    assert client.get("/get").text == "None"


def test_a_tag_registered_later_counts(site: Erlen) -> None:
    interface: t.Any = SecureCookieSessionInterface()
    interface.serializer = TaggedJSONSerializer()
    site.session_interface = interface
    client = site.test_client()
    assert cookie_of(client.get("/set"))
    from tests.json.test_tag import TagSet

    interface.serializer.register(TagSet)
    with client.session_transaction() as stored:
        stored["ids"] = {1, 2}
    with client.session_transaction() as stored:
        assert stored == {"a": 1, "ids": {1, 2}}


def test_a_subclass_may_name_the_cookie(site: Erlen) -> None:
    class Named(SecureCookieSessionInterface):
        def get_cookie_name(self, app: Erlen) -> str:
            return "mine"

        def get_cookie_samesite(self, app: Erlen) -> str:
            return "Strict"

    site.session_interface = Named()
    client = site.test_client()
    assert client.get("/set").headers["Set-Cookie"].startswith("mine=")
    assert "SameSite=Strict" in client.get("/set").headers["Set-Cookie"]
    assert client.get("/get").text == "1"


def test_the_json_provider_of_the_application_is_used(site: Erlen) -> None:
    site.json.sort_keys = False  # type: ignore[attr-defined]
    with site.test_request_context():
        written = SecureCookieSession()
        written.update(b=1, a=2)
        response = Response()
        site.session_interface.save_session(site, written, response)
    assert cookie_of(response).startswith("eyJiIjoxLCJhIjoyfQ.")  # {"b":1,"a":2}


def test_a_weak_key_is_warned_of_once(caplog: pytest.LogCaptureFixture) -> None:
    app = Erlen("weak_key")
    app.secret_key = "dev"
    for _ in range(2):
        opened(app, None)
    records = [record for record in caplog.records if "SECRET_KEY is weak" in record.message]
    assert [record.levelno for record in records] == [logging.WARNING]
    assert "only 3 bytes" in records[0].message
    assert "dev" not in records[0].message.replace("device", "")


@pytest.mark.parametrize("setting", ["TESTING", "DEBUG"])
def test_in_development_a_key_may_be_weak(caplog: pytest.LogCaptureFixture, setting: str) -> None:
    app = Erlen("weak_key_in_development")
    app.secret_key = "dev"
    app.config[setting] = True
    opened(app, None)
    assert not caplog.records
