"""What a session interface does for a request, worked out once for all requests."""

from __future__ import annotations

import re
import typing as t

from ..config import ConfigAttribute
from .header import sets_plainly

if t.TYPE_CHECKING:
    import datetime as dt

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


class Plan:
    """What every kind of session asks of the settings, while they stay. Threads share it."""

    interface: SessionInterface
    #: The cookie's name, and what a header begins with that has no other.
    name: str
    mark: str
    refreshes: bool
    find: t.Callable[[str], re.Match[str] | None]

    def __init__(self, app: Erlen, interface: SessionInterface, name: str) -> None:
        self.interface = interface
        self.name = name
        self.mark = f"{name}="
        self.refreshes = bool(app.config["SESSION_REFRESH_EACH_REQUEST"])
        self.find = re.compile(rf"(?:^|;)[ \t]*{re.escape(name)}[ \t]*=[ \t]*([^;]*)").search

    def text_of(self, request: Request) -> str | None:
        """Return the text of the session's cookie, as ``request.cookies`` would."""
        # PERF: 0.4 against 1.9 µs for parsing all cookies into a multidict; 0.6 with the pattern.
        try:
            header = request._environ.get("HTTP_COOKIE")
        except AttributeError:  # a request of Werkzeug's
            header = None
        if (
            type(header) is not str
            or not request._keeps_cookies
            or '"' in header  # a quoted value may hold anything
            or "cookies" in request.__dict__
        ):
            value: str | None = request.cookies.get(self.name)
            return str.__str__(value) if isinstance(value, str) else None
        text = header
        if text.startswith(self.mark) and ";" not in text:  # the only one
            return text[len(self.mark) :].strip(" \t")
        found = self.find(text)
        return None if found is None else found[1].rstrip(" \t")


class SessionPlan(Plan):
    """How sessions in cookies are read and written."""

    codec: CookieCodec
    cookie: SessionCookie
    lifetime: dt.timedelta

    def __init__(
        self, app: Erlen, interface: SessionInterface, codec: CookieCodec, cookie: SessionCookie
    ) -> None:
        Plan.__init__(self, app, interface, cookie.name)
        self.codec = codec
        self.cookie = cookie
        self.lifetime = app.permanent_session_lifetime
        #: The lifetime in whole seconds: cookies that are older are not read.
        self.max_age = int(self.lifetime.total_seconds())
        #: Bytes above which a cookie is warned of; 0 for never.
        self.max_cookie_size: int = app.config["MAX_COOKIE_SIZE"]
        #: What saving without a response does the work of, as it was: one may be replaced later.
        self.save_session = type(interface).save_session
        self.is_null_session = type(interface).is_null_session
        self.set_cookie = (
            app.response_class.set_cookie if sets_plainly(app.response_class) else None
        )


class StoragePlan(Plan):
    """How sessions in a store are found and kept alive."""

    #: The lifetime in seconds.
    seconds: float

    def __init__(self, app: Erlen, interface: SessionInterface) -> None:
        Plan.__init__(self, app, interface, interface.get_cookie_name(app))
        self.seconds = app.permanent_session_lifetime.total_seconds()


def is_setting(app: Erlen, name: str) -> bool:
    """Tell whether the attribute *name* is the setting of that name, and no property."""
    # A proxy has the class of its application only under this name.
    attribute = getattr(app.__class__, name)
    return isinstance(attribute, ConfigAttribute) and attribute.__name__ == name.upper()
