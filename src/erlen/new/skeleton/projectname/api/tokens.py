"""Signed tokens: they say who a program works for, and nothing has to be stored."""

from __future__ import annotations

from erlen import current_app
from itsdangerous import BadSignature, URLSafeTimedSerializer

from ..extensions import db
from ..models import User


def make_token(user: User) -> str:
    return _serializer().dumps([user.id, _mark(user)])


def user_of(token: str) -> User | None:
    """Return whose token it is; None if it is forged, too old or from before a new password."""
    lifetime = current_app.config["TOKEN_LIFETIME"].total_seconds()
    try:
        user_id, mark = _serializer().loads(token, max_age=int(lifetime))
    except BadSignature:
        return None
    user = db.session.get(User, user_id)
    return user if user is not None and _mark(user) == mark else None


def _mark(user: User) -> str:
    """Return what changes with the password, and does not give it away."""
    return user.password_hash[-8:]


def _serializer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.config["SECRET_KEY"], salt="api token")
