"""Secret keys: which are used, and which should not be."""

from __future__ import annotations

import typing as t

_SHORTEST = 16

#: Keys from tutorials, documentation and templates. Whoever wants to forge a session tries them.
_WELL_KNOWN: t.Final = frozenset(
    {
        b'_5#y2L"F4Q8z\n\xec]/',
        b'_5#y2L"F4Q8z\\n\\xec]/',
        '_5#y2L"F4Q8z\n\xec]/'.encode(),
        b"192b9bdd22ab9ed4d12e236c78afcb9a393ec15f71bbf5dc987d54727823bcbf",
        b"A0Zr98j/3yX R~XHH!jmN]LWX/,?RT",
        b'\xfd{H\xe5<\x95\xf9\xe3\x96.5\xd1\x01O<!\xd5\xa2\xa0\x9fR"\xa1\xa8',
        b"you-will-never-guess",
        b"hard to guess string",
        b"this-really-needs-to-be-changed",
        b"replace-me-with-something-secret",
        b"super-secret-key-change-me",
        b"change-this-in-production",
        b"change-me-in-production",
        b"your-secret-key-here",
        b"my_super_secret_key",
        b"supersecretkey123456",
        b"thisisasecretkey",
        b"this is a secret key",
        b"this-is-a-secret-key",
        b"your_secret_key_here",
        b"0123456789abcdef",
        b"1234567890123456",
    }
)


def weak_key_reason(key: str | bytes) -> str | None:
    """Say what makes *key* easy to guess, as in "it is short"; None when nothing seems to."""
    raw = key.encode("utf-8", "surrogatepass") if isinstance(key, str) else bytes(key)
    if raw in _WELL_KNOWN or raw.lower() in _WELL_KNOWN:
        return "it is well known"
    if len(raw) < _SHORTEST:
        return f"it has only {len(raw)} bytes, {_SHORTEST} are the least"
    if (different := len(set(raw))) < 6:
        return f"it has only {different} different character{'' if different == 1 else 's'}"
    return None


def fallback_keys(value: t.Any) -> tuple[str | bytes, ...]:
    """Check the value of ``SECRET_KEY_FALLBACKS``: the former keys, which still open sessions.

    Raises ``ValueError`` for an empty key among them, which would let anybody sign a session,
    and ``TypeError`` for what is no list of keys.
    """
    if not value:
        return ()
    if isinstance(value, (str, bytes)):
        raise TypeError(
            "SECRET_KEY_FALLBACKS is one key, but must be a list of keys; otherwise each of its"
            " characters would be a key. Write: SECRET_KEY_FALLBACKS = [old_key]"
        )
    keys = tuple(value)
    for position, key in enumerate(keys):
        if not key:
            raise ValueError(
                f"SECRET_KEY_FALLBACKS[{position}] is empty: anybody could sign a session with"
                " it. Remove it from the list; is an environment variable missing?"
            )
        if not isinstance(key, (str, bytes)):
            raise TypeError(
                f"SECRET_KEY_FALLBACKS[{position}] is of type {type(key).__name__}; a key is str"
                " or bytes."
            )
    return keys
