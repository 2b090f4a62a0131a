"""Users: who they are and whether a password is theirs."""

from __future__ import annotations

import functools

from sqlalchemy.exc import IntegrityError
from werkzeug.security import check_password_hash, generate_password_hash

from erlen import current_app

from .db import db
from .models import User, fold


class NameTaken(Exception):
    """Someone else is registered under that name."""


def find(user_id: int) -> User | None:
    return db.session.get(User, user_id)


def by_name(name: str) -> User | None:
    return db.session.scalar(db.select(User).filter_by(name_key=fold(name)))


def register(name: str, password: str) -> User:
    """Raises :exc:`NameTaken`."""
    user = User(name=name, password_hash=hashed(password))
    db.session.add(user)
    try:
        db.session.commit()
    except IntegrityError:
        db.session.rollback()
        raise NameTaken(name) from None
    return user


def authenticate(name: str, password: str) -> User | None:
    user = by_name(name)
    # An unknown name costs as much time as a wrong password, so that the clock tells nobody which.
    known_hash = (
        user.password_hash if user else _nobodys_hash(current_app.config["PASSWORD_METHOD"])
    )
    return user if check_password_hash(known_hash, password) else None


def hashed(password: str) -> str:
    return generate_password_hash(password, current_app.config["PASSWORD_METHOD"])


@functools.cache
def _nobodys_hash(method: str) -> str:
    return generate_password_hash("nobody", method)
