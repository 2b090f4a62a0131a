"""A ledger: accounts, and transfers between them. Plain SQL on pooled connections."""

from __future__ import annotations

import typing as t

from erlen import Erlen

from . import views
from .database import init_database, pool


# [start: factory]
def create_app(**config: t.Any) -> Erlen:
    app = Erlen(__name__, instance_relative_config=True)
    app.config["DBPOOL_URL"] = "sqlite:///ledger.db"  # in the instance folder
    app.config["DBPOOL_MAXCONNECTIONS"] = 6
    app.config["DBPOOL_BLOCKING"] = True
    app.config.from_pyfile("config.py", silent=True)
    app.config.from_prefixed_env("LEDGER")
    app.config.update(config)
    pool.init_app(app)
    app.register_blueprint(views.bp)
    app.cli.add_command(init_database)
    return app


# [end: factory]
