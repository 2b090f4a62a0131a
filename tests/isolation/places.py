"""Where the sessions of a run are kept."""

from __future__ import annotations

import collections.abc as cabc
import contextlib
import pathlib

from tests.services import SERVICES
from tests.sessions.places import place_of

from .application import Config

SESSIONS = ("cookies", "memory", "redis")


def missing(sessions: str) -> str | None:
    """Return why *sessions* cannot be had, None where they can."""
    service = SERVICES.get(sessions)
    return service.missing() if service else None


@contextlib.contextmanager
def configured(sessions: str) -> cabc.Iterator[Config]:
    """Give the configuration of an application; what it left in a store is removed."""
    if sessions == "cookies":
        yield {}
        return
    with place_of(sessions, pathlib.Path()) as place:
        yield place.config()
