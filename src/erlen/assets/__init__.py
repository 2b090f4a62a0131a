"""Links to static files that change with the files, so that browsers may keep them for a year."""

from __future__ import annotations

from .building import build as build
from .building import clean as clean
from .urls import UrlManager as UrlManager

__all__ = ["UrlManager", "build", "clean"]
