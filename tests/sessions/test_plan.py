"""What is worked out once about cookie sessions, and when it is worked out anew."""

from __future__ import annotations

import datetime as dt
import re
import typing as t

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Request as WerkzeugRequest

import erlen.sessions.cookie
from erlen import Erlen, current_app, session
from erlen.config import ConfigAttribute
from erlen.sessions import SecureCookieSessionInterface
from erlen.sessions.plan import SESSION_SETTINGS, SessionPlan
from erlen.wrappers import Request
from tests.sessions.conftest import KEY
from tests.wsgi import ask, make_environ

PARTS = st.sampled_from(["session", "=", "x", ";", " ", "\t", "\x0b", '"', "\\", "é", "a.b", ","])


@pytest.fixture
def app() -> Erlen:
    app = Erlen("plans", static_folder=None, root_path="/")
    app.secret_key = KEY

    @app.get("/")
    def index() -> str:
        session["n"] = session.get("n", 0) + 1
        return str(session["n"])

    ask(app)
    return app


def signed(text: str) -> str:
    """Return *text* if it has the characters of a signed one; all others are no session."""
    return text if re.fullmatch(r"[A-Za-z0-9_.\-]*", text) else ""


def plan_of(app: Erlen) -> SessionPlan:
    plan = app._session_plan
    assert isinstance(plan, SessionPlan)
    return plan


def test_the_plan_is_kept_between_requests(app: Erlen) -> None:
    plan = plan_of(app)
    ask(app)
    assert app._session_plan is plan


@pytest.mark.parametrize("name", SESSION_SETTINGS)
def test_a_setting_that_changes_drops_it_and_no_other_plan(app: Erlen, name: str) -> None:
    app.config[name] = app.config[name]
    assert app._session_plan is None
    if name not in ("SESSION_COOKIE_NAME", "SESSION_REFRESH_EACH_REQUEST"):
        assert app._serving is not None


def test_the_lifetime_may_be_set_with_every_request(app: Erlen) -> None:
    def for_a_minute() -> None:
        session.permanent = True
        app.permanent_session_lifetime = dt.timedelta(minutes=1)

    app.before_request_funcs.setdefault(None, []).append(for_a_minute)
    for _ in range(2):
        ask(app)
        serving = app._serving
    assert serving is not None
    assert plan_of(app).max_age == 60


def test_a_new_key_is_used_at_once(app: Erlen) -> None:
    client = app.test_client()
    client.get("/")
    assert client.get("/").text == "2"
    app.secret_key = KEY[::-1]
    assert client.get("/").text == "1"
    app.config["SECRET_KEY_FALLBACKS"] = [KEY]
    assert client.get("/").text == "2"


@pytest.mark.parametrize(
    "change",
    [
        lambda app: app.config.update(SECRET_KEY_FALLBACKS=[]),  # it may be appended to
        lambda app: setattr(app.session_interface, "salt", "another"),
        lambda app: app.config.update(SECRET_KEY=None),
    ],
)
def test_what_cannot_be_planned_is_asked_for_each_time(
    app: Erlen, change: t.Callable[[Erlen], None]
) -> None:
    app.session_interface = SecureCookieSessionInterface()  # the default one is all applications'
    change(app)
    ask(app)
    assert app._session_plan is None


def test_a_lifetime_that_is_computed_is_asked_for_each_time() -> None:
    class Own(Erlen):
        permanent_session_lifetime = property(lambda self: dt.timedelta(seconds=5))

    app = Own("plans", static_folder=None, root_path="/")
    app.secret_key = KEY
    app.add_url_rule("/", "index", lambda: str(session.get("n")))
    ask(app)
    assert app._session_plan is None


@given(st.lists(PARTS, max_size=12).map("".join))
@example("a=1; session=x; session=y")
@example('a="; session=no"; session=yes')
@example("session =x ;b=2")
@example("session=\x0bx")
@example("a=1;\x0bsession=x;session=\x0by\x0b")
def test_the_cookie_found_is_the_one_of_request_cookies(header: str) -> None:
    app = Erlen("plans", static_folder=None, root_path="/")
    app.secret_key = KEY
    app.add_url_rule("/", "index", lambda: str(session.get("n")))
    ask(app)
    environ = EnvironBuilder().get_environ()
    environ["HTTP_COOKIE"] = header
    found = plan_of(app).text_of(Request(environ)) or ""
    assert signed(found) == signed(Request(environ).cookies.get("session", ""))


