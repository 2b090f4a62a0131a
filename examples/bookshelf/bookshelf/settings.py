"""Defaults, and where the values laid over them come from."""

from __future__ import annotations

import collections.abc as cabc
import os
import secrets
import typing as t
from datetime import timedelta
from pathlib import Path

from .files import create_once

if t.TYPE_CHECKING:
    from erlen import Erlen

MEGABYTE = 1_000_000

#: Addresses as hosting services write them name no driver, or one that is not installed.
DRIVERS = {
    "postgres": "postgresql+psycopg",
    "postgresql": "postgresql+psycopg",
    "mysql": "mysql+pymysql",
    "mariadb": "mariadb+pymysql",
}


def load(app: Erlen, config: cabc.Mapping[str, t.Any] | None) -> None:
    """Fill ``app.config`` and see to it that there is a secret key."""
    instance = Path(app.instance_path)
    app.config.from_mapping(
        SQLALCHEMY_DATABASE_URI="sqlite:///bookshelf.db",  # in the instance folder
        UPLOAD_FOLDER=str(instance / "covers"),
        MAX_CONTENT_LENGTH=2 * MEGABYTE,
        BOOKS_PER_PAGE=12,
        PASSWORD_METHOD="scrypt",
        DEMO=True,  # make and fill the database at the first start, show the demo log-in
        WTF_CSRF_TIME_LIMIT=None,  # a form may stay open as long as the session lasts
        SESSION_COOKIE_NAME="bookshelf",
        SESSION_COOKIE_SAMESITE="Lax",
        PERMANENT_SESSION_LIFETIME=timedelta(days=14),
    )
    if config is None:
        if address := os.environ.get("DATABASE_URL"):
            app.config["SQLALCHEMY_DATABASE_URI"] = _with_driver(address)
        app.config.from_pyfile("config.py", silent=True)
        app.config.from_prefixed_env("BOOKSHELF")
    else:
        app.config.from_mapping(config)

    if not app.config.get("SECRET_KEY"):
        app.config["SECRET_KEY"] = _kept_secret(instance / "secret.key")


def _with_driver(address: str) -> str:
    kind, separator, rest = address.partition("://")
    return f"{DRIVERS.get(kind, kind)}{separator}{rest}"


def _kept_secret(path: Path) -> str:
    """Read this installation's key; the first start makes it, so that a restart logs nobody out."""
    create_once(path, _write_secret)
    return path.read_text(encoding="ascii").strip()


def _write_secret(path: Path) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with open(descriptor, "w", encoding="ascii") as file:
        file.write(secrets.token_hex(32))
