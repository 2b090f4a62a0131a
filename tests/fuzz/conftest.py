from __future__ import annotations

import collections.abc as cabc

import pytest
from blinker import Signal

from erlen import signals


@pytest.fixture(autouse=True, scope="module")
def _listeners_leave() -> cabc.Iterator[None]:
    """Disconnect what the application listens with: the tests of signals count listeners."""
    yield
    for signal in vars(signals).values():
        if isinstance(signal, Signal):
            signal._clear_state()
