from __future__ import annotations

from erlen import Blueprint, current_app, flash, redirect, render_template, request, url_for
from erlen.typing import ResponseReturnValue
from sqlalchemy.exc import IntegrityError

from ..extensions import db
from ..models import User
from .access import current_user, end_session, path_of_this_site, start_session
from .forms import LogInForm, RegisterForm

bp = Blueprint("auth", __name__, url_prefix="/auth")
bp.app_context_processor(lambda: {"current_user": current_user})


@bp.route("/register", methods=["GET", "POST"])
def register() -> ResponseReturnValue:
    form = RegisterForm()
    if form.validate_on_submit():
        user = _create_user(form)
        if user is not None:
            start_session(user)
            flash(f"Welcome, {user.name}.", "success")
            return redirect(url_for("notes.index"))
    return render_template("auth/register.html", form=form), 422 if form.errors else 200


@bp.route("/log-in", methods=["GET", "POST"])
def log_in() -> ResponseReturnValue:
    form = LogInForm()
    if form.validate_on_submit():
        user = User.authenticate(form.name.data or "", form.password.data or "")
        if user is not None:
            start_session(user, remember=form.remember.data)
            flash(f"Welcome back, {user.name}.", "success")
            return redirect(path_of_this_site(request.args.get("next")) or url_for("notes.index"))
        current_app.logger.info("a log-in failed", extra={"remote_addr": request.remote_addr})
        form.form_errors.append("Name or password is wrong.")
    return render_template("auth/log_in.html", form=form), 422 if form.errors else 200


@bp.post("/log-out")
def log_out() -> ResponseReturnValue:
    end_session()
    flash("You are logged out.", "info")
    return redirect(url_for("pages.home"))


def _create_user(form: RegisterForm) -> User | None:
    """Return the new user; None, with an error in the form, if someone was quicker."""
    user = User(name=form.name.data)
    user.set_password(form.password.data or "")
    db.session.add(user)
    try:
        db.session.commit()
    except IntegrityError:
        db.session.rollback()
        form.name.errors = ["This name is taken."]
        return None
    return user
