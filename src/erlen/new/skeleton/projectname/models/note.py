"""Notes: what users write."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ForeignKey, Select, String, Text, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ..extensions import Base
from .clock import now
from .user import User


class Note(Base):
    __tablename__ = "notes"

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(String(120))
    body: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[dt.datetime] = mapped_column(default=now)
    updated_at: Mapped[dt.datetime] = mapped_column(default=now, onupdate=now, index=True)
    author_id: Mapped[int] = mapped_column(ForeignKey(User.id, ondelete="CASCADE"), index=True)
    author: Mapped[User] = relationship(back_populates="notes")

    @staticmethod
    def newest(author: User | None = None) -> Select[Note]:
        """Select notes, the last changed first: those of *author*, or of everybody."""
        notes = select(Note).order_by(Note.updated_at.desc(), Note.id.desc())
        return notes if author is None else notes.where(Note.author_id == author.id)
