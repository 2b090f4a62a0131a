"""Fixtures: an application with an empty database, and browsers to visit it."""

from __future__ import annotations

import collections.abc as cabc
import typing as t

import pytest
from erlen import Erlen
from erlen.testing import ErlenClient
from sqlalchemy import select

from projectname import create_app
from projectname.extensions import db
from projectname.models import User

PASSWORD = "correct horse battery staple"

NewBrowser = t.Callable[..., ErlenClient]


@pytest.fixture
def app() -> cabc.Iterator[Erlen]:
    app = create_app("testing")
    with app.app_context():
        db.create_all()
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def new_browser(app: Erlen) -> NewBrowser:
    """A function that makes a browser, registered under a name if it is given one."""

    def make(name: str | None = None) -> ErlenClient:
        browser = app.test_client()
        # Browsers say which site a request comes from; that is how forged ones are told.
        browser.environ_base["HTTP_SEC_FETCH_SITE"] = "same-origin"
        if name is not None:
            data = {"name": name, "password": PASSWORD, "repeat": PASSWORD}
            assert browser.post("/auth/register", data=data).status_code == 302
        return browser

    return make


@pytest.fixture
def visitor(new_browser: NewBrowser) -> ErlenClient:
    """The browser of someone who is not logged in."""
    return new_browser()


@pytest.fixture
def ann(new_browser: NewBrowser) -> ErlenClient:
    """The browser of Ann, who is logged in."""
    return new_browser("ann")


@pytest.fixture
def admin(app: Erlen, new_browser: NewBrowser) -> ErlenClient:
    """The browser of an administrator."""
    browser = new_browser("root")
    with app.app_context():
        db.session.execute(select(User).filter_by(name="root")).scalar_one().is_admin = True
        db.session.commit()
    return browser
