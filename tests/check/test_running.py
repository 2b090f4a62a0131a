from __future__ import annotations

import collections.abc as cabc
import functools
import typing as t

import pytest

from erlen import Blueprint, Erlen, current_app
from erlen.check import Finding, check_app
from tests.check.conftest import ids, only

OWN = Finding("mail", "warning", "MAIL_SERVER", "Mail goes nowhere.", "Set MAIL_SERVER.")


def test_a_level_is_one_of_two() -> None:
    with pytest.raises(ValueError, match="it can be 'error' or 'warning'"):
        Finding("mail", "fatal", "", "", "")  # type: ignore[arg-type]


def test_levels_have_an_order() -> None:
    assert OWN.is_at_least("warning")
    assert not OWN.is_at_least("error")


def test_own_checks_run_in_the_context_of_the_application(app: Erlen) -> None:
    @app.check
    def mail_server() -> cabc.Iterator[Finding]:
        if not current_app.config.get("MAIL_SERVER"):
            yield OWN

    assert only(app) is OWN
    app.config["MAIL_SERVER"] = "mail.example"
    assert ids(app) == []


def test_own_checks_for_production(app: Erlen) -> None:
    @app.check(deploy=True)
    def mail_server() -> list[Finding]:
        return [OWN]

    assert ids(app, tags=["own"]) == []
    assert ids(app, tags=["own"], deploy=True) == ["mail"]


def test_own_checks_that_find_nothing_or_wait(app: Erlen) -> None:
    @app.check
    def nothing() -> None:
        return None

    @app.check
    async def later() -> list[Finding]:
        return [OWN]

    assert ids(app) == ["mail"]


def test_checks_of_a_blueprint_run_once(app: Erlen) -> None:
    blueprint = Blueprint("blog", __name__)
    calls = []
    blueprint.check(lambda: calls.append(1))
    app.register_blueprint(blueprint)
    app.register_blueprint(blueprint, name="other", url_prefix="/other")
    assert ids(app) == []
    assert calls == [1]


def test_a_check_that_raises_is_a_finding(app: Erlen) -> None:
    @app.check
    def broken() -> cabc.Iterator[Finding]:
        yield OWN
        raise KeyError("mail")

    assert ids(app) == ["check-failed", "mail"]
    failed = check_app(app)[0]
    assert failed.level == "error"
    assert "'broken' raised KeyError: 'mail'" in failed.reason
    assert "test_running.py:" in failed.place


def test_a_check_that_wants_arguments_is_shown_where_it_was_written(app: Erlen) -> None:
    @app.check  # type: ignore[type-var]
    def mail_server(app: Erlen) -> list[Finding]:
        return [OWN]

    failed = only(app)
    assert "missing 1 required positional argument: 'app'" in failed.reason
    assert "test_running.py:" in failed.place


def test_a_check_that_has_no_name(app: Erlen) -> None:
    app.check(functools.partial(int, "mail"))  # type: ignore[type-var]
    assert "The check 'int' raised ValueError" in only(app).reason


def test_a_check_that_returns_something_else(app: Erlen) -> None:
    app.check(t.cast(t.Any, lambda: ["mail is off"]))
    assert "returned 'mail is off', which is no finding" in only(app).reason


def test_checks_are_registered_before_the_first_request(app: Erlen) -> None:
    app.test_client().get("/")
    with pytest.raises(AssertionError, match="'check' can no longer be called"):
        app.check(lambda: None)


def test_errors_come_first(app: Erlen) -> None:
    app.config["SESSION_COOKIE_HTTPONLY"] = False
    app.add_url_rule("/", "a")
    assert ids(app) == ["endpoint-without-view", "cookie-not-httponly"]


def test_only_some_of_the_checks(app: Erlen) -> None:
    app.config["SESSION_COOKIE_HTTPONLY"] = False
    app.add_url_rule("/", "a")
    assert ids(app, tags=["settings"]) == ["cookie-not-httponly"]
    assert ids(app, tags=["settings", "routes"])[0] == "endpoint-without-view"
    with pytest.raises(ValueError, match="No check has the tag 'setings'"):
        check_app(app, tags=["setings"])


def test_a_finding_is_told_once(app: Erlen) -> None:
    for _ in range(2):
        app.check(lambda: [OWN])
    assert ids(app) == ["mail"]


def test_the_application_serves_as_before(app: Erlen) -> None:
    """To look an application over is not to start it: it may still be set up."""
    app.add_url_rule("/", "home", lambda: "home")
    assert ids(app, deploy=False) == []
    assert not app.got_first_request
    app.add_url_rule("/later", "later", lambda: "later")
    assert app.test_client().get("/later").text == "later"
