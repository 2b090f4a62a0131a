"""Where sessions are kept. A store of your own is a subclass of :class:`Store`."""

from __future__ import annotations

from .base import Change, Held, Outcome, Record, Store, UpdatingStore
from .registry import register_store
from .settings import Settings

__all__ = [
    "Change",
    "Held",
    "Outcome",
    "Record",
    "Settings",
    "Store",
    "UpdatingStore",
    "register_store",
]
