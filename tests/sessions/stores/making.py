"""What tests of stores begin with: a serializer, and a session that is stored already."""

from __future__ import annotations

import secrets
import time

from erlen.sessions.serialization import make_serializer
from erlen.sessions.stores import Change, Outcome, Store

MSGPACK = make_serializer("msgpack")


def create(store: Store, lifetime: float = 60, **fields: bytes) -> str:
    """Return the id of a new session; without fields it has ``a``."""
    id = secrets.token_urlsafe(32)
    expires = time.time() + lifetime
    change = Change("g", fields or {"a": b"1"}, expires=expires, creates=True)
    assert store.apply(id, change) is Outcome.APPLIED
    return id


def fields(store: Store, id: str) -> dict[str, bytes] | None:
    record = store.load(id)
    return None if record is None else record.fields
