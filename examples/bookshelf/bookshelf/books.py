"""The pages about books."""

from __future__ import annotations

import typing as t

from erlen import (
    Blueprint,
    Response,
    abort,
    current_app,
    flash,
    g,
    redirect,
    render_template,
    request,
    stream_with_context,
    url_for,
)

from . import audit, catalogue, covers, export, signals
from .auth import login_required
from .catalogue import ISBNTaken, Query
from .drafts import LIMITS, Draft, Invalid, as_data
from .models import Book

if t.TYPE_CHECKING:
    from erlen.typing import ResponseReturnValue

bp = Blueprint("books", __name__, url_prefix="/books")


@bp.get("/")
def index() -> ResponseReturnValue:
    query = Query.from_args(request.args)
    number = request.args.get("page", 1, type=int)
    page = catalogue.search(query, number, current_app.config["BOOKS_PER_PAGE"])
    return render_template("books/index.html", page=page, query=query)


@bp.get("/<id:book_id>")
def detail(book_id: int) -> ResponseReturnValue:
    book = catalogue.get(book_id)
    return render_template("books/detail.html", book=book, similar=catalogue.similar(book, 6))


@bp.get("/isbn/<isbn:number>")
def by_isbn(number: str) -> ResponseReturnValue:
    return redirect(url_for(".detail", book_id=catalogue.by_isbn(number).id))


@bp.get("/covers/<name>")
def cover(name: str) -> ResponseReturnValue:
    return covers.send(name)


@bp.get("/export.csv")
def download() -> ResponseReturnValue:
    lines = stream_with_context(export.csv_lines(catalogue.everything()))
    headers = {"Content-Disposition": "attachment; filename=bookshelf.csv"}
    return Response(lines, mimetype="text/csv", headers=headers)


@bp.get("/mine")
@login_required
def shelf() -> ResponseReturnValue:
    query = Query(owner=g.user.name)
    page = catalogue.search(query, 1, current_app.config["BOOKS_PER_PAGE"])
    return render_template("books/shelf.html", page=page, query=query, events=audit.of(g.user, 8))


@bp.route("/new", methods=["GET", "POST"])
@login_required
def new() -> ResponseReturnValue:
    return _edit(None)


@bp.route("/<id:book_id>/edit", methods=["GET", "POST"])
@login_required
def edit(book_id: int) -> ResponseReturnValue:
    return _edit(_own(book_id))


@bp.post("/<id:book_id>/delete")
@login_required
def delete(book_id: int) -> ResponseReturnValue:
    book = _own(book_id)
    catalogue.remove(book)
    covers.remove(book.cover)
    signals.announce(signals.book_removed, book=book)
    flash(f"“{book.title}” is off the shelf.", "info")
    return redirect(url_for(".shelf"))


def _own(book_id: int) -> Book:
    book = catalogue.get(book_id)
    if book.owner_id != g.user.id:
        abort(403)
    return book


def _edit(book: Book | None) -> ResponseReturnValue:
    """Show the form for *book* (None: for a new one) and, once it is sent, act on it."""
    form: t.Mapping[str, t.Any] = as_data(book) if book else {}
    errors: dict[str, str] = {}
    if request.method == "POST":
        form = request.form
        try:
            kept = _save(book)
        except Invalid as exc:
            errors = exc.errors
        else:
            flash(f"“{kept.title}” is {'changed' if book else 'on the shelf'}.", "success")
            return redirect(url_for(".detail", book_id=kept.id))
    page = render_template("books/form.html", book=book, form=form, errors=errors, limits=LIMITS)
    return page, 422 if errors else 200


def _save(book: Book | None) -> Book:
    """Write the form that was sent. Raises :exc:`Invalid` before anything is left behind."""
    draft = Draft.read(request.form)
    new_cover = _uploaded_cover()
    old_cover = book.cover if book else None
    signal = signals.book_changed if book else signals.book_added
    try:
        if book is None:
            book = catalogue.add(draft, g.user.id, new_cover)
        else:
            catalogue.change(book, draft, new_cover or old_cover)
    except ISBNTaken:
        covers.remove(new_cover)
        raise Invalid({"isbn": "That ISBN is on the shelf already."}) from None
    if new_cover:
        covers.remove(old_cover)
    signals.announce(signal, book=book)
    return book


def _uploaded_cover() -> str | None:
    upload = request.files.get("cover")
    if upload is None or not upload.filename:
        return None
    try:
        return covers.save(upload)
    except covers.Refused as exc:
        raise Invalid({"cover": str(exc)}) from None
