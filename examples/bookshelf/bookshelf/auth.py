"""Registering, logging in, logging out, and who is asking."""

from __future__ import annotations

import collections.abc as cabc
import functools
import re
import typing as t

from erlen import (
    Blueprint,
    abort,
    flash,
    g,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from erlen.typing import ResponseReturnValue

from . import signals, users
from .drafts import Invalid
from .models import User

P = t.ParamSpec("P")
R = t.TypeVar("R")

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{1,29}")
SAME_FOR_EVERYBODY = frozenset({"static", "books.cover"})
SHORTEST_PASSWORD, LONGEST_PASSWORD = 8, 200

bp = Blueprint("auth", __name__, url_prefix="/auth")


@bp.before_app_request
def load_user() -> None:
    """Put the reader who is asking, or None, on ``g`` before any view of any blueprint runs."""
    g.user = None
    if request.endpoint in SAME_FOR_EVERYBODY:
        return  # leave the session closed, and the answer without "Vary: Cookie"
    user_id = session.get("user_id")
    if user_id is not None:
        g.user = users.find(user_id)


def login_required(view: cabc.Callable[P, R]) -> cabc.Callable[P, R | ResponseReturnValue]:
    """Send a visitor to the log-in page and, after that, back to where they were going."""

    @functools.wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> R | ResponseReturnValue:
        if g.user is None:
            flash("Log in first, then we carry on.", "info")
            target = request.full_path.rstrip("?") if request.method == "GET" else None
            return redirect(url_for("auth.login", next=target))
        return view(*args, **kwargs)

    return guarded


@bp.route("/register", methods=["GET", "POST"])
def register() -> ResponseReturnValue:
    errors: dict[str, str] = {}
    if request.method == "POST":
        try:
            user = users.register(*_credentials(request.form))
        except Invalid as exc:
            errors = exc.errors
        except users.NameTaken:
            errors = {"name": "That name is taken."}
        else:
            signals.announce(signals.user_registered, user=user)
            _log_in(user, remember=False)
            flash(f"Welcome to the shelf, {user.name}.", "success")
            return redirect(url_for("books.shelf"))
    page = render_template("auth/register.html", form=request.form, errors=errors)
    return page, 422 if errors else 200


@bp.route("/login", methods=["GET", "POST"])
def login() -> ResponseReturnValue:
    failed = False
    if request.method == "POST":
        name = request.form.get("name", "").strip()
        user = users.authenticate(name, request.form.get("password", "")[:LONGEST_PASSWORD])
        if user is not None:
            _log_in(user, remember="remember" in request.form)
            flash(f"Good to see you, {user.name}.", "success")
            return redirect(_local(request.args.get("next")) or url_for("books.shelf"))
        failed = True
        signals.announce(signals.login_failed, name=name[:30])
    page = render_template("auth/login.html", form=request.form, failed=failed)
    return page, 401 if failed else 200


@bp.post("/logout")
def logout() -> ResponseReturnValue:
    if g.user is None:
        abort(400, "Nobody is logged in.")
    signals.announce(signals.user_logged_out, user=g.user)
    session.clear()
    flash("You are logged out. See you soon.", "info")
    return redirect(url_for("pages.home"))


def _log_in(user: User, remember: bool) -> None:
    session.clear()  # nothing that was there before the log-in lives on after it
    session["user_id"] = user.id
    session.permanent = remember
    signals.announce(signals.user_logged_in, user=user)


def _credentials(form: cabc.Mapping[str, str]) -> tuple[str, str]:
    name, password = form.get("name", "").strip(), form.get("password", "")
    errors = {}
    if not NAME.fullmatch(name):
        errors["name"] = "2 to 30 letters, digits, hyphens or underscores, please."
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        errors["password"] = f"At least {SHORTEST_PASSWORD} characters, please."
    elif password != form.get("repeat"):
        errors["repeat"] = "The two passwords differ."
    if errors:
        raise Invalid(errors)
    return name, password


def _local(target: str | None) -> str | None:
    """Let only a path of this site through; to a browser ``//host`` and ``/\\host`` are others."""
    if target and re.fullmatch(r"/(?![/\\])[^\\\x00-\x20\x7f]*", target):
        return target
    return None
