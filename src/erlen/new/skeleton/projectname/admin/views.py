from __future__ import annotations

from erlen import Blueprint, flash, redirect, render_template, url_for
from erlen.typing import ResponseReturnValue
from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from ..auth.access import require_admin, the_user
from ..extensions import db
from ..models import Note, User

bp = Blueprint("admin", __name__, url_prefix="/admin")
bp.before_request(require_admin)


@bp.get("/")
def users() -> str:
    page = db.paginate(select(User).order_by(User.name))
    ids = [user.id for user in page]
    counts = select(Note.author_id, func.count()).where(Note.author_id.in_(ids))
    rows = db.session.execute(counts.group_by(Note.author_id))
    notes = dict(rows.all())
    return render_template("admin/users.html", page=page, notes=notes)


@bp.post("/users/<int:user_id>/make-admin")
def make_admin(user_id: int) -> ResponseReturnValue:
    user = db.get_or_404(User, user_id)
    user.is_admin = True
    db.session.commit()
    flash(f"{user.name} is an administrator now.", "success")
    return redirect(url_for(".users"))


@bp.post("/users/<int:user_id>/revoke-admin")
def revoke_admin(user_id: int) -> ResponseReturnValue:
    user = db.get_or_404(User, user_id)
    if user == the_user():
        flash("You cannot take your own rights away.", "error")
    else:
        user.is_admin = False
        db.session.commit()
        flash(f"{user.name} is no longer an administrator.", "success")
    return redirect(url_for(".users"))


@bp.post("/users/<int:user_id>/delete")
def delete_user(user_id: int) -> ResponseReturnValue:
    user = db.get_or_404(User, user_id)
    if user == the_user():
        flash("You cannot delete yourself.", "error")
    else:
        db.session.delete(user)
        db.session.commit()
        flash(f"{user.name} and their notes are deleted.", "success")
    return redirect(url_for(".users"))


@bp.get("/notes")
def notes() -> str:
    page = db.paginate(Note.newest().options(joinedload(Note.author)))
    return render_template("admin/notes.html", page=page)


@bp.post("/notes/<int:note_id>/delete")
def delete_note(note_id: int) -> ResponseReturnValue:
    db.session.delete(db.get_or_404(Note, note_id))
    db.session.commit()
    flash("The note is deleted.", "success")
    return redirect(url_for(".notes"))
