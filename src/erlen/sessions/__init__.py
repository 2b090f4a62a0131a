"""Sessions: what one browser's requests know of each other."""

from __future__ import annotations

import typing as t

from .cookie import SecureCookieSessionInterface, session_json_serializer
from .data import NullSession, SecureCookieSession, SessionMixin
from .interface import SessionInterface, SessionUnavailable, opens_on_first_touch
from .keys import fallback_keys, weak_key_reason

if t.TYPE_CHECKING:
    from .extension import Session
    from .failures import (
        SessionError,
        SessionLockLost,
        SessionLockTimeout,
        SessionTooLarge,
        StoreError,
        UnstorableValue,
    )
    from .record import ServerSideSession
    from .server import ServerSideSessionInterface
    from .stores import Store, UpdatingStore, register_store

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
    # Server-side sessions
    "ServerSideSession",
    "ServerSideSessionInterface",
    "Session",
    "Store",
    "UpdatingStore",
    "register_store",
    # What can go wrong
    "SessionError",
    "SessionLockLost",
    "SessionLockTimeout",
    "SessionTooLarge",
    "SessionUnavailable",
    "StoreError",
    "UnstorableValue",
]

#: Imported when they are asked for: applications with cookie sessions do without.
_LATER = {
    "ServerSideSession": "record",
    "ServerSideSessionInterface": "server",
    "Session": "extension",
    "Store": "stores",
    "UpdatingStore": "stores",
    "register_store": "stores",
    "SessionError": "failures",
    "SessionLockLost": "failures",
    "SessionLockTimeout": "failures",
    "SessionTooLarge": "failures",
    "StoreError": "failures",
    "UnstorableValue": "failures",
}


def __getattr__(name: str) -> t.Any:
    if name not in _LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    value = globals()[name] = getattr(import_module(f".{_LATER[name]}", __name__), name)
    return value
