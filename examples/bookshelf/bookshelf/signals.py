"""What this application announces.

Who listens is none of the senders' business: see ``audit.py``.
"""

from __future__ import annotations

import typing as t

from erlen import current_app
from erlen.signals import Namespace

if t.TYPE_CHECKING:
    from blinker import NamedSignal

_signals = Namespace()

user_registered = _signals.signal("user-registered")  # user
user_logged_in = _signals.signal("user-logged-in")  # user
user_logged_out = _signals.signal("user-logged-out")  # user
login_failed = _signals.signal("login-failed")  # name
book_added = _signals.signal("book-added")  # book
book_changed = _signals.signal("book-changed")  # book
book_removed = _signals.signal("book-removed")  # book


def announce(signal: NamedSignal, **what: t.Any) -> None:
    """Send *signal* with the application itself as its sender, not the proxy for it."""
    signal.send(current_app._get_current_object(), **what)  # type: ignore[attr-defined]
