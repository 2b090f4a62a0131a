"""Project Name."""

from __future__ import annotations

import os

from erlen import Erlen

from . import admin, api, auth, commands, config, errors, extensions, health, notes, pages, security


def create_app(environment: str | None = None) -> Erlen:
    """Make the application for "development", "testing" or "production".

    Without an argument the variable APP_ENVIRONMENT decides; without that it is production.
    """
    app = Erlen(__name__, instance_path=os.environ.get("INSTANCE_PATH"))
    config.load(app, environment)
    for part in (extensions, security, errors, commands):
        part.init_app(app)
    for blueprint in (pages.bp, auth.bp, notes.bp, admin.bp, api.bp, health.bp):
        app.register_blueprint(blueprint)
    return app
