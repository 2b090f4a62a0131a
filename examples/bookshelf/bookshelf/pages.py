"""The front page."""

from __future__ import annotations

from erlen import Blueprint, render_template
from erlen.typing import ResponseReturnValue

from . import catalogue

bp = Blueprint("pages", __name__)

NEWEST = 6


@bp.get("/")
def home() -> ResponseReturnValue:
    return render_template(
        "home.html",
        newest=catalogue.latest(NEWEST),
        by_genre=catalogue.count_by_genre(),
        readers=catalogue.count_readers(),
    )