def test_cookies_of_a_requests_own_are_looked_at() -> None:
    class Own(Request):
        @property
        def cookies(self) -> t.Any:
            return {"session": "mine"}

    app = Erlen("plans", static_folder=None, root_path="/")
    app.secret_key = KEY
    app.add_url_rule("/", "index", lambda: str(session.get("n")))
    ask(app)
    assert plan_of(app).text_of(Own(EnvironBuilder().get_environ())) == "mine"


def test_a_configuration_that_two_applications_have_tells_both(app: Erlen) -> None:
    Erlen("another", static_folder=None, root_path="/").config = app.config
    app.config["SESSION_COOKIE_NAME"] = "renamed"
    assert "renamed=" in app.test_client().get("/").headers["Set-Cookie"]


def test_a_configuration_that_tells_nothing_is_asked_each_time(app: Erlen) -> None:
    app.config = dict(app.config)  # type: ignore[assignment]
    app.test_client().get("/")
    app.config["SESSION_COOKIE_PATH"] = "/there"
    assert "Path=/there" in app.test_client().get("/").headers["Set-Cookie"]


def test_keys_that_can_be_changed_in_place_are_looked_at_each_time(app: Erlen) -> None:
    class Keys(list[str]):
        pass

    app.config["SECRET_KEY_FALLBACKS"] = keys = Keys()
    client = app.test_client()
    client.get("/")
    app.secret_key = KEY[::-1]
    app.test_client().get("/")
    keys.append(KEY)
    assert client.get("/").text == "2"


def test_a_lifetime_in_a_setting_of_ones_own_is_asked_for_each_time() -> None:
    class Own(Erlen):
        permanent_session_lifetime = ConfigAttribute(
            "LIFETIME", lambda seconds: dt.timedelta(seconds=seconds)
        )

    app = Own("plans", static_folder=None, root_path="/")
    app.config.update(SECRET_KEY=KEY, LIFETIME=60)
    app.add_url_rule("/", "index", lambda: str(session.get("n")))
    ask(app)
    assert app._session_plan is None


@pytest.mark.parametrize("name", ["get_cookie_domain", "get_expiration_time", "should_set_cookie"])
def test_a_method_that_was_replaced_on_the_class_is_called_each_time(
    app: Erlen, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    calls = []
    method = getattr(SecureCookieSessionInterface, name)

    def replacement(*args: t.Any) -> t.Any:
        calls.append(name)
        return method(*args)

    monkeypatch.setattr(SecureCookieSessionInterface, name, replacement)
    app._session_plan = None
    for _ in range(2):
        ask(app)
    assert calls == [name, name]


def test_the_application_may_be_given_as_a_proxy() -> None:
    app = Erlen("plans", static_folder=None, root_path="/")
    app.secret_key = KEY
    with app.test_request_context() as ctx:
        opened: t.Any = app.session_interface.open_session(current_app, ctx.request)
    assert opened == {}


def test_the_request_may_be_one_of_werkzeugs(app: Erlen) -> None:
    client = app.test_client()
    client.get("/")
    cookie = t.cast(t.Any, client.get_cookie("session"))
    environ = make_environ("/", HTTP_COOKIE=f"session={cookie.value}")
    request: t.Any = WerkzeugRequest(environ)
    opened: t.Any = app.session_interface.open_session(app, request)
    assert opened == {"n": 1}


def test_a_setting_that_changes_while_a_plan_is_made_drops_it(
    app: Erlen, monkeypatch: pytest.MonkeyPatch
) -> None:
    class ChangedMeanwhile(SessionPlan):
        def __init__(self, app: Erlen, *args: t.Any) -> None:
            super().__init__(app, *args)
            app.secret_key = KEY[::-1]

    app._session_plan = None
    monkeypatch.setattr(erlen.sessions.cookie, "SessionPlan", ChangedMeanwhile)
    ask(app)
    assert app._session_plan is None


def test_a_wrong_attribute_of_the_cookie_is_told_when_one_is_set(app: Erlen) -> None:
    app.config["SESSION_COOKIE_SAMESITE"] = "Most"
    app.testing = True
    with app.test_request_context():
        assert session.get("n") is None
    with pytest.raises(ValueError, match="SameSite"):
        app.test_client().get("/")


class Text(str):
    pass


def test_names_and_texts_of_cookies_may_be_of_a_class_of_their_own(app: Erlen) -> None:
    class Own(Request):
        @property
        def cookies(self) -> t.Any:
            return {name: Text(text) for name, text in super().cookies.items()}

    app.config["SESSION_COOKIE_NAME"] = Text("sid")
    app.request_class = Own
    client = app.test_client()
    assert [client.get("/").text, client.get("/").text] == ["1", "2"]
