"""People who can log in."""

from __future__ import annotations

import datetime as dt
import functools
import typing as t

from sqlalchemy import String, select
from sqlalchemy.orm import Mapped, mapped_column, relationship
from werkzeug.security import check_password_hash, generate_password_hash

from ..extensions import Base, db
from .clock import now

if t.TYPE_CHECKING:
    from .note import Note


class User(Base):
    __tablename__ = "users"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(40), unique=True)
    password_hash: Mapped[str] = mapped_column(String(255))
    is_admin: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[dt.datetime] = mapped_column(default=now)
    notes: Mapped[list[Note]] = relationship(
        back_populates="author", cascade="all, delete-orphan", passive_deletes=True
    )

    def set_password(self, password: str) -> None:
        self.password_hash = generate_password_hash(password)

    def has_password(self, password: str) -> bool:
        return check_password_hash(self.password_hash, password)

    @staticmethod
    def named(name: str) -> User | None:
        return db.session.scalar(select(User).where(User.name == name.strip().lower()))

    @staticmethod
    def authenticate(name: str, password: str) -> User | None:
        """Return the user whose name and password these are."""
        user = User.named(name)
        if user is None:
            # Takes as long as a wrong password, so that the clock does not tell who is registered.
            check_password_hash(_nobodys_hash(), password)
            return None
        return user if user.has_password(password) else None


@functools.cache
def _nobodys_hash() -> str:
    return generate_password_hash("nobody")
