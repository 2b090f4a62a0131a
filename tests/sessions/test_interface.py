from __future__ import annotations

import datetime as dt
import typing as t

import pytest

from erlen import Erlen
from erlen.sessions import (
    NullSession,
    SecureCookieSession,
    SecureCookieSessionInterface,
    SessionInterface,
    opens_on_first_touch,
)


class Lazy(SessionInterface):
    opens_on_first_touch = True

    def open_session(self, app: Erlen, request: t.Any) -> None:
        return None


class LazyWithOtherSettings(Lazy):
    def get_cookie_name(self, app: Erlen) -> str:
        return "other"


class Overriding(Lazy):
    def open_session(self, app: Erlen, request: t.Any) -> None:
        return None


class OverridingAndSure(Lazy):
    opens_on_first_touch = True

    def open_session(self, app: Erlen, request: t.Any) -> None:
        return None


class Eager(Lazy):
    opens_on_first_touch = False


class Unrelated:
    def open_session(self, app: Erlen, request: t.Any) -> None:
        return None


@pytest.mark.parametrize(
    "cls, lazy",
    [
        (SecureCookieSessionInterface, True),
        (SessionInterface, False),
        (Lazy, True),
        (LazyWithOtherSettings, True),
        (Overriding, False),
        (OverridingAndSure, True),
        (Eager, False),
        (Unrelated, False),
        (object, False),
    ],
)
def test_only_who_says_so_is_opened_late(cls: type, lazy: bool) -> None:
    assert opens_on_first_touch(cls()) is lazy


def test_what_is_set_on_the_instance_counts() -> None:
    interface: t.Any = SecureCookieSessionInterface()
    interface.open_session = lambda app, request: None
    assert not opens_on_first_touch(interface)
    interface.opens_on_first_touch = True
    assert opens_on_first_touch(interface)


def test_the_settings_are_those_of_the_configuration(app: Erlen) -> None:
    interface = SessionInterface()
    app.config.update(
        SESSION_COOKIE_NAME="n",
        SESSION_COOKIE_DOMAIN="d",
        SESSION_COOKIE_HTTPONLY=False,
        SESSION_COOKIE_SECURE=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_PARTITIONED=True,
    )
    assert interface.get_cookie_name(app) == "n"
    assert interface.get_cookie_domain(app) == "d"
    assert interface.get_cookie_httponly(app) is False
    assert interface.get_cookie_secure(app) is True
    assert interface.get_cookie_samesite(app) == "Lax"
    assert interface.get_cookie_partitioned(app) is True


def test_the_path_falls_back_to_the_root(app: Erlen) -> None:
    interface = SessionInterface()
    app.config["APPLICATION_ROOT"] = "/root"
    assert interface.get_cookie_path(app) == "/root"
    app.config["SESSION_COOKIE_PATH"] = "/path"
    assert interface.get_cookie_path(app) == "/path"


def test_a_permanent_session_ends_after_its_lifetime(app: Erlen) -> None:
    interface, session = SessionInterface(), SecureCookieSession()
    assert interface.get_expiration_time(app, session) is None
    session.permanent = True
    app.permanent_session_lifetime = dt.timedelta(hours=1)
    end = interface.get_expiration_time(app, session)
    assert end is not None
    assert dt.timedelta(minutes=59) < end - dt.datetime.now(dt.UTC) <= dt.timedelta(hours=1)


@pytest.mark.parametrize(
    "modified, permanent, refresh, expected",
    [
        (True, False, True, True),
        (False, False, True, False),
        (False, True, True, True),
        (False, True, False, False),
        (True, True, False, True),
    ],
)
def test_when_the_cookie_is_set(
    app: Erlen, modified: bool, permanent: bool, refresh: bool, expected: bool
) -> None:
    app.config["SESSION_REFRESH_EACH_REQUEST"] = refresh
    session = SecureCookieSession({"_permanent": permanent})
    session.modified = modified
    assert SessionInterface().should_set_cookie(app, session) is expected


def test_null_sessions_are_known_by_their_class(app: Erlen) -> None:
    class Nothing(NullSession):
        pass

    class Interface(SessionInterface):
        null_session_class = Nothing

    null = Interface().make_null_session(app)
    assert type(null) is Nothing
    assert Interface().is_null_session(null)
    assert not Interface().is_null_session(NullSession())


def test_the_base_opens_and_saves_nothing(app: Erlen) -> None:
    with pytest.raises(NotImplementedError):
        SessionInterface().open_session(app, t.cast(t.Any, None))
    with pytest.raises(NotImplementedError):
        SessionInterface().save_session(app, SecureCookieSession(), app.response_class())
    assert SessionInterface.pickle_based is False


def test_an_interface_of_ones_own_is_opened_and_saved_with_every_request() -> None:
    calls: list[str] = []

    class Interface(SessionInterface):
        def open_session(self, app: Erlen, request: t.Any) -> SecureCookieSession:
            calls.append(f"open {request.path}")
            return SecureCookieSession()

        def save_session(self, app: Erlen, session: t.Any, response: t.Any) -> None:
            calls.append(f"save {response.status_code}")

    app = Erlen(__name__)
    app.session_interface = Interface()
    app.test_client().get("/nowhere")
    assert calls == ["open /nowhere", "save 404"]
