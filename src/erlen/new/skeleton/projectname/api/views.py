from __future__ import annotations

import typing as t

from erlen import Blueprint, abort, g, request, url_for
from erlen.db import Pagination
from erlen.typing import ResponseReturnValue
from werkzeug.datastructures import WWWAuthenticate

from ..auth.forms import LogInForm
from ..extensions import csrf, db
from ..models import Note, User
from ..notes.forms import NoteForm
from .tokens import make_token, user_of

bp = Blueprint("api", __name__, url_prefix="/api")
csrf.exempt(bp)

_WITHOUT_CSRF = {"csrf": False}


@bp.before_request
def authenticate() -> None:
    """Find out whose token came with the request."""
    given = request.authorization
    if given is not None and given.type == "bearer":
        g.api_user = user_of(given.token or "")
    if g.get("api_user") is None and request.endpoint != "api.create_token":
        _refuse("Send a token: 'Authorization: Bearer ...'. POST /api/tokens gives you one.")


@bp.post("/tokens")
def create_token() -> ResponseReturnValue:
    form = LogInForm(meta=_WITHOUT_CSRF)
    if not form.validate():
        return _invalid(form.errors)
    user = User.authenticate(form.name.data or "", form.password.data or "")
    if user is None:
        _refuse("Name or password is wrong.")
    return {"token": make_token(user)}, 201


@bp.get("/notes")
def list_notes() -> ResponseReturnValue:
    page = db.paginate(Note.newest(_the_user()), max_per_page=100)
    return {
        "items": [_as_json(note) for note in page],
        "total": page.total,
        "previous": _link(page, page.prev_num),
        "next": _link(page, page.next_num),
    }


@bp.post("/notes")
def create_note() -> ResponseReturnValue:
    form = NoteForm(meta=_WITHOUT_CSRF)
    if not form.validate():
        return _invalid(form.errors)
    note = Note(title=form.title.data, body=form.body.data, author=_the_user())
    db.session.add(note)
    db.session.commit()
    return _as_json(note), 201, {"Location": url_for(".show_note", note_id=note.id)}


@bp.get("/notes/<int:note_id>")
def show_note(note_id: int) -> ResponseReturnValue:
    return _as_json(_own_note(note_id))


@bp.patch("/notes/<int:note_id>")
def change_note(note_id: int) -> ResponseReturnValue:
    """Change what the request names; the rest stays."""
    note = _own_note(note_id)
    form = NoteForm(obj=note, meta=_WITHOUT_CSRF)
    if not form.validate():
        return _invalid(form.errors)
    form.populate_obj(note)
    db.session.commit()
    return _as_json(note)


@bp.delete("/notes/<int:note_id>")
def delete_note(note_id: int) -> ResponseReturnValue:
    db.session.delete(_own_note(note_id))
    db.session.commit()
    return "", 204


def _refuse(reason: str) -> t.NoReturn:
    abort(401, reason, www_authenticate=WWWAuthenticate("bearer"))


def _the_user() -> User:
    user: User = g.api_user
    return user


def _own_note(note_id: int) -> Note:
    note = db.session.get(Note, note_id)
    if note is None or note.author_id != _the_user().id:
        abort(404, "There is no such note.")
    return note


def _as_json(note: Note) -> dict[str, t.Any]:
    return {
        "id": note.id,
        "title": note.title,
        "body": note.body,
        "created_at": f"{note.created_at.isoformat()}Z",
        "updated_at": f"{note.updated_at.isoformat()}Z",
        "url": url_for("api.show_note", note_id=note.id),
    }


def _link(page: Pagination[Note], number: int | None) -> str | None:
    if number is None:
        return None
    return url_for("api.list_notes", page=number, per_page=page.per_page)


def _invalid(errors: t.Any) -> ResponseReturnValue:
    return {"error": "The request is not valid.", "fields": errors}, 422
