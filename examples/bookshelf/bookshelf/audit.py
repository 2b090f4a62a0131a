"""The audit log: receivers of the application's signals write it, no view has to think of it."""

from __future__ import annotations

import dataclasses
import typing as t

from erlen import has_request_context, request

from . import db, signals

if t.TYPE_CHECKING:
    from erlen import Erlen

    from .catalogue import Book
    from .users import User


@dataclasses.dataclass(frozen=True, slots=True)
class Event:
    at: str
    event: str
    user: str | None
    detail: str
    address: str | None


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
    connection = db.get()
    with connection:
        connection.execute(
            "INSERT INTO audit (event, user_id, book_id, detail, address) VALUES (?, ?, ?, ?, ?)",
            (event, user_id, book_id, detail, address),
        )
    app.logger.info("audit: %s user=%s book=%s %r", event, user_id, book_id, detail)


def of(user: User, limit: int) -> list[Event]:
    """What *user* did last, newest first."""
    return _read("WHERE audit.user_id = ?", (user.id, limit))


def latest(limit: int) -> list[Event]:
    return _read("", (limit,))


def _read(where: str, values: tuple[int, ...]) -> list[Event]:
    rows = db.get().execute(
        "SELECT audit.at, audit.event, users.name AS user, audit.detail, audit.address"
        f" FROM audit LEFT JOIN users ON users.id = audit.user_id {where}"
        " ORDER BY audit.id DESC LIMIT ?",
        values,
    )
    return [Event(**row) for row in rows]
