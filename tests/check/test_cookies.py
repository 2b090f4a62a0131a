from __future__ import annotations

import typing as t

import pytest

from erlen import Erlen
from erlen.sessions import SecureCookieSessionInterface
from tests.check.conftest import ids, only


@pytest.mark.parametrize("value", ["lax", "Strict", None])
def test_known_values_of_samesite(app: Erlen, value: str | None) -> None:
    app.config["SESSION_COOKIE_SAMESITE"] = value
    assert ids(app) == []


def test_an_unknown_value_of_samesite(app: Erlen) -> None:
    app.config["SESSION_COOKIE_SAMESITE"] = "always"
    assert only(app).id == "cookie-samesite"


def test_scripts_that_read_the_cookie(app: Erlen) -> None:
    app.config["SESSION_COOKIE_HTTPONLY"] = False
    finding = only(app)
    assert (finding.id, finding.level) == ("cookie-not-httponly", "warning")


@pytest.mark.parametrize(
    "config",
    [
        {"SESSION_COOKIE_SAMESITE": "None"},
        {"SESSION_COOKIE_PARTITIONED": True},
        {"SESSION_COOKIE_NAME": "__Secure-session"},
        {"SESSION_COOKIE_NAME": "__Host-session"},
    ],
)
def test_what_browsers_take_from_secure_cookies_only(app: Erlen, config: dict[str, t.Any]) -> None:
    app.config.update(config)
    assert ids(app) == ["cookie-refused"]
    app.config["SESSION_COOKIE_SECURE"] = True
    assert ids(app) == []


@pytest.mark.parametrize(
    "config",
    [
        {"SESSION_COOKIE_DOMAIN": "shop.example"},
        {"SESSION_COOKIE_PATH": "/shop"},
        {"APPLICATION_ROOT": "/shop"},
    ],
)
def test_a_host_cookie_has_neither_domain_nor_path(app: Erlen, config: dict[str, t.Any]) -> None:
    app.config.update(config, SESSION_COOKIE_NAME="__Host-session", SESSION_COOKIE_SECURE=True)
    assert ids(app) == ["cookie-refused"]
    app.config["SESSION_COOKIE_NAME"] = "session"
    assert ids(app) == []


@pytest.mark.parametrize(
    "domain,server_name,is_right",
    [
        ("shop.example", "www.shop.example:8000", True),
        (".shop.example", "Shop.example", True),
        ("shop.example", None, True),
        ("www.shop.example", "shop.example", False),
        ("hop.example", "shop.example", False),
        ("https://shop.example", None, False),
        ("shop.example:443", "shop.example:443", False),
        (".", None, False),
    ],
)
def test_the_domain(app: Erlen, domain: str, server_name: str | None, is_right: bool) -> None:
    app.config.update(SESSION_COOKIE_DOMAIN=domain, SERVER_NAME=server_name)
    assert ids(app) == ([] if is_right else ["cookie-domain"])


def test_flags_for_production(app: Erlen) -> None:
    flags = ["cookie-not-secure", "cookie-any-site"]
    assert [id for id in ids(app) if id in flags] == []
    assert [id for id in ids(app, deploy=True) if id in flags] == flags
    app.config.update(SESSION_COOKIE_SECURE=True, SESSION_COOKIE_SAMESITE="Lax")
    assert [id for id in ids(app, deploy=True) if id in flags] == []


def test_no_sessions_no_flags(app: Erlen) -> None:
    app.secret_key = None
    assert [id for id in ids(app, deploy=True) if id.startswith("cookie-")] == []


def test_an_interface_that_decides_by_itself(app: Erlen) -> None:
    class Interface(SecureCookieSessionInterface):
        def get_cookie_secure(self, app: Erlen) -> bool:
            return True

        def get_cookie_samesite(self, app: Erlen) -> str:
            return "None"

    app.session_interface = Interface()
    assert [id for id in ids(app, deploy=True) if id.startswith("cookie-")] == []
    app.config["SESSION_COOKIE_SAMESITE"] = "None"
    assert ids(app) == []
