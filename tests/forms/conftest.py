from __future__ import annotations

import typing as t

import pytest
from wtforms import StringField
from wtforms.validators import DataRequired

from erlen import Erlen
from erlen.forms import Form
from erlen.testing import ErlenClient

#: What a browser says about a request that a page of the application itself made.
OWN = {"Sec-Fetch-Site": "same-origin"}


class NameForm(Form):
    name = StringField("Name", [DataRequired()])


@pytest.fixture
def app() -> Erlen:
    app = Erlen(__name__)
    app.config["SECRET_KEY"] = "e2d0e1c4b8f14f0c9a6b7d3e5f1a2b3c"
    app.testing = True
    return app


@pytest.fixture
def client(app: Erlen) -> ErlenClient:
    @app.route("/name", methods=["GET", "POST", "PUT"])
    def name() -> t.Any:
        form = NameForm()
        if form.validate_on_submit():
            return {"name": form.name.data}
        return {"token": form.csrf_token.current_token, "errors": form.errors}  # type: ignore[attr-defined]

    return app.test_client()
