"""A request that changes something must carry the token that is in the visitor's session.

Another site can make a browser send a form here, cookies included, but cannot read the token.
"""

from __future__ import annotations

import hmac
import secrets
import typing as t

from erlen import abort, request, session

if t.TYPE_CHECKING:
    from erlen import Erlen

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})


def init_app(app: Erlen) -> None:
    app.before_request(protect)
    app.jinja_env.globals["csrf_token"] = token


def token() -> str:
    """Return the session's token; it is made when the first form asks for it."""
    if "csrf_token" not in session:
        session["csrf_token"] = secrets.token_urlsafe(32)
    return t.cast(str, session["csrf_token"])


def protect() -> None:
    # Without an endpoint the answer is going to be 404 or 405, and that says more.
    if request.method in SAFE_METHODS or request.endpoint is None:
        return
    expected = session.get("csrf_token", "")
    sent = request.headers.get("X-CSRF-Token") or request.form.get("csrf_token", "")
    if not expected or not hmac.compare_digest(expected.encode(), sent.encode()):
        abort(400, "The form has expired or came from another site. Go back, reload, try again.")
