"""What the application uses: database, migrations, sessions, forms, static files, logs."""

from __future__ import annotations

from erlen import Erlen
from erlen.assets import UrlManager
from erlen.db import Model, SQLAlchemy
from erlen.forms import CSRFProtect
from erlen.logging import RequestLog
from erlen.migrate import Migrate
from erlen.sessions import Session
from sqlalchemy import MetaData
from sqlalchemy.orm import DeclarativeBase


class Base(Model, DeclarativeBase):
    """The base of all models. Constraints have names, so that migrations can change them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


db = SQLAlchemy(model_class=Base)
migrate = Migrate()
csrf = CSRFProtect()


def init_app(app: Erlen) -> None:
    app.logger.setLevel(app.config["LOG_LEVEL"])
    RequestLog(app)
    UrlManager(app)
    db.init_app(app)
    migrate.init_app(app, db)
    csrf.init_app(app)
    if app.config.get("SESSION_TYPE"):
        Session(app)  # in Redis; otherwise sessions are signed cookies
