"""Secret keys: missing, weak, and the former ones."""

from __future__ import annotations

import collections.abc as cabc
import math
import typing as t
from collections import Counter

from ..sessions import SecureCookieSessionInterface, fallback_keys, weak_key_reason
from .finding import Finding
from .kinds import found

if t.TYPE_CHECKING:
    from .survey import Survey

_NEW_KEY = 'python -c "import secrets; print(secrets.token_hex())"'
MEND = f"Set SECRET_KEY, outside of the code, to what '{_NEW_KEY}' prints."

#: Bits, as estimated; 16 random hexadecimal digits have some 50.
_LEAST_ENTROPY = 40
_TELLING_WORDS = (b"changeme", b"change-me", b"change_me", b"password", b"insecure")


def weakness_of(key: str | bytes) -> str | None:
    """Say what makes *key* easy to guess; None when nothing seems to."""
    reason = weak_key_reason(key)
    if reason is not None:
        return reason
    raw = key.encode("utf-8", "surrogatepass") if isinstance(key, str) else key
    for word in _TELLING_WORDS:
        if word in raw.lower():
            return f"it contains {word.decode()!r}"
    if _entropy(raw) < _LEAST_ENTROPY:
        return "it repeats few characters"
    return None


def _entropy(raw: bytes) -> float:
    counts = Counter(raw).values()
    return sum(count * math.log2(len(raw) / count) for count in counts)


def check_secret_key(survey: Survey) -> cabc.Iterator[Finding]:
    key = survey.app.secret_key
    if key:
        weakness = weakness_of(key)
        if weakness is not None:
            yield found(
                "secret-key-weak",
                "SECRET_KEY",
                f"The key is easy to guess: {weakness}. Whoever guesses it can be any user.",
                MEND,
            )
    elif isinstance(survey.app.session_interface, SecureCookieSessionInterface):
        yield from _missing_key(survey)


def _missing_key(survey: Survey) -> cabc.Iterator[Finding]:
    writer = next(iter(survey.code.session_writers), None)
    if writer is None and "csrf" in survey.app.extensions:
        writer = "CSRFProtect"
    if writer is not None:
        yield found(
            "secret-key-missing",
            writer,
            "The session is written to, which fails as long as no SECRET_KEY is set.",
            MEND,
        )
    elif survey.deploy:
        yield found(
            "secret-key-not-set",
            "SECRET_KEY",
            "No key is set: sessions, flashed messages and the tokens of forms will fail.",
            f"{MEND} An application without any of these needs none: --ignore secret-key-not-set",
        )


def check_former_keys(survey: Survey) -> cabc.Iterator[Finding]:
    try:
        keys = fallback_keys(survey.app.config["SECRET_KEY_FALLBACKS"])
    except (TypeError, ValueError) as exc:
        yield found(
            "secret-key-fallbacks",
            "SECRET_KEY_FALLBACKS",
            str(exc),
            "Let it be a list of the keys that were used before, or remove it.",
        )
        return
    for position, key in enumerate(keys):
        weakness = weakness_of(key)
        if weakness is not None:
            yield found(
                "secret-key-weak",
                f"SECRET_KEY_FALLBACKS[{position}]",
                f"A former key is easy to guess: {weakness}. It still opens sessions.",
                "Remove it from the list; who was logged in with it logs in again.",
            )
