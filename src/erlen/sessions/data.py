"""The objects that ``session`` stands for."""

from __future__ import annotations

import collections.abc as cabc
import contextlib
import typing as t

from werkzeug.datastructures import CallbackDict

NO_SECRET_KEY = (
    "The session is unavailable because no secret "
    "key was set.  Set the secret_key on the "
    "application to something unique and secret, "
    "for example what 'python -c \"import secrets; print(secrets.token_hex())\"' prints: "
    'app.secret_key = "…"'
)

_missing: t.Any = object()


class SessionMixin(cabc.MutableMapping[str, t.Any]):
    """What a session is beyond a dict."""

    @property
    def permanent(self) -> bool:
        """Whether it outlives the browser, for ``PERMANENT_SESSION_LIFETIME``."""
        return self.get("_permanent", False)  # type: ignore[no-any-return]

    @permanent.setter
    def permanent(self, value: bool) -> None:
        self["_permanent"] = bool(value)

    #: Whether the session was made in this request. Not every kind of session can tell: False.
    new = False

    #: Whether the session must be saved. A kind that cannot tell says always.
    modified = True

    #: Whether the request looked at the session, so that the response depends on the cookie.
    #: The request context sets it.
    accessed = False

    # What sessions in a store can do, and those in a cookie cannot.

    @property
    def id(self) -> str:
        """What the browser is known by."""
        _needs_a_store("id")

    def lock(self, timeout: float = 10) -> contextlib.AbstractContextManager[t.Any]:
        """Hold the session against all other requests' locks, see server-side sessions."""
        _needs_a_store("lock()")

    def regenerate(self) -> None:
        """Give the session a new id; the old one leads nowhere from then on."""
        _needs_a_store("regenerate()")

    def destroy(self) -> None:
        """End the session now, for all requests that are under way, too."""
        _needs_a_store("destroy()")


def _needs_a_store(what: str) -> t.NoReturn:
    raise RuntimeError(
        f"session.{what} needs server-side sessions; this one is kept in a cookie. Set"
        ' app.config["SESSION_TYPE"], then: from erlen.sessions import Session; Session(app)'
    )


class SecureCookieSession(CallbackDict[str, t.Any], SessionMixin):
    """A session that a signed cookie holds; it notices what is set and deleted in it.

    A change inside of a value, a list in the session say, goes unnoticed: set ``modified`` to
    True after it.
    """

    modified = False

    # PERF: CallbackDict wraps every change in three calls (0.49 µs to set an item). The changes
    # below note themselves (0.13 µs).

    def __init__(self, initial: cabc.Mapping[str, t.Any] | None = None) -> None:
        if initial is not None:
            dict.__init__(self, initial)

    @staticmethod
    def on_update(session: SessionMixin) -> None:
        session.modified = True

    def __setitem__(self, key: str, value: t.Any) -> None:
        dict.__setitem__(self, key, value)
        self.modified = True

    def __delitem__(self, key: str) -> None:
        dict.__delitem__(self, key)
        self.modified = True

    def setdefault(self, key: str, default: t.Any = None) -> t.Any:
        if key not in self:
            self[key] = default
        return self[key]

    def pop(self, key: str, default: t.Any = _missing) -> t.Any:
        if key in self:
            self.modified = True
        elif default is not _missing:
            return default
        return dict.pop(self, key)


class NullSession(SecureCookieSession):
    """Stands in for a session where none can be had: it can be read, as empty, but not changed."""

    def _fail(self, *args: t.Any, **kwargs: t.Any) -> t.NoReturn:
        raise RuntimeError(NO_SECRET_KEY)

    __setitem__ = __delitem__ = __ior__ = _fail
    clear = pop = popitem = update = setdefault = _fail
    del _fail
