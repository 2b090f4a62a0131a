from __future__ import annotations

import typing as t

import pytest

from erlen import Blueprint, Erlen
from tests.check.conftest import Folder, ids, make_app, only


def blueprint(folder: Folder, name: str, **options: t.Any) -> Blueprint:
    root = folder.path / name
    return Blueprint(name, name, root_path=str(root), url_prefix=f"/{name}", **options)


def test_the_default_folder_need_not_be_there(app: Erlen) -> None:
    assert ids(app) == []


def test_a_folder_that_was_named_and_is_not_there(folder: Folder) -> None:
    app = make_app(folder.path, static_folder="assets")
    finding = only(app)
    assert (finding.id, finding.place) == ("static-folder-missing", str(folder.path / "assets"))
    folder.write("assets/site.css")
    assert ids(app) == []


def test_a_blueprints_folder_that_is_not_there(app: Erlen, folder: Folder) -> None:
    app.register_blueprint(blueprint(folder, "blog", static_folder="static"))
    assert "the blueprint 'blog'" in only(app).reason
    folder.write("blog/static/site.css")
    assert ids(app) == []


def test_who_sends_files_in_another_way(app: Erlen, folder: Folder) -> None:
    class Bucket(Blueprint):
        def send_static_file(self, filename: str) -> t.Any:
            return filename

    app.register_blueprint(
        Bucket("blog", "blog", static_folder="static", root_path=app.root_path, url_prefix="/b")
    )
    assert ids(app) == []


def test_the_folder_of_an_extension_may_be_missing(folder: Folder) -> None:
    root = str(folder.path / "lib/site-packages/dash")
    extension = Blueprint("dash", "dash", static_folder="a", url_prefix="/dash", root_path=root)
    app = make_app(folder.path / "shop")
    app.register_blueprint(extension)
    assert ids(app) == []


def add_blueprints(app: Erlen, folder: Folder) -> None:
    for name in ("blog", "wiki"):
        app.register_blueprint(blueprint(folder, name, template_folder="templates"))


def test_blueprints_with_templates_of_one_name(app: Erlen, folder: Folder) -> None:
    add_blueprints(app, folder)
    folder.write("blog/templates/index.html", "the blog")
    assert ids(app) == []
    folder.write("wiki/templates/index.html", "the wiki")
    finding = only(app)
    assert (finding.id, finding.level) == ("template-hidden", "warning")
    assert finding.place.endswith("wiki/templates/index.html")
    assert "'<blueprint>/index.html'" in finding.mend


def test_the_applications_template_takes_the_place_of_theirs(app: Erlen, folder: Folder) -> None:
    add_blueprints(app, folder)
    for name in ("templates", "blog/templates", "wiki/templates"):
        folder.write(f"{name}/index.html", name)
    assert ids(app) == []


def test_files_beside_the_templates_hide_nothing(app: Erlen, folder: Folder) -> None:
    add_blueprints(app, folder)
    for name in ("blog", "wiki"):
        folder.write(f"{name}/templates/notes.tex", name)
    assert ids(app) == []


@pytest.mark.parametrize("where", ["wiki/templates/index.html", "wiki/templates/wiki/index.html"])
def test_the_same_content_or_another_name(app: Erlen, folder: Folder, where: str) -> None:
    add_blueprints(app, folder)
    folder.write("blog/templates/index.html", "the blog")
    folder.write(where, "the blog")
    assert ids(app) == []


def test_templates_of_an_installed_package_may_be_hidden(folder: Folder) -> None:
    folder.write("lib/site-packages/admin/templates/admin.html", "theirs")
    folder.write("shop/ours/templates/admin.html", "ours")
    root = str(folder.path / "lib/site-packages/admin")
    admin = Blueprint("admin", "admin", root_path=root, template_folder="templates")
    ours = blueprint(Folder(folder.path / "shop"), "ours", template_folder="templates")
    for order, expected in ((ours, admin), []), ((admin, ours), ["template-hidden"]):
        app = make_app(folder.path / "shop")
        for each in order:
            app.register_blueprint(each)
        assert ids(app) == expected


def test_an_application_without_templates(folder: Folder) -> None:
    app = make_app(folder.path, template_folder=None)
    app.register_blueprint(blueprint(folder, "blog"))
    app.register_blueprint(blueprint(folder, "wiki", template_folder="templates"))
    folder.write("wiki/templates/index.html", "the wiki")
    assert ids(app) == []
