"""Sessions: what one browser's requests know of each other."""

from __future__ import annotations

from .cookie import SecureCookieSessionInterface, session_json_serializer
from .data import NullSession, SecureCookieSession, SessionMixin
from .interface import SessionInterface, opens_on_first_touch
from .keys import fallback_keys, weak_key_reason

__all__ = [
    "NullSession",
    "SecureCookieSession",
    "SecureCookieSessionInterface",
    "SessionInterface",
    "SessionMixin",
    "fallback_keys",
    "opens_on_first_touch",
    "session_json_serializer",
    "weak_key_reason",
]
