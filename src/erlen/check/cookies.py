"""The flags of the session cookie."""

from __future__ import annotations

import collections.abc as cabc
import typing as t

from ..sessions import SessionInterface
from .finding import Finding
from .kinds import found

if t.TYPE_CHECKING:
    from ..app import Erlen
    from .survey import Survey

_SAMESITE = ("Strict", "Lax", "None")


def check_cookie(survey: Survey) -> cabc.Iterator[Finding]:
    """Look for settings that contradict each other: they are wrong wherever the site runs."""
    config = survey.app.config
    samesite = config["SESSION_COOKIE_SAMESITE"]
    if samesite is not None and str(samesite).title() not in _SAMESITE:
        yield found(
            "cookie-samesite",
            "SESSION_COOKIE_SAMESITE",
            f"The value is {samesite!r}: setting the cookie will fail.",
            "Set it to 'Lax', 'Strict', 'None' (the text) or None.",
        )
    if not config["SESSION_COOKIE_HTTPONLY"]:
        yield found(
            "cookie-not-httponly",
            "SESSION_COOKIE_HTTPONLY",
            "Scripts can read the session cookie, so that one injected script steals sessions.",
            "Remove the setting: True is the default.",
        )
    for reason, mend in _refusals(survey.app):
        yield found("cookie-refused", "SESSION_COOKIE_SECURE", reason, mend)
    yield from _check_domain(survey.app)


def _refusals(app: Erlen) -> cabc.Iterator[tuple[str, str]]:
    config = app.config
    name = str(config["SESSION_COOKIE_NAME"])
    is_secure = config["SESSION_COOKIE_SECURE"] or _decides_itself(app, "get_cookie_secure")
    needs_secure = {
        "SameSite=None": str(config["SESSION_COOKIE_SAMESITE"] or "").title() == "None",
        "Partitioned": config["SESSION_COOKIE_PARTITIONED"],
        f"a name like {name!r}": name.startswith(("__Secure-", "__Host-")),
    }
    for what, is_given in needs_secure.items():
        if is_given and not is_secure:
            yield (
                f"Browsers refuse a cookie with {what} that is not Secure: there are no sessions.",
                "Set SESSION_COOKIE_SECURE = True.",
            )
    if name.startswith("__Host-"):
        path = config["SESSION_COOKIE_PATH"] or config["APPLICATION_ROOT"]
        if config["SESSION_COOKIE_DOMAIN"] or path != "/":
            yield (
                f"Browsers refuse a cookie with the name {name!r} and a domain or a path.",
                "Remove SESSION_COOKIE_DOMAIN, set SESSION_COOKIE_PATH = '/', or rename it.",
            )


def _check_domain(app: Erlen) -> cabc.Iterator[Finding]:
    domain = app.config["SESSION_COOKIE_DOMAIN"]
    if not domain:
        return
    host = _host_of(str(app.config["SERVER_NAME"] or ""))
    bare = str(domain).lower().lstrip(".")
    if not bare or not set(bare).isdisjoint(":/ "):
        reason = f"{domain!r} is no domain."
    elif host and not f".{host}".endswith(f".{bare}"):
        reason = f"The application is {host!r}, which is not below {domain!r}."
    else:
        return
    yield found(
        "cookie-domain",
        "SESSION_COOKIE_DOMAIN",
        f"{reason} Browsers refuse the cookie: there are no sessions.",
        "Remove the setting, unless several hosts share their sessions; then it is the domain"
        " that they have in common, without scheme and port.",
    )


def _host_of(server_name: str) -> str:
    return server_name.rpartition(":")[0].lower() or server_name.lower()


def check_cookie_in_production(survey: Survey) -> cabc.Iterator[Finding]:
    app = survey.app
    if not keeps_sessions(app):
        return
    if not app.config["SESSION_COOKIE_SECURE"] and not _decides_itself(app, "get_cookie_secure"):
        yield found(
            "cookie-not-secure",
            "SESSION_COOKIE_SECURE",
            "The session cookie is also sent over plain HTTP, where anybody on the way reads it.",
            "Serve over HTTPS and set SESSION_COOKIE_SECURE = True.",
        )
    samesite = app.config["SESSION_COOKIE_SAMESITE"]
    if samesite is None and not _decides_itself(app, "get_cookie_samesite"):
        yield found(
            "cookie-any-site",
            "SESSION_COOKIE_SAMESITE",
            "Whether other sites' forms come with the session is left to each browser.",
            "Set SESSION_COOKIE_SAMESITE = 'Lax'.",
        )


def keeps_sessions(app: Erlen) -> bool:
    """Tell whether the application can write a session at all."""
    return bool(app.secret_key) or getattr(app.session_interface, "store", None) is not None


def _decides_itself(app: Erlen, method: str) -> bool:
    """Tell whether the session interface has a say of its own, beside the configuration."""
    own = getattr(type(app.session_interface), method, None)
    return own is not getattr(SessionInterface, method)
