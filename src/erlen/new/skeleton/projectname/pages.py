"""Pages for everybody."""

from __future__ import annotations

from erlen import Blueprint, redirect, render_template, url_for
from erlen.typing import ResponseReturnValue

from .auth.access import current_user

bp = Blueprint("pages", __name__)


@bp.get("/")
def home() -> ResponseReturnValue:
    if current_user() is not None:
        return redirect(url_for("notes.index"))
    return render_template("home.html")
