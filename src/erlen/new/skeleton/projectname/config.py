"""The settings of the three environments, and what each machine says for itself.

A machine speaks through environment variables: SECRET_KEY, DATABASE_URL, REDIS_URL, and any
setting below with APP_ before its name, such as APP_NOTES_PER_PAGE=50.
"""

from __future__ import annotations

import datetime as dt
import os
import secrets
import typing as t
from pathlib import Path

from erlen import Erlen


class Config:
    """What holds everywhere."""

    LOG_LEVEL = "INFO"
    MAX_CONTENT_LENGTH = 1_000_000  # bytes of a request
    NOTES_PER_PAGE = 10
    TOKEN_LIFETIME = dt.timedelta(days=30)  # of the tokens of the API

    #: How many proxies in front are trusted to say who the client is.
    PROXIES = 0

    # A file in the instance folder.
    SQLALCHEMY_DATABASE_URI = "sqlite:///projectname.db"
    SESSION_COOKIE_NAME = "projectname"
    SESSION_COOKIE_SAMESITE = "Lax"
    PERMANENT_SESSION_LIFETIME = dt.timedelta(days=14)


class Development(Config):
    """Your own machine."""

    LOG_LEVEL = "DEBUG"
    ACCESS_LOG = False  # `erlen run` has one of its own
    TEMPLATES_AUTO_RELOAD = True


class Testing(Config):
    """The test suite: a database in memory, and nothing from environment variables."""

    TESTING = True
    SQLALCHEMY_DATABASE_URI = "sqlite://"


class Production(Config):
    """Where other people are."""

    LOG_FORMAT = "json"
    PREFERRED_URL_SCHEME = "https"
    SESSION_COOKIE_SECURE = True


ENVIRONMENTS: dict[str, type[Config]] = {
    "development": Development,
    "testing": Testing,
    "production": Production,
}


def load(app: Erlen, environment: str | None) -> None:
    """Fill ``app.config``; raises RuntimeError when something is missing."""
    name = environment or os.environ.get("APP_ENVIRONMENT") or "production"
    if name not in ENVIRONMENTS:
        known = ", ".join(ENVIRONMENTS)
        raise RuntimeError(f"APP_ENVIRONMENT is {name!r}, but has to be one of {known}.")
    app.config.from_object(ENVIRONMENTS[name])
    if name == "testing":
        app.config["SECRET_KEY"] = secrets.token_hex()
        return
    app.config.from_prefixed_env("APP")
    app.config.from_mapping(_said_by_the_machine(os.environ))
    if name == "development" and not app.config["SECRET_KEY"]:
        app.config["SECRET_KEY"] = _kept_key(Path(app.instance_path) / "secret_key")
    if not app.config["SECRET_KEY"]:
        raise RuntimeError(
            "SECRET_KEY is not set, and production needs one. Make it with\n"
            '    python -c "import secrets; print(secrets.token_hex())"\n'
            "and keep it out of the repository. On your own machine, set instead\n"
            "    APP_ENVIRONMENT=development"
        )


def _said_by_the_machine(environ: t.Mapping[str, str]) -> dict[str, str]:
    settings = {}
    if key := environ.get("SECRET_KEY"):
        settings["SECRET_KEY"] = key
    if url := environ.get("DATABASE_URL"):
        settings["SQLALCHEMY_DATABASE_URI"] = _with_driver(url)
    if url := environ.get("REDIS_URL"):
        settings["REDIS_URL"] = settings["SESSION_REDIS"] = url
        settings["SESSION_TYPE"] = "redis"
    return settings


def _with_driver(url: str) -> str:
    """Name the driver that is installed where a hosting service writes only ``postgres://``."""
    scheme, separator, rest = url.partition("://")
    if scheme in ("postgres", "postgresql"):
        scheme = "postgresql+psycopg"
    return scheme + separator + rest


def _kept_key(path: Path) -> str:
    """Return the key of this machine, which the first start makes, so that sessions last."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text().strip()
    with open(descriptor, "w") as file:
        key = secrets.token_hex()
        file.write(key)
    return key
