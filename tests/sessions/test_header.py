"""The headers of a session, held against Werkzeug's ``set_cookie``."""

from __future__ import annotations

import datetime as dt
import typing as t

import pytest
from hypothesis import given
from hypothesis import strategies as st

from erlen import Erlen
from erlen._core.respond import own_pairs_of
from erlen.sessions.header import mark_for_caches, session_cookie
from erlen.wrappers import Response

DATES = st.none() | st.datetimes(dt.datetime(1980, 1, 1), timezones=st.just(dt.UTC))
SETTINGS = st.fixed_dictionaries(
    {
        "name": st.sampled_from(["session", "__Host-sid", "odd name", "naïve", "a=b"]),
        "path": st.sampled_from(["/", None, "", "/a b/ü;x", "/a%20b"]),
        "domain": st.sampled_from([None, "example.com", ".example.com:80", "bücher.de", ""]),
        "secure": st.booleans(),
        "httponly": st.booleans(),
        "samesite": st.sampled_from([None, "Lax", "strict", "NONE"]),
        "partitioned": st.booleans(),
    }
)
PLAIN = st.text("abzAZ09-_.", max_size=80)


def lines(
    settings: dict[str, t.Any], value: str, expires: dt.datetime | None = None
) -> tuple[list[str], list[str]]:
    """Return the lines that Erlen and that Werkzeug writes."""
    ours, theirs = Response(), Response()
    session_cookie(**settings).set_plain(ours, value, expires, 4093)
    attributes = {key: setting for key, setting in settings.items() if key != "name"}
    theirs.set_cookie(settings["name"], value, expires=expires, **attributes)
    return ours.headers.getlist("Set-Cookie"), theirs.headers.getlist("Set-Cookie")


@given(SETTINGS, PLAIN, DATES)
def test_the_line_is_the_one_that_werkzeug_writes(
    settings: dict[str, t.Any], value: str, expires: dt.datetime | None
) -> None:
    ours, theirs = lines(settings, value, expires)
    assert ours == theirs


ORDINARY: dict[str, t.Any] = {
    "name": "session",
    "path": "/",
    "domain": None,
    "secure": False,
    "httponly": True,
    "samesite": None,
    "partitioned": False,
}


@pytest.mark.parametrize("change", [{"secure": 1}, {"httponly": 1}, {"domain": False}])
def test_settings_of_odd_types_are_not_mixed_up(change: dict[str, t.Any]) -> None:
    for settings in (ORDINARY, {**ORDINARY, **change}, ORDINARY):
        ours, theirs = lines(settings, "x")
        assert ours == theirs


def test_a_wrong_samesite_is_an_error_each_time() -> None:
    for _ in range(2):
        with pytest.raises(ValueError, match="SameSite must be"):
            session_cookie(**{**ORDINARY, "samesite": "invalid"})


def test_a_cookie_too_large_is_set_with_a_warning() -> None:
    response = Response()
    cookie = session_cookie(**ORDINARY)
    with pytest.warns(UserWarning, match="cookie is too large"):
        cookie.set_plain(response, "x" * 5000, None, 4093)
    assert len(response.headers["Set-Cookie"]) > 5000
    cookie.set_plain(Response(), "x" * 4000, None, 0)


def test_a_response_with_a_set_cookie_of_its_own_is_asked() -> None:
    class Own(Response):
        def set_cookie(  # type: ignore[override]
            self, key: str, value: str = "", **kwargs: t.Any
        ) -> None:
            super().set_cookie(key, value.upper(), **kwargs)

    response = Own()
    session_cookie(**ORDINARY).set_plain(response, "x", None, 4093)
    assert response.headers["Set-Cookie"] == "session=X; HttpOnly; Path=/"


@pytest.mark.parametrize(
    "before, after",
    [
        (None, "Cookie"),
        ("Accept-Encoding", "Accept-Encoding, Cookie"),
        ("cookie", "cookie"),
        ("Cookie, Origin", "Cookie, Origin"),
    ],
)
def test_the_response_varies_by_cookie(before: str | None, after: str) -> None:
    response = Response()
    if before is not None:
        response.headers["VARY"] = before
    mark_for_caches(response, sets_cookie=False)
    assert response.headers.getlist("Vary") == [after]
    assert "Cache-Control" not in response.headers


def test_a_cookie_is_kept_from_shared_caches() -> None:
    response = Response()
    mark_for_caches(response, sets_cookie=True)
    assert response.headers["Cache-Control"] == 'no-cache="Set-Cookie"'


def test_the_views_cache_control_stays() -> None:
    response = Response()
    response.cache_control.private = True
    mark_for_caches(response, sets_cookie=True)
    assert response.headers.getlist("Cache-Control") == ["private"]


def test_a_dictionary_in_place_of_the_headers_is_marked_as_well() -> None:
    response = Response()
    response.headers = {"X-A": "1"}  # type: ignore[assignment]
    mark_for_caches(response, sets_cookie=False)
    assert list(response.headers) == [("X-A", "1"), ("Vary", "Cookie")]


def test_a_response_is_marked_once_however_often_it_is_saved() -> None:
    app = Erlen("header")
    with app.test_request_context():
        response = app.make_response("text")
    for _ in range(2):
        mark_for_caches(response, sets_cookie=True)
    assert own_pairs_of(response) is not None
    assert response.headers.getlist("Vary") == ["Cookie"]
    assert response.headers.getlist("Cache-Control") == ['no-cache="Set-Cookie"']
