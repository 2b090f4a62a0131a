# cython: boundscheck=False, wraparound=False
"""The text of a session cookie: ``payload.timestamp.signature``, as itsdangerous writes it.

The payload is JSON in URL-safe base64, compressed and marked by a leading dot where that is
shorter; the signature is an HMAC-SHA1 of what stands before it, under a key derived from the
secret key and the salt. There are two codecs for this one format. `SignedCodec` leaves all to
itsdangerous and takes any settings. `CookieCodec` is for the default settings; it prepares once
what depends on the keys only, and the tests hold it against itsdangerous, which is the truth.
"""

from __future__ import annotations

import collections.abc as cabc
import functools
import hashlib
import hmac
import time
import typing as t
import zlib
from binascii import a2b_base64, b2a_base64

from . import base64url
from .deflate import compress
from .keys import weak_key_reason

if t.TYPE_CHECKING:
    from itsdangerous import URLSafeTimedSerializer

    from ..json.tag import TaggedJSONSerializer

Key = str | bytes


class Codec(t.Protocol):
    """Writes and reads the text of a cookie."""

    #: Whether the text needs no quoting in a cookie.
    is_plain: bool

    #: Why the key that signs is easy to guess, or None.
    @property
    def weakness(self) -> str | None: ...

    def write(self, data: dict[str, t.Any]) -> str:
        """Return the signed text for *data*; ``TypeError`` for a value that it cannot hold."""
        ...

    def read(self, text: str, max_age: int) -> t.Any:
        """Return the data; None when the text is not ours or older than *max_age* seconds."""
        ...


class SignedCodec:
    """A codec over a serializer of itsdangerous."""

    is_plain = False

    def __init__(self, serializer: URLSafeTimedSerializer) -> None:
        self._serializer = serializer

    @property
    def weakness(self) -> str | None:
        return weak_key_reason(self._serializer.secret_key)

    def write(self, data: dict[str, t.Any]) -> str:
        try:
            return self._serializer.dumps(data)
        except TypeError as exc:
            _name_key(exc, data, self._serializer.dumps)
            raise

    def read(self, text: str, max_age: int) -> t.Any:
        from itsdangerous import BadData

        try:
            return self._serializer.loads(text, max_age=max_age)
        except (BadData, ValueError, OverflowError, OSError):
            # The latter three: a text that is no UTF-8, a timestamp beyond all calendars.
            return None


def _name_key(
    exc: TypeError, data: dict[str, t.Any], dumps: cabc.Callable[[dict[str, t.Any]], object]
) -> None:
    """Add to *exc* which value of *data* it was that could not be written."""
    for key, value in data.items():
        try:
            dumps({key: value})
        except TypeError:
            exc.add_note(
                f"It is in session[{key!r}]. A session in a cookie keeps what JSON has, tuples,"
                " bytes, dates, UUIDs and Markup: put an id or a dict of its parts there."
            )
            return


#: Whether this is the compiled form, which goes through bytes one by one. No C variable: the tests
#: go both ways in either form.
_COMPILED: t.Final = not __file__.endswith((".py", ".pyc"))

_TO_URL: t.Final = bytes.maketrans(b"+/", b"-_")
_FROM_URL: t.Final = bytes.maketrans(b"-_", b"+/")
_DOT: t.Final = 46
#: Bytes of a cookie's text at most, besides payload and timestamp: dots, the signature, and what
#: rounding takes.
_AROUND: t.Final = 40

#: Bytes of JSON below which compression is not tried. Only one character repeated over and over
#: would become shorter, and the attempt takes 3 µs, as long as all the rest.
_LEAST_TO_COMPRESS = 32


def _encode(raw: bytes) -> bytes:
    return b2a_base64(raw, newline=False).rstrip(b"=").translate(_TO_URL)


def _decode(text: bytes) -> bytes:
    return a2b_base64(text.translate(_FROM_URL) + b"=" * (-len(text) % 4))


def _last_dot(text: bytes, end: int) -> int:
    """Return where the last dot before *end* is; -1 where there is none."""
    for place in range(end - 1, -1, -1):
        if text[place] == _DOT:
            return place
    return -1


def _keyed_states(key: bytes) -> tuple[t.Any, t.Any]:
    """Return HMAC's two SHA-1 states with the key worked in; it has at most 64 bytes."""
    block = key.ljust(64, b"\0")
    inner = hashlib.sha1(bytes(byte ^ 0x36 for byte in block))
    outer = hashlib.sha1(bytes(byte ^ 0x5C for byte in block))
    return inner, outer


def _hmac(states: tuple[t.Any, t.Any], message: bytes) -> bytes:
    # PERF: two copied SHA-1 states take 0.6 µs; hmac.HMAC.copy 1.0, hmac.digest 1.5, and
    # itsdangerous, which also derives the key anew, 4.5 µs.
    inner = states[0].copy()
    inner.update(message)
    outer = states[1].copy()
    outer.update(inner.digest())
    return outer.digest()  # type: ignore[no-any-return]


