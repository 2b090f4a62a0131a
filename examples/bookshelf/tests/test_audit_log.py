from __future__ import annotations

import typing as t

from bookshelf import audit, signals

if t.TYPE_CHECKING:
    from bookshelf.catalogue import Book

    from conftest import Visitor
    from erlen import Erlen


def events(app: Erlen) -> list[tuple[str, str | None, str]]:
    with app.app_context():
        entries = reversed(audit.latest(20))
        return [(line.event, line.user and line.user.name, line.detail) for line in entries]


def test_every_signal_leaves_a_line(app: Erlen, ada: Visitor, form: dict[str, str]) -> None:
    ada.post("/books/new", form)
    ada.post("/books/4/edit", {**form, "title": "Emma II"})
    ada.call("DELETE", "/api/books/4")
    ada.post("/auth/logout", {})
    assert events(app) == [
        ("logged in", "ada", ""),
        ("added", "ada", "Emma"),
        ("changed", "ada", "Emma II"),
        ("removed", "ada", "Emma II"),
        ("logged out", "ada", ""),
    ]


def test_failed_log_ins_are_noted_with_name_and_address(app: Erlen, visitor: Visitor) -> None:
    visitor.log_in("ada", "wrong")
    with app.app_context():
        (entry,) = audit.latest(20)
    assert (entry.event, entry.user, entry.detail) == ("log-in failed", None, "ada")
    assert entry.address == "127.0.0.1"


def test_what_is_refused_is_not_noted(app: Erlen, jorge: Visitor) -> None:
    jorge.post("/books/1/delete", {})
    assert [event for event, *_ in events(app)] == ["logged in"]


def test_a_reader_sees_their_own_lines_only(ada: Visitor, jorge: Visitor) -> None:
    ada.post("/books/1/delete", {})
    assert "Removed “Pride and Prejudice”" in ada.get("/books/mine").text
    assert "Removed" not in jorge.get("/books/mine").text


def test_others_can_listen_too(app: Erlen, ada: Visitor, form: dict[str, str]) -> None:
    heard: list[str] = []

    def listen(sender: Erlen, book: Book) -> None:
        heard.append(book.title)

    with signals.book_added.connected_to(listen, app):
        ada.post("/books/new", form)
    ada.post("/books/new", {**form, "title": "Unheard"})
    assert heard == ["Emma"]
