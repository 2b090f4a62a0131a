from __future__ import annotations

from erlen import Blueprint, abort, current_app, flash, redirect, render_template, url_for
from erlen.typing import ResponseReturnValue

from ..auth.access import require_login, the_user
from ..extensions import db
from ..models import Note
from .forms import NotePageForm

bp = Blueprint("notes", __name__, url_prefix="/notes")
bp.before_request(require_login)


@bp.get("/")
def index() -> str:
    page = db.paginate(Note.newest(the_user()), per_page=current_app.config["NOTES_PER_PAGE"])
    return render_template("notes/index.html", page=page)


@bp.route("/new", methods=["GET", "POST"])
def create() -> ResponseReturnValue:
    form = NotePageForm()
    if form.validate_on_submit():
        note = Note(title=form.title.data, body=form.body.data, author=the_user())
        db.session.add(note)
        db.session.commit()
        flash("The note is saved.", "success")
        return redirect(url_for(".show", note_id=note.id))
    return render_template("notes/form.html", form=form, note=None), 422 if form.errors else 200


@bp.get("/<int:note_id>")
def show(note_id: int) -> str:
    return render_template("notes/show.html", note=_own_note(note_id))


@bp.route("/<int:note_id>/edit", methods=["GET", "POST"])
def edit(note_id: int) -> ResponseReturnValue:
    note = _own_note(note_id)
    form = NotePageForm(obj=note)
    if form.validate_on_submit():
        note.title, note.body = form.title.data or "", form.body.data or ""
        db.session.commit()
        flash("The note is saved.", "success")
        return redirect(url_for(".show", note_id=note.id))
    return render_template("notes/form.html", form=form, note=note), 422 if form.errors else 200


@bp.route("/<int:note_id>/delete", methods=["GET"])
def confirm_delete(note_id: int) -> str:
    return render_template("notes/delete.html", note=_own_note(note_id))


@bp.post("/<int:note_id>/delete")
def delete(note_id: int) -> ResponseReturnValue:
    db.session.delete(_own_note(note_id))
    db.session.commit()
    flash("The note is deleted.", "success")
    return redirect(url_for(".index"))


def _own_note(note_id: int) -> Note:
    """Return the user's note of that number; other people's are not there."""
    note = db.session.get(Note, note_id)
    if note is None or note.author_id != the_user().id:
        abort(404, "There is no such note.")
    return note
