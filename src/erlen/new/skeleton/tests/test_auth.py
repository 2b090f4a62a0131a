from __future__ import annotations

import pytest
from erlen import Erlen
from erlen.testing import ErlenClient

from projectname.auth.access import path_of_this_site
from projectname.extensions import db
from projectname.models import User

from .conftest import PASSWORD, NewBrowser


def log_in(browser: ErlenClient, password: str = PASSWORD, path: str = "/auth/log-in") -> str:
    answer = browser.post(path, data={"name": "Ann ", "password": password})
    return answer.location or answer.text


def test_registering_logs_in(new_browser: NewBrowser) -> None:
    page = new_browser("ann").get("/notes/").text
    assert "Welcome, ann." in page
    assert "Log out" in page


def test_logging_out_and_in_again(ann: ErlenClient) -> None:
    assert "You are logged out." in ann.post("/auth/log-out", follow_redirects=True).text
    assert log_in(ann) == "/notes/"
    assert "Welcome back, ann." in ann.get("/notes/").text


@pytest.mark.usefixtures("ann")
def test_a_wrong_password_and_an_unknown_name_look_the_same(visitor: ErlenClient) -> None:
    wrong = visitor.post("/auth/log-in", data={"name": "ann", "password": "wrong"})
    unknown = visitor.post("/auth/log-in", data={"name": "bob", "password": "wrong"})
    assert wrong.status_code == unknown.status_code == 422
    assert "Name or password is wrong." in wrong.text
    assert "Name or password is wrong." in unknown.text


def test_what_a_registration_has_to_have(ann: ErlenClient) -> None:
    data = {"name": "Ann", "password": "short", "repeat": "other"}
    answer = ann.post("/auth/register", data=data)
    assert answer.status_code == 422
    for complaint in ("This name is taken.", "10 and 200 characters", "The two passwords differ."):
        assert complaint in answer.text


@pytest.mark.usefixtures("ann")
def test_passwords_are_stored_as_hashes(app: Erlen) -> None:
    with app.app_context():
        user = User.named("ann")
        assert user is not None
        assert user.password_hash.startswith("scrypt:")
        assert user.has_password(PASSWORD)


def test_a_visitor_comes_back_to_where_they_were_going(ann: ErlenClient) -> None:
    ann.post("/auth/log-out")
    location = ann.get("/notes/?page=1").location
    assert log_in(ann, path=location) == "/notes/?page=1"


@pytest.mark.parametrize(
    "target",
    ["//evil.example", "/\\evil.example", "https://evil.example", "notes", "/a\nb", "/\t/x", ""],
)
def test_a_redirect_never_leaves_the_site(target: str) -> None:
    assert path_of_this_site(target) is None


def test_a_request_from_another_site_is_refused(ann: ErlenClient) -> None:
    forged = ann.post("/auth/log-out", headers={"Sec-Fetch-Site": "cross-site"})
    assert forged.status_code == 400
    assert "Log out" in ann.get("/notes/").text


def test_a_deleted_user_is_logged_out(app: Erlen, ann: ErlenClient) -> None:
    with app.app_context():
        db.session.delete(User.named("ann"))
        db.session.commit()
    assert ann.get("/notes/").status_code == 302
