"""What templates can use besides what the views hand them."""

from __future__ import annotations

import datetime
import typing as t

from .catalogue import GENRES

if t.TYPE_CHECKING:
    from erlen import Erlen

TONES = 8


def init_app(app: Erlen) -> None:
    app.add_template_filter(year)
    app.add_template_filter(day)
    app.add_template_filter(iso)
    app.add_template_filter(tone)
    app.add_template_test(owned_by)
    app.context_processor(site)


def site() -> dict[str, t.Any]:
    return {"site_name": "Bookshelf", "genres": GENRES}


def year(value: int | None) -> str:
    """``1813`` → "1813", ``-700`` → "700 BC", nothing → "undated"."""
    if value is None:
        return "undated"
    return str(value) if value > 0 else f"{-value} BC"


def day(moment: datetime.datetime) -> str:
    """The date as people write it: "1 May 2024"."""
    return f"{moment.day} {moment:%B %Y}"


def iso(moment: datetime.datetime) -> str:
    """The time as programs read it: "2024-05-01T10:00:00Z"."""
    return f"{moment.isoformat()}Z"


def tone(book_id: int) -> int:
    """Choose one of the stylesheet's cover designs; neighbours never get the same one."""
    return book_id * 5 % TONES


def owned_by(book: t.Any, user: t.Any) -> bool:
    return bool(user) and book.owner_id == user.id
