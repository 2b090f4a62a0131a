"""The default kind of session: the data itself, in a signed cookie."""

from __future__ import annotations

import collections.abc as cabc
import datetime as dt
import hashlib
import typing as t
import weakref

from ..config import Config
from ..json.provider import DefaultJSONProvider
from ..json.tag import TaggedJSONSerializer
from . import cookie_passage
from .codec import Codec, CookieCodec, SignedCodec, cookie_codec
from .cookie_passage import is_mapping, plan_of
from .data import NO_SECRET_KEY, SecureCookieSession, SessionMixin
from .header import cookie_of, mark_for_caches
from .interface import SessionInterface
from .keys import fallback_keys
from .permanence import check_for
from .plan import SessionPlan, is_setting

if t.TYPE_CHECKING:
    from itsdangerous import URLSafeTimedSerializer

    from ..app import Erlen
    from ..wrappers import Request, Response

session_json_serializer = TaggedJSONSerializer()


def _lazy_sha1(string: bytes = b"") -> t.Any:
    # SHA-1 is missing from FIPS builds: asked for when used, so that another can be set before.
    return hashlib.sha1(string)


class SecureCookieSessionInterface(SessionInterface):
    """Keeps sessions in cookies signed by ``SECRET_KEY``: readable to the browser, but not
    changeable by it.

    The cookies are those of Flask, in both directions. Whatever is not a cookie of ours, or too
    old, gives an empty session.
    """

    opens_on_first_touch = True

    #: Sets these signatures apart from others made with the same key.
    salt = "cookie-session"
    #: The hash of the signature.
    digest_method = staticmethod(_lazy_sha1)
    #: How itsdangerous makes the signing key of the secret key and the salt.
    key_derivation = "hmac"
    #: Makes text of the session and the session of text.
    serializer = session_json_serializer
    session_class = SecureCookieSession

    def get_signing_serializer(self, app: Erlen) -> URLSafeTimedSerializer | None:
        """Make a serializer with these settings; None without a secret key."""
        secret_key = app.secret_key
        if not secret_key:
            return None
        # Imported here, as the default settings need none of it.
        from itsdangerous import URLSafeTimedSerializer

        # The last key signs, all of them verify.
        keys = [*fallback_keys(app.config["SECRET_KEY_FALLBACKS"]), secret_key]
        return URLSafeTimedSerializer(
            t.cast("list[str]", keys),
            salt=self.salt,
            serializer=self.serializer,
            signer_kwargs={
                "key_derivation": self.key_derivation,
                "digest_method": self.digest_method,
            },
        )

    # PERF: the functions themselves, as methods: 600 instructions less for each call (callgrind).
    open_session = cookie_passage.open_session
    save_apart = cookie_passage.save_apart

    def _open_by_settings(self, app: Erlen, request: Request) -> SecureCookieSession | None:
        codec = self._codec(app)
        if codec is None:
            return None
        if codec.weakness is not None:
            _warn_of_weak_key(app, codec.weakness)
        text = request.cookies.get(self.get_cookie_name(app))
        max_age = int(app.permanent_session_lifetime.total_seconds())
        data = codec.read(text, max_age) if text else None
        return self.session_class(data if is_mapping(data) else None)

    def permanence_check(self, app: Erlen) -> cabc.Callable[[str], bool]:
        """Return what tells by a Cookie header whether its session may be a permanent one.

        Such a session is sent again also when nobody touched it. Kept while the settings stay.
        """
        cls = type(self)
        if (
            cls.get_cookie_name is SessionInterface.get_cookie_name
            and cls.open_session is SecureCookieSessionInterface.open_session
            and self.serializer is session_json_serializer
            and type(app.json).dumps is DefaultJSONProvider.dumps
        ):
            return check_for(self.get_cookie_name(app))
        return bool  # any cookie may be one, in a format that is not known here

    def save_session(self, app: Erlen, session: SessionMixin, response: Response) -> None:
        plan = plan_of(self, app)
        emptied = not session
        if emptied:
            touched = session.modified
        elif plan is not None:
            touched = session.modified or (plan.refreshes and session.permanent)
        else:
            touched = self.should_set_cookie(app, session)
        if session.accessed:
            mark_for_caches(response, sets_cookie=touched)
        if touched and emptied:
            cookie_of(self, app).delete(response)
        elif touched and plan is not None:
            expires = dt.datetime.now(dt.UTC) + plan.lifetime if session.permanent else None
            text = plan.codec.write(dict(session))
            plan.cookie.set_plain(response, text, expires, plan.max_cookie_size)
        elif touched:
            self._set_cookie(app, session, response)
        if touched and not session.accessed:  # where Flask has the header, too
            mark_for_caches(response, sets_cookie=True)

    def _set_cookie(self, app: Erlen, session: SessionMixin, response: Response) -> None:
        codec = self._codec(app)
        if codec is None:
            raise RuntimeError(NO_SECRET_KEY)
        text = codec.write(dict(session))
        cookie_of(self, app).set(response, text, self.get_expiration_time(app, session))

    def _make_plan(self, app: Erlen) -> SessionPlan | None:
        if type(self) is not SecureCookieSessionInterface or self.__dict__:
            return None
        settings = app._session_settings
        codec = self._codec(app)
        if (
            not isinstance(codec, CookieCodec)
            or (codec.weakness is not None and app not in _warned)
            # What may be changed in place, any list say, is looked at each time.
            or not isinstance(app.config["SECRET_KEY_FALLBACKS"], (tuple, type(None)))
            or Config not in type(app.config).__mro__  # a dict tells nothing of its changes
            or not is_setting(app, "permanent_session_lifetime")
            or not is_setting(app, "secret_key")
            or any(getattr(type(self), name) is not method for name, method in _PLANNED.items())
        ):
            return None
        try:
            cookie = cookie_of(self, app)
        except ValueError:  # an attribute that is none: whoever only reads need not know
            return None
        plan = SessionPlan(app, self, codec, cookie)
        if app.session_interface is self:
            app._session_plan = plan
            if app._session_settings is not settings:  # another thread changed one meanwhile
                app._session_plan = None
        return plan

    def _codec(self, app: Erlen) -> Codec | None:
        """Return what reads and writes the cookie; None without a secret key."""
        serializer = self.serializer
        secret_key = app.secret_key
        if (
            getattr(self.get_signing_serializer, "__func__", None) is not _get_signing_serializer
            or self.digest_method is not _lazy_sha1
            or self.key_derivation != "hmac"
            or type(serializer) is not TaggedJSONSerializer
            or not isinstance(secret_key, (str, bytes))
        ):
            signing = self.get_signing_serializer(app)
            return None if signing is None else SignedCodec(signing)
        if not secret_key:
            return None
        fallbacks = app.config["SECRET_KEY_FALLBACKS"]
        fallbacks = fallback_keys(fallbacks) if fallbacks else ()
        return cookie_codec(secret_key, fallbacks, self.salt, serializer)


_get_signing_serializer = SecureCookieSessionInterface.get_signing_serializer
#: Methods whose outcome a plan has: one that was replaced may answer otherwise each time.
_PLANNED = {
    name: getattr(SecureCookieSessionInterface, name)
    for name in dir(SecureCookieSessionInterface)
    if name.startswith("get_cookie_")
    or name in ("get_expiration_time", "is_null_session", "save_session", "should_set_cookie")
}
_warned: weakref.WeakSet[Erlen] = weakref.WeakSet()


def _warn_of_weak_key(app: Erlen, weakness: str) -> None:
    """Log a weak key, once an application; while it is developed or tested, it may have one."""
    if app.testing or app.debug or app in _warned:
        return
    _warned.add(app)
    app.logger.warning(
        "The SECRET_KEY is weak: %s. Whoever guesses it can be any user. Set it to what"
        " 'python -c \"import secrets; print(secrets.token_hex())\"' prints.",
        weakness,
    )
