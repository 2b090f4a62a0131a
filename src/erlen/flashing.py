"""Messages that one request leaves for the next one to show."""

from __future__ import annotations

import collections.abc as cabc

from .globals import _find_app, request_ctx, session
from .signals import message_flashed

#: Where the messages wait in the session, as a list of ``(category, message)``.
_SESSION_KEY = "_flashes"


def flash(message: str, category: str = "message") -> None:
    """Keep a message in the session until :func:`get_flashed_messages` takes it out.

    Categories are free; ``message``, ``error``, ``info`` and ``warning`` are customary.
    """
    flashes = session.get(_SESSION_KEY, [])
    flashes.append((category, message))
    # Assigned even when the list was there already: a session that lives in a store, or one
    # that notices assignments only, learns of the change by this.
    session[_SESSION_KEY] = flashes

    if message_flashed.receivers:
        app = _find_app()
        message_flashed.send(
            app, _async_wrapper=app.ensure_sync, message=message, category=category
        )


def get_flashed_messages(
    with_categories: bool = False, category_filter: cabc.Iterable[str] = ()
) -> list[str] | list[tuple[str, str]]:
    """Take the waiting messages out of the session.

    All calls within one request get the same messages.

    :param with_categories: return ``(category, message)`` pairs rather than messages.
    :param category_filter: return messages of these categories only; empty means all.
    """
    flashes = request_ctx.flashes
    if flashes is None:
        flashes = request_ctx.flashes = _take_from_session()
    if category_filter:
        wanted = list(category_filter)
        flashes = [pair for pair in flashes if pair[0] in wanted]
    if with_categories:
        return flashes
    return [message for _, message in flashes]


def _take_from_session() -> list[tuple[str, str]]:
    current = request_ctx.session
    # Asked first, as taking from the session marks it as modified even when nothing is there.
    return current.pop(_SESSION_KEY) if _SESSION_KEY in current else []
