"""What a session interface does for a request, worked out once for all requests."""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
import typing as t

from ..config import ConfigAttribute

if t.TYPE_CHECKING:
    from ..app import Erlen
    from ..wrappers import Request
    from .codec import CookieCodec
    from .header import SessionCookie
    from .interface import SessionInterface

#: The settings that a plan is made of: changing one drops it.
SESSION_SETTINGS = (
    "APPLICATION_ROOT",
    "MAX_COOKIE_SIZE",
    "PERMANENT_SESSION_LIFETIME",
    "SECRET_KEY",
    "SECRET_KEY_FALLBACKS",
    "SESSION_COOKIE_DOMAIN",
    "SESSION_COOKIE_HTTPONLY",
    "SESSION_COOKIE_NAME",
    "SESSION_COOKIE_PARTITIONED",
    "SESSION_COOKIE_PATH",
    "SESSION_COOKIE_SAMESITE",
    "SESSION_COOKIE_SECURE",
    "SESSION_REFRESH_EACH_REQUEST",
)


@dataclasses.dataclass(frozen=True, slots=True)
class Plan:
    """What every kind of session asks of the settings, while they stay. Threads share it."""

    interface: SessionInterface
    #: The cookie's name, and what a header begins with that has no other.
    name: str
    mark: str
    refreshes: bool
    find: t.Callable[[str], re.Match[str] | None]

    def text_of(self, request: Request) -> str | None:
        """Return the text of the session's cookie, as ``request.cookies`` would."""
        # PERF: 0.4 against 1.9 µs for parsing all cookies into a multidict; 0.6 with the pattern.
        try:
            header = request._environ.get("HTTP_COOKIE")
        except AttributeError:  # a request of Werkzeug's
            header = None
        if (
            not header
            or not request._keeps_cookies
            or '"' in header  # a quoted value may hold anything
            or "cookies" in request.__dict__
        ):
            return request.cookies.get(self.name)
        mark = self.mark
        if header.startswith(mark) and ";" not in header:  # the only one
            text: str = header[len(mark) :]
            return text.strip()
        found = self.find(header)
        return None if found is None else found[1].rstrip()


@dataclasses.dataclass(frozen=True, slots=True)
class SessionPlan(Plan):
    """How sessions in cookies are read and written."""

    codec: CookieCodec
    cookie: SessionCookie
    lifetime: dt.timedelta
    #: The lifetime in whole seconds: cookies that are older are not read.
    max_age: int
    #: Bytes above which a cookie is warned of; 0 for never.
    max_cookie_size: int

    @classmethod
    def make(
        cls, app: Erlen, interface: SessionInterface, codec: CookieCodec, cookie: SessionCookie
    ) -> t.Self:
        lifetime = app.permanent_session_lifetime
        return cls(
            **_common(app, interface, cookie.name),
            codec=codec,
            cookie=cookie,
            lifetime=lifetime,
            max_age=int(lifetime.total_seconds()),
            max_cookie_size=app.config["MAX_COOKIE_SIZE"],
        )


@dataclasses.dataclass(frozen=True, slots=True)
class StoragePlan(Plan):
    """How sessions in a store are found and kept alive."""

    #: The lifetime in seconds.
    seconds: float

    @classmethod
    def make(cls, app: Erlen, interface: SessionInterface) -> t.Self:
        return cls(
            **_common(app, interface, interface.get_cookie_name(app)),
            seconds=app.permanent_session_lifetime.total_seconds(),
        )


def _common(app: Erlen, interface: SessionInterface, name: str) -> dict[str, t.Any]:
    return {
        "interface": interface,
        "name": name,
        "mark": f"{name}=",
        "refreshes": bool(app.config["SESSION_REFRESH_EACH_REQUEST"]),
        "find": re.compile(rf"(?:^|;)\s*{re.escape(name)}\s*=\s*([^;]*)").search,
    }


def is_setting(app: Erlen, name: str) -> bool:
    """Tell whether the attribute *name* is the setting of that name, and no property."""
    # A proxy has the class of its application only under this name.
    attribute = getattr(app.__class__, name)
    return isinstance(attribute, ConfigAttribute) and attribute.__name__ == name.upper()
