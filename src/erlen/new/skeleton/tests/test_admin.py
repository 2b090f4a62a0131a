from __future__ import annotations

from erlen import Erlen
from erlen.testing import ErlenClient

from projectname.extensions import db
from projectname.models import Note, User

from .conftest import PASSWORD


def user_id(app: Erlen, name: str) -> int:
    with app.app_context():
        user = User.named(name)
        assert user is not None
        return user.id


def follow(browser: ErlenClient, path: str) -> str:
    """Post, and return the page that it leads to."""
    return browser.post(path, follow_redirects=True).text


def test_only_administrators_get_in(ann: ErlenClient, visitor: ErlenClient) -> None:
    assert ann.get("/admin/").status_code == 403
    assert visitor.get("/admin/").location == "/auth/log-in?next=/admin/"


def test_users_are_listed_with_their_notes(admin: ErlenClient, ann: ErlenClient) -> None:
    ann.post("/notes/new", data={"title": "Milk"})
    page = admin.get("/admin/").text
    assert "ann" in page
    assert "<td>1</td>" in page
    assert "Milk" in admin.get("/admin/notes").text


def test_making_someone_an_administrator(app: Erlen, admin: ErlenClient, ann: ErlenClient) -> None:
    path = f"/admin/users/{user_id(app, 'ann')}"
    assert "ann is an administrator now." in follow(admin, f"{path}/make-admin")
    assert ann.get("/admin/").status_code == 200
    assert "ann is no longer an administrator." in follow(admin, f"{path}/revoke-admin")
    assert ann.get("/admin/").status_code == 403


def test_deleting_a_user_deletes_their_notes(
    app: Erlen, admin: ErlenClient, ann: ErlenClient
) -> None:
    ann.post("/notes/new", data={"title": "Milk"})
    admin.post(f"/admin/users/{user_id(app, 'ann')}/delete")
    with app.app_context():
        assert User.named("ann") is None
        assert db.session.query(Note).count() == 0


def test_administrators_cannot_lock_themselves_out(app: Erlen, admin: ErlenClient) -> None:
    own = f"/admin/users/{user_id(app, 'root')}"
    assert "You cannot" in follow(admin, f"{own}/revoke-admin")
    assert "You cannot" in follow(admin, f"{own}/delete")
    assert admin.get("/admin/").status_code == 200


def test_deleting_a_note(admin: ErlenClient, ann: ErlenClient) -> None:
    path = ann.post("/notes/new", data={"title": "Milk"}).location
    admin.post(f"/admin{path}/delete")
    assert ann.get(path).status_code == 404


def test_the_command_makes_a_new_administrator(app: Erlen) -> None:
    runner = app.test_cli_runner()
    result = runner.invoke(args=["create-admin", "Eve"], input=f"{PASSWORD}\n{PASSWORD}\n")
    assert "eve is an administrator." in result.output
    with app.app_context():
        user = User.authenticate("eve", PASSWORD)
        assert user is not None
        assert user.is_admin