def _derived_key(secret: Key, salt: Key) -> bytes:
    """Derive as itsdangerous does for ``key_derivation="hmac"``; 20 bytes."""
    raw = secret.encode() if isinstance(secret, str) else secret
    message = salt.encode() if isinstance(salt, str) else salt
    return hmac.digest(raw, message, "sha1")


class CookieCodec:
    """A codec for HMAC-SHA1 and tagged JSON. Immutable, so that threads share it."""

    is_plain = True

    def __init__(
        self,
        keys: cabc.Sequence[Key],
        salt: Key,
        serializer: TaggedJSONSerializer,
    ) -> None:
        """Take the current key, which signs, and after it the former ones, which only verify."""
        self._states = tuple(_keyed_states(_derived_key(key, salt)) for key in keys)
        self._serializer = serializer
        self.weakness = weak_key_reason(keys[0])

    def write(self, data: dict[str, t.Any]) -> str:
        try:
            raw = self._serializer.dumps(data).encode()
        except TypeError as exc:
            _name_key(exc, data, self._serializer.dumps)
            raise
        mark = b""
        if len(raw) >= _LEAST_TO_COMPRESS:
            shrunk = compress(raw)
            if len(shrunk) < len(raw) - 1:
                raw, mark = shrunk, b"."
        now = int(time.time())
        stamp = now.to_bytes((now.bit_length() + 7) // 8, "big")
        if _COMPILED:
            return self._text_by_bytes(mark, raw, stamp)
        signed = mark + _encode(raw) + b"." + _encode(stamp)
        return (signed + b"." + _encode(_hmac(self._states[0], signed))).decode("ascii")

    def _text_by_bytes(self, mark: bytes, raw: bytes, stamp: bytes) -> str:
        # PERF: all parts go into one room, and come out of one: a request that reads and writes
        # takes 79,900 instructions, with bytes made by binascii and added up 93,900 (callgrind).
        # Compiled, `chars` points into the room, and a slice of it is copied as bytes.
        room = bytearray((len(raw) + len(stamp)) * 4 // 3 + _AROUND)
        at = 0
        if mark:
            room[0] = _DOT
            at = 1
        at = base64url.encode(raw, room, at)
        room[at] = _DOT
        at = base64url.encode(stamp, room, at + 1)
        chars: t.Any = room
        signature = _hmac(self._states[0], chars[:at])
        room[at] = _DOT
        at = base64url.encode(signature, room, at + 1)
        return chars[:at].decode("ascii")  # type: ignore[no-any-return]

    def read(self, text: str, max_age: int) -> t.Any:
        try:
            json = self._json_by_bytes(text, max_age) if _COMPILED else self._json(text, max_age)
            return None if json is None else self._serializer.loads(json)
        except Exception:
            # Wrong base64, zlib, UTF-8, JSON, nesting or tag: whatever it is, the session is
            # none of ours. (A tag of the application's own may raise anything.)
            return None

    def _json(self, text: str, max_age: int) -> str | None:
        signed, _, signature = text.encode().rpartition(b".")
        payload, dot, stamp = signed.rpartition(b".")
        if not dot or not self._verifies(signed, _decode(signature)):
            return None
        number = _decode(stamp)
        age = int(time.time()) - int.from_bytes(number, "big")
        if len(number) > 8 or not 0 <= age <= max_age:
            return None
        is_compressed = payload[:1] == b"."
        return (
            zlib.decompress(_decode(payload[1:])) if is_compressed else _decode(payload)
        ).decode()

    def _json_by_bytes(self, text: str, max_age: int) -> str | None:
        data = text.encode()
        source: t.Any = data
        last = _last_dot(data, len(data))
        dot = _last_dot(data, last)
        if dot < 0:
            return None
        room = bytearray(len(data))
        chars: t.Any = room  # pointers when compiled, as above
        size = base64url.decode(data, last + 1, len(data), room)
        if size < 0:
            return self._json(text, max_age)
        if not self._verifies(source[:last], chars[:size]):
            return None
        size = base64url.decode(data, dot + 1, last, room)
        if not 0 <= size < 8:
            return self._json(text, max_age)
        stamp = 0
        for place in range(size):
            stamp = stamp << 8 | room[place]
        age = int(time.time()) - stamp
        if not 0 <= age <= max_age:
            return None
        is_compressed = dot > 0 and data[0] == _DOT
        size = base64url.decode(data, 1 if is_compressed else 0, dot, room)
        if size < 0:
            return self._json(text, max_age)
        if is_compressed:
            return zlib.decompress(chars[:size]).decode()
        return chars[:size].decode()  # type: ignore[no-any-return]

    def _verifies(self, signed: bytes, signature: bytes) -> bool:
        # PERF: a loop, as any() makes a generator: 0.2 µs.
        for states in self._states:  # noqa: SIM110
            if hmac.compare_digest(_hmac(states, signed), signature):
                return True
        return False


@functools.lru_cache(maxsize=64)
def cookie_codec(
    secret: Key,
    fallbacks: tuple[Key, ...],
    salt: Key,
    serializer: TaggedJSONSerializer,
) -> CookieCodec:
    """Return the codec for these settings, the same one each time (9 µs to make)."""
    return CookieCodec((secret, *reversed(fallbacks)), salt, serializer)
