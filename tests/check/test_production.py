from __future__ import annotations

import typing as t

import pytest

from erlen import Erlen
from tests.check.conftest import ids, only

READY: dict[str, t.Any] = {
    "SESSION_COOKIE_SECURE": True,
    "SESSION_COOKIE_SAMESITE": "Lax",
    "TRUSTED_HOSTS": ["shop.example"],
    "MAX_CONTENT_LENGTH": 2**24,
}


@pytest.fixture
def ready(app: Erlen) -> Erlen:
    app.config.update(READY)
    return app


def test_an_application_that_is_ready(ready: Erlen) -> None:
    assert ids(ready, deploy=True) == []


@pytest.mark.parametrize(
    "config,expected",
    [
        ({"TESTING": True}, "testing-on"),
        ({"PROPAGATE_EXCEPTIONS": True}, "exceptions-propagate"),
        ({"WTF_CSRF_ENABLED": False}, "csrf-off"),
        ({"TRUSTED_HOSTS": None}, "any-host"),
        ({"MAX_CONTENT_LENGTH": None}, "no-body-limit"),
        ({"SERVER_NAME": "shop.example"}, "links-over-http"),
    ],
)
def test_what_is_wrong_in_production_only(
    ready: Erlen, config: dict[str, t.Any], expected: str
) -> None:
    ready.config.update(config)
    assert only(ready, deploy=True).id == expected
    assert ids(ready) == []


def test_links_for_https(ready: Erlen) -> None:
    ready.config.update(SERVER_NAME="shop.example", PREFERRED_URL_SCHEME="https")
    assert ids(ready, deploy=True) == []


def test_debug_mode_in_the_code(ready: Erlen) -> None:
    ready.debug = True
    assert (only(ready).id, only(ready).level) == ("debug-on", "warning")
    assert only(ready, deploy=True).level == "error"


def test_debug_mode_on_the_command_line(ready: Erlen, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ERLEN_DEBUG", "1")
    ready.debug = True
    assert ids(ready) == []
    assert ids(ready, deploy=True) == ["debug-on"]
