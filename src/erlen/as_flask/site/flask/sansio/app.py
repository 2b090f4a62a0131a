"""`flask.sansio.app`: the application class is one, and `App` is its name here."""

from __future__ import annotations

import typing as t

import erlen.app
from erlen.app import Erlen as App

__all__ = ["App"]


def __getattr__(name: str) -> t.Any:
    return getattr(erlen.app, name)
