"""Bookshelf: a small, complete application on Erlen.

The README beside this package says what shows what.
"""

from __future__ import annotations

import collections.abc as cabc
import typing as t

from erlen import Erlen
from erlen.forms import CSRFProtect

from . import (
    api,
    audit,
    auth,
    books,
    cli,
    converters,
    db,
    errors,
    headers,
    pages,
    presentation,
    seed,
    settings,
)


def create_app(config: cabc.Mapping[str, t.Any] | None = None) -> Erlen:
    """Make a Bookshelf.

    With *config* (tests, scripts) only its keys are laid over the defaults; without it the
    instance folder's ``config.py`` and ``BOOKSHELF_…`` environment variables are read.
    """
    app = Erlen(__name__, instance_relative_config=True)
    settings.load(app, config)

    # Converters come first: a rule that names one is compiled when it is registered.
    converters.init_app(app)
    for part in (db, headers, presentation, errors, audit, cli):
        part.init_app(app)
    CSRFProtect(app)  # what changes something has to come from one of these pages

    for blueprint in (pages.bp, auth.bp, books.bp, api.bp):
        app.register_blueprint(blueprint)

    if app.config["DEMO"]:
        seed.first_start(app)
    return app
