from __future__ import annotations

import collections.abc as cabc

import flask
import pytest

from erlen import Erlen

KEY = "a secret key of thirty characters"


@pytest.fixture
def app() -> Erlen:
    app = Erlen(__name__)
    app.secret_key = KEY
    return app


@pytest.fixture
def flask_app() -> flask.Flask:
    """Flask's own application, which says what is right."""
    app = flask.Flask(__name__)
    app.secret_key = KEY
    return app


@pytest.fixture
def both_contexts(app: Erlen, flask_app: flask.Flask) -> cabc.Iterator[None]:
    with app.test_request_context(), flask_app.test_request_context():
        yield
