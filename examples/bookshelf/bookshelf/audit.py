"""The audit log: receivers of the application's signals write it, no view has to think of it."""

from __future__ import annotations

import collections.abc as cabc
import typing as t

from sqlalchemy import Select, select

from erlen import has_request_context, request

from . import signals
from .db import db
from .models import Book, Event, User

if t.TYPE_CHECKING:
    from erlen import Erlen


def init_app(app: Erlen) -> None:
    """Listen to this application; the signals keep weak references, so these are functions."""
    signals.user_registered.connect(on_registered, app)
    signals.user_logged_in.connect(on_logged_in, app)
    signals.user_logged_out.connect(on_logged_out, app)
    signals.login_failed.connect(on_login_failed, app)
    signals.book_added.connect(on_book_added, app)
    signals.book_changed.connect(on_book_changed, app)
    signals.book_removed.connect(on_book_removed, app)


def on_registered(app: Erlen, user: User) -> None:
    write(app, "registered", user.id)


def on_logged_in(app: Erlen, user: User) -> None:
    write(app, "logged in", user.id)


def on_logged_out(app: Erlen, user: User) -> None:
    write(app, "logged out", user.id)


def on_login_failed(app: Erlen, name: str) -> None:
    write(app, "log-in failed", None, detail=name)


def on_book_added(app: Erlen, book: Book) -> None:
    write(app, "added", book.owner_id, book.id, book.title)


def on_book_changed(app: Erlen, book: Book) -> None:
    write(app, "changed", book.owner_id, book.id, book.title)


def on_book_removed(app: Erlen, book: Book) -> None:
    write(app, "removed", book.owner_id, book.id, book.title)


def write(
    app: Erlen, event: str, user_id: int | None, book_id: int | None = None, detail: str = ""
) -> None:
    address = request.remote_addr if has_request_context() else None
    line = Event(event=event, user_id=user_id, book_id=book_id, detail=detail, address=address)
    db.session.add(line)
    db.session.commit()
    app.logger.info("audit: %s user=%s book=%s %r", event, user_id, book_id, detail)


def of(user: User, limit: int) -> cabc.Sequence[Event]:
    """What *user* did last, newest first."""
    return db.session.scalars(_newest(limit).filter_by(user_id=user.id)).all()


def latest(limit: int) -> cabc.Sequence[Event]:
    return db.session.scalars(_newest(limit)).all()


def _newest(limit: int) -> Select[Event]:
    return select(Event).order_by(Event.id.desc()).limit(limit)
