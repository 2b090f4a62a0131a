"""What is right on a developer's machine and wrong in production."""

from __future__ import annotations

import collections.abc as cabc
import typing as t

from ..helpers import get_debug_flag
from .finding import Finding
from .kinds import found

if t.TYPE_CHECKING:
    from .survey import Survey


def check_debug(survey: Survey) -> cabc.Iterator[Finding]:
    """Without ``--deploy``, debug mode may come from the command line, but not from the code."""
    if not survey.app.debug or (get_debug_flag() and not survey.deploy):
        return
    yield found(
        "debug-on",
        "DEBUG",
        "Debug mode is on: errors show the code to whoever causes them, and with the development"
        " server a console that runs anything.",
        "Leave DEBUG out of the configuration, and turn it on where you develop: erlen --debug run",
        None if survey.deploy else "warning",
    )


def check_mode(survey: Survey) -> cabc.Iterator[Finding]:
    app = survey.app
    if app.testing:
        yield found(
            "testing-on",
            "TESTING",
            "Errors are raised into the server instead of being answered, and extensions leave"
            " things out: sending mail, for one.",
            "Set TESTING in the configuration of the tests only.",
        )
    if app.config["PROPAGATE_EXCEPTIONS"]:
        yield found(
            "exceptions-propagate",
            "PROPAGATE_EXCEPTIONS",
            "Errors are raised into the server: no page for status 500 is shown, nothing logged.",
            "Remove the setting: in production its default is right.",
        )
    if app.config.get("WTF_CSRF_ENABLED", True) is False:
        yield found(
            "csrf-off",
            "WTF_CSRF_ENABLED",
            "Forms take requests that other sites have forged.",
            "Set WTF_CSRF_ENABLED = False in the configuration of the tests only.",
        )


def check_limits(survey: Survey) -> cabc.Iterator[Finding]:
    config = survey.app.config
    if not config["TRUSTED_HOSTS"]:
        yield found(
            "any-host",
            "TRUSTED_HOSTS",
            "Requests for any host are answered, and links in pages and mails name that host.",
            "Set TRUSTED_HOSTS to the names of the site, ['shop.example'] for instance.",
        )
    if config["MAX_CONTENT_LENGTH"] is None:
        yield found(
            "no-body-limit",
            "MAX_CONTENT_LENGTH",
            "A request may be of any size: one client can fill memory or disk.",
            "Set MAX_CONTENT_LENGTH to the bytes of the largest upload, 16 * 1024 * 1024 say.",
        )
    if config["SERVER_NAME"] and config["PREFERRED_URL_SCHEME"] != "https":
        yield found(
            "links-over-http",
            "PREFERRED_URL_SCHEME",
            "Links that are made outside of a request, in mails for instance, begin with 'http:'.",
            "Set PREFERRED_URL_SCHEME = 'https'.",
        )
