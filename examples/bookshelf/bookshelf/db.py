"""The database: SQLAlchemy, and the migrations that made its tables."""

from __future__ import annotations

import typing as t
from pathlib import Path

from sqlalchemy import MetaData
from sqlalchemy.orm import DeclarativeBase

from erlen.db import Model, SQLAlchemy
from erlen.migrate import Migrate

if t.TYPE_CHECKING:
    from erlen import Erlen

#: Beside the package, wherever the command is called from.
MIGRATIONS = Path(__file__).parents[1] / "migrations"

#: What a migration wants to drop needs a name.
NAMES = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(Model, DeclarativeBase):
    metadata = MetaData(naming_convention=NAMES)


db = SQLAlchemy(model_class=Base)
migrations = Migrate(directory=MIGRATIONS)


def init_app(app: Erlen) -> None:
    from . import models  # noqa: F401 - what a migration is compared with

    db.init_app(app)
    migrations.init_app(app, db)
