"""Who is asking, and what they may do."""

from __future__ import annotations

import re

from erlen import abort, flash, g, redirect, request, session, url_for
from erlen.sessions import ServerSideSession
from erlen.typing import ResponseReturnValue

from ..extensions import db
from ..models import User

_USER_ID = "user_id"

# To a browser "//host" and "/\host" are other sites.
_path_of_this_site = re.compile(r"/(?![/\\])[^\\\x00-\x20\x7f]*").fullmatch


def current_user() -> User | None:
    """Return the user who is logged in; looked up once for each request."""
    if "user" not in g:
        user_id = session.get(_USER_ID)
        g.user = None if user_id is None else db.session.get(User, user_id)
    user: User | None = g.user
    return user


def the_user() -> User:
    """Return the user who is logged in, in views that nobody else reaches."""
    return current_user() or abort(401)


def require_login() -> ResponseReturnValue | None:
    """Send a visitor to the log-in page, and afterwards back to where they were going.

    A whole blueprint is closed with ``bp.before_request(require_login)``.
    """
    if current_user() is not None:
        return None
    flash("Please log in first.", "info")
    target = request.full_path.rstrip("?") if request.method == "GET" else None
    return redirect(url_for("auth.log_in", next=target))


def require_admin() -> ResponseReturnValue | None:
    """Let only administrators in."""
    if (user := current_user()) is not None and not user.is_admin:
        abort(403)
    return require_login()


def start_session(user: User, remember: bool = False) -> None:
    """Log *user* in. Nothing of the visitor's session lives on, neither data nor id."""
    session.clear()
    if isinstance(session, ServerSideSession):
        session.regenerate()
    session[_USER_ID] = user.id
    session.permanent = remember
    g.user = user


def end_session() -> None:
    session.clear()
    g.user = None


def path_of_this_site(target: str | None) -> str | None:
    """Return *target* if a redirect to it stays here, otherwise None."""
    return target if target and _path_of_this_site(target) else None
