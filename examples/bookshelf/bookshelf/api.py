"""The books as JSON: class-based views, one class for a resource, one method for a verb."""

from __future__ import annotations

import typing as t

from erlen import Blueprint, Response, abort, current_app, g, jsonify, request, url_for
from erlen.views import MethodView

from . import catalogue, covers, signals
from .catalogue import ISBNTaken, Query
from .drafts import Draft, Invalid, as_data
from .models import Book
from .presentation import iso

if t.TYPE_CHECKING:
    from erlen.typing import ResponseReturnValue

bp = Blueprint("api", __name__, url_prefix="/api")


class BookList(MethodView):
    """``/api/books``: search, and add."""

    init_every_request = False

    def get(self) -> ResponseReturnValue:
        query = Query.from_args(request.args)
        number = request.args.get("page", 1, type=int)
        page = catalogue.search(query, number, current_app.config["BOOKS_PER_PAGE"])
        books = [as_json(book) for book in page]
        return {"books": books, "page": page.page, "pages": page.pages, "total": page.total}

    def post(self) -> ResponseReturnValue:
        _require_user()
        draft = Draft.read(_object())
        book = catalogue.add(draft, g.user.id)
        signals.announce(signals.book_added, book=book)
        return as_json(book), 201, {"Location": url_for(".book", book_id=book.id)}


class BookItem(MethodView):
    """``/api/books/<id>``: read; for the owner, change and remove."""

    init_every_request = False

    def get(self, book_id: int) -> ResponseReturnValue:
        return as_json(catalogue.get(book_id))

    def patch(self, book_id: int) -> ResponseReturnValue:
        book = _own(book_id)
        draft = Draft.read({**as_data(book), **_object()})
        catalogue.change(book, draft, book.cover)
        signals.announce(signals.book_changed, book=book)
        return as_json(book)

    def delete(self, book_id: int) -> ResponseReturnValue:
        book = _own(book_id)
        catalogue.remove(book)
        covers.remove(book.cover)
        signals.announce(signals.book_removed, book=book)
        return "", 204


bp.add_url_rule("/books", view_func=BookList.as_view("books"))
bp.add_url_rule("/books/<id:book_id>", view_func=BookItem.as_view("book"))


@bp.errorhandler(Invalid)
def invalid(exc: Invalid) -> tuple[Response, int]:
    return jsonify(error="Unprocessable Entity", fields=exc.errors), 422


@bp.errorhandler(ISBNTaken)
def isbn_taken(exc: ISBNTaken) -> tuple[Response, int]:
    return jsonify(error="Conflict", detail="That ISBN is on the shelf already."), 409


def as_json(book: Book) -> dict[str, t.Any]:
    return {
        "id": book.id,
        **as_data(book),
        "owner": book.owner.name,
        "created_at": iso(book.created_at),
        "url": url_for("books.detail", book_id=book.id),
        "cover_url": url_for("books.cover", name=book.cover) if book.cover else None,
    }


def _object() -> dict[str, t.Any]:
    data = request.get_json()
    if not isinstance(data, dict):
        abort(400, "The body must be a JSON object.")
    return data


def _require_user() -> None:
    if g.user is None:
        abort(401, "Log in first.")


def _own(book_id: int) -> Book:
    _require_user()
    book = catalogue.get(book_id)
    if book.owner_id != g.user.id:
        abort(403)
    return book
