"""Which cookies an untouched session is opened for, so that a permanent one lives on."""

from __future__ import annotations

import typing as t

import pytest
from hypothesis import given
from hypothesis import strategies as st

from erlen import Erlen, session
from erlen.sessions import SecureCookieSession, SecureCookieSessionInterface
from erlen.sessions.codec import cookie_codec
from erlen.sessions.cookie import session_json_serializer
from erlen.sessions.permanence import check_for

may_be_permanent = check_for("session")
KEY = "a key of more than sixteen bytes"
codec = cookie_codec(KEY, (), "cookie-session", session_json_serializer)


@given(
    st.dictionaries(st.text(max_size=8), st.text(max_size=20), max_size=4),
    st.dictionaries(st.text(max_size=8), st.text(max_size=20), max_size=4),
)
def test_a_permanent_session_is_never_missed(before: dict[str, str], after: dict[str, str]) -> None:
    data = {**before, "_permanent": True, **after}
    assert may_be_permanent(f"a=1; session={codec.write(data)}; b=2")


@given(st.integers(0, 9), st.text("abc", max_size=6))
def test_a_short_session_that_is_not_permanent_is_left_alone(number: int, text: str) -> None:
    assert not may_be_permanent(f"session={codec.write({'n': number, 't': text})}")


def test_other_cookies_do_not_matter() -> None:
    assert not may_be_permanent("theme=.dark; lang=en")


class Opened(SecureCookieSessionInterface):
    """Counts how often a session is opened."""

    opens_on_first_touch = True
    count = 0

    def open_session(self, app: t.Any, request: t.Any) -> SecureCookieSession | None:
        type(self).count += 1
        return super().open_session(app, request)


@pytest.mark.parametrize("permanent", [True, False])
def test_an_untouched_permanent_session_is_sent_again(permanent: bool) -> None:
    app = Erlen(__name__)
    app.secret_key = KEY

    @app.route("/in")
    def log_in() -> str:
        session["user"] = 1
        session.permanent = permanent
        return ""

    @app.route("/page")
    def page() -> str:
        return ""

    client = app.test_client()
    client.get("/in")
    response = client.get("/page")
    assert ("Set-Cookie" in response.headers) is permanent
    assert ("Vary" in response.headers) is permanent


def test_refreshing_can_be_turned_off() -> None:
    app = Erlen(__name__)
    app.secret_key = KEY
    app.session_interface = Opened()
    app.add_url_rule("/", view_func=lambda: "", endpoint="page")
    client = app.test_client()
    client.set_cookie("session", ".anything")
    client.get("/")
    assert Opened.count == 1
    app.config["SESSION_REFRESH_EACH_REQUEST"] = False
    client.get("/")
    assert Opened.count == 1
