"""The seam between an application and a kind of session."""

from __future__ import annotations

import datetime as dt
import typing as t

from werkzeug.exceptions import ServiceUnavailable

from .data import NullSession, SecureCookieSession, SessionMixin

if t.TYPE_CHECKING:
    from ..app import Erlen
    from ..wrappers import Request, Response


class SessionUnavailable(ServiceUnavailable):
    """The session can, for now, not be had or not be saved: a 503.

    A session interface raises it; from ``save_session`` it takes the place of the response.
    """

    description = "Your session is not available at the moment. Please try again in a few seconds."


class SessionInterface:
    """Opens a session for a request and saves it with the response.

    A subclass implements :meth:`open_session` and :meth:`save_session` and is put to use as
    ``app.session_interface``. Requests of one browser may run at the same time: an interface
    over a store sees to it that they do not undo each other's changes.

    The session is opened when the request context is pushed, unless the class that defines
    ``open_session`` (or one derived from it) also sets ``opens_on_first_touch = True``: then it
    is opened when somebody first asks for it, and a request that never does costs nothing.
    """

    #: The class that :meth:`make_null_session` makes and :meth:`is_null_session` looks for.
    null_session_class = NullSession

    #: Whether sessions are pickled, for extensions that keep objects in them.
    pickle_based = False

    def make_null_session(self, app: Erlen) -> NullSession:
        """Make the session that stands in when :meth:`open_session` returned None."""
        return self.null_session_class()

    def is_null_session(self, obj: object) -> bool:
        """Tell whether *obj* is such a stand-in, which is never saved."""
        # PERF: sessions are abstract mappings, and asking one of those takes 0.3 µs; for the
        # ordinary session the answer is known.
        return type(obj) is not SecureCookieSession and isinstance(obj, self.null_session_class)

    def get_cookie_name(self, app: Erlen) -> str:
        """Return the name of the cookie: ``SESSION_COOKIE_NAME``."""
        return t.cast(str, app.config["SESSION_COOKIE_NAME"])

    def get_cookie_domain(self, app: Erlen) -> str | None:
        """Return the cookie's domain: ``SESSION_COOKIE_DOMAIN``.

        With None the browser sends it to exactly the host that set it, else to subdomains too.
        """
        return t.cast("str | None", app.config["SESSION_COOKIE_DOMAIN"])

    def get_cookie_path(self, app: Erlen) -> str:
        """Return the cookie's path: ``SESSION_COOKIE_PATH``, else ``APPLICATION_ROOT``."""
        config = app.config
        return t.cast(str, config["SESSION_COOKIE_PATH"] or config["APPLICATION_ROOT"])

    def get_cookie_httponly(self, app: Erlen) -> bool:
        """Return whether scripts are kept from the cookie: ``SESSION_COOKIE_HTTPONLY``."""
        return t.cast(bool, app.config["SESSION_COOKIE_HTTPONLY"])

    def get_cookie_secure(self, app: Erlen) -> bool:
        """Return whether the cookie is for HTTPS only: ``SESSION_COOKIE_SECURE``."""
        return t.cast(bool, app.config["SESSION_COOKIE_SECURE"])

    def get_cookie_samesite(self, app: Erlen) -> str | None:
        """Return ``"Strict"``, ``"Lax"``, ``"None"`` or None: ``SESSION_COOKIE_SAMESITE``."""
        return t.cast("str | None", app.config["SESSION_COOKIE_SAMESITE"])

    def get_cookie_partitioned(self, app: Erlen) -> bool:
        """Return whether the cookie is partitioned by top site: ``SESSION_COOKIE_PARTITIONED``."""
        return t.cast(bool, app.config["SESSION_COOKIE_PARTITIONED"])

    def get_expiration_time(self, app: Erlen, session: SessionMixin) -> dt.datetime | None:
        """Return when a permanent session ends; None for one that ends with the browser."""
        if session.permanent:
            return dt.datetime.now(dt.UTC) + app.permanent_session_lifetime
        return None

    def should_set_cookie(self, app: Erlen, session: SessionMixin) -> bool:
        """Tell whether the response sets the cookie.

        It does for a modified session, and for a permanent one with every response while
        ``SESSION_REFRESH_EACH_REQUEST`` is on. Not asked about an emptied session.
        """
        return session.modified or (
            session.permanent and bool(app.config["SESSION_REFRESH_EACH_REQUEST"])
        )

    def open_session(self, app: Erlen, request: Request) -> SessionMixin | None:
        """Return the session of this request; None when there can be none, see above."""
        raise NotImplementedError()

    def save_session(self, app: Erlen, session: SessionMixin, response: Response) -> None:
        """Save the session and set its cookie, once the response is made."""
        raise NotImplementedError()


def opens_on_first_touch(interface: object) -> bool:
    """Tell whether the session may wait for its first use.

    An ``open_session`` that overrides one which may wait does not inherit the permission: it
    counts on being called for every request, unless its own class says otherwise.
    """
    own: dict[str, t.Any] = getattr(interface, "__dict__", {})
    for names in (own, *(vars(cls) for cls in type(interface).__mro__)):
        if "opens_on_first_touch" in names:
            return bool(names["opens_on_first_touch"])
        if "open_session" in names:
            return False
    return False
