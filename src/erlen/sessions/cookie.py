"""The default kind of session: the data itself, in a signed cookie."""

from __future__ import annotations

import collections.abc as cabc
import hashlib
import typing as t
import weakref
from operator import itemgetter

from ..json.provider import DefaultJSONProvider
from ..json.tag import TaggedJSONSerializer
from .codec import Codec, SignedCodec, cookie_codec
from .data import NO_SECRET_KEY, SecureCookieSession, SessionMixin
from .header import SessionCookie, mark_for_caches, session_cookie
from .interface import SessionInterface
from .keys import fallback_keys
from .permanence import check_for

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

    def open_session(self, app: Erlen, request: Request) -> SecureCookieSession | None:
        codec = self._codec(app)
        if codec is None:
            return None
        if codec.weakness is not None:
            _warn_of_weak_key(app, codec.weakness)
        text = request.cookies.get(self.get_cookie_name(app))
        if not text:
            return self.session_class()
        data = codec.read(text, int(app.permanent_session_lifetime.total_seconds()))
        if type(data) is dict or isinstance(data, cabc.Mapping):
            return self.session_class(data)
        return self.session_class()

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
        emptied = not session
        touched = session.modified if emptied else self.should_set_cookie(app, session)
        if session.accessed:
            mark_for_caches(response, sets_cookie=touched)
        if touched and emptied:
            self._cookie(app).delete(response)
        elif touched:
            self._set_cookie(app, session, response)
        if touched and not session.accessed:  # where Flask has the header, too
            mark_for_caches(response, sets_cookie=True)

    def _set_cookie(self, app: Erlen, session: SessionMixin, response: Response) -> None:
        codec = self._codec(app)
        if codec is None:
            raise RuntimeError(NO_SECRET_KEY)
        cookie = self._cookie(app)
        expires = self.get_expiration_time(app, session)
        text = codec.write(dict(session))
        if codec.is_plain:
            cookie.set_plain(response, text, expires, app.config["MAX_COOKIE_SIZE"])
        else:
            cookie.set(response, text, expires)

    def _cookie(self, app: Erlen) -> SessionCookie:
        if type(self) is SecureCookieSessionInterface:
            # PERF: what the methods come to where none is overridden: 0.5 against 0.8 µs.
            config = app.config
            path = config["SESSION_COOKIE_PATH"] or config["APPLICATION_ROOT"]
            return session_cookie(path, *_read_settings(config))
        return session_cookie(
            self.get_cookie_path(app),
            self.get_cookie_name(app),
            self.get_cookie_domain(app),
            self.get_cookie_secure(app),
            self.get_cookie_httponly(app),
            self.get_cookie_samesite(app),
            self.get_cookie_partitioned(app),
        )

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


_read_settings = itemgetter(
    "SESSION_COOKIE_NAME",
    "SESSION_COOKIE_DOMAIN",
    "SESSION_COOKIE_SECURE",
    "SESSION_COOKIE_HTTPONLY",
    "SESSION_COOKIE_SAMESITE",
    "SESSION_COOKIE_PARTITIONED",
)
_get_signing_serializer = SecureCookieSessionInterface.get_signing_serializer
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
