from __future__ import annotations

import pathlib
import typing as t

import pytest
from werkzeug.routing import BaseConverter

from erlen import Blueprint, Erlen
from erlen.views import MethodView
from tests.check.conftest import Folder, ids, make_app, only


def add(app: Erlen, *rules: str, **options: t.Any) -> None:
    """Register each rule for an endpoint of its own, named after it."""
    for rule in rules:
        app.add_url_rule(rule, f"{rule} {options}", lambda **kwargs: "", **options)


class Digits(BaseConverter):
    regex = r"\d{4}|[A-Z]{3}"


class Slug(BaseConverter):
    regex = "[a-z0-9-]+"


class Heavy(BaseConverter):
    regex = "[a-z]+"
    weight = 300


class Lower(BaseConverter):
    """Takes any case and makes lower case of it."""

    regex = "[A-Z]+|[a-z]+|[0-9]+"

    def to_python(self, value: str) -> str:
        if value.isdigit():
            raise LookupError(value)
        return value.lower()


class Peculiar(BaseConverter):
    regex = "@@[a-z]+@@"


def test_the_same_rule_twice(app: Erlen) -> None:
    add(app, "/a/<int:x>", "/a/<int:y>")
    finding = only(app)
    assert (finding.id, finding.level) == ("rule-duplicate", "error")
    assert finding.reason.startswith("GET /a/<int:y> was registered for '/a/<int:x> {}' before")
    assert "test_rules.py:" in finding.place


def test_the_same_rule_for_other_methods(app: Erlen) -> None:
    add(app, "/a", methods=["GET"])
    add(app, "/a", methods=["POST"])
    assert ids(app) == []
    add(app, "/a", methods=["PUT", "POST"])
    assert "POST /a was" in only(app).reason


def same() -> str:
    return ""


def test_the_same_rule_for_the_same_view_is_harmless(app: Erlen) -> None:
    for _ in range(2):
        app.add_url_rule("/a", "a", same)
    assert ids(app) == []


@pytest.fixture
def converters(app: Erlen) -> None:
    app.url_map.converters.update(
        digits=Digits, heavy=Heavy, lower=Lower, peculiar=Peculiar, slug=Slug
    )


@pytest.mark.usefixtures("converters")
@pytest.mark.parametrize(
    "first,second",
    [
        ("/<string(maxlength=5):name>", "/<string(length=2):code>"),
        ("/<name>", "/<slug:s>"),
        ("/<any(a, b, c):x>", "/<any(c, b):y>"),
        ("/<int:x>", "/<int(min=3, max=9):y>"),
        ("/<float:x>", "/<float(max=2):y>"),
        ("/<x>/<y>", "/<x>/<slug:y>"),
        ("/<path:x>", "/<heavy:x>"),
        ("/<x>", "/<lower:y>"),
        ("/<slug:s>", "/<slug:t>"),
        ("/<peculiar:s>", "/<peculiar:t>"),
    ],
)
def test_a_rule_whose_urls_another_takes(app: Erlen, first: str, second: str) -> None:
    add(app, first, second)
    finding = only(app)
    assert finding.id in ("rule-hidden", "rule-duplicate")
    assert finding.reason.startswith(f"GET {second} ")


@pytest.mark.usefixtures("converters")
@pytest.mark.parametrize(
    "first,second",
    [
        ("/<name>", "/<other>/"),
        ("/<path:name>", "/<string(length=2):code>"),  # the heavier one wins
        ("/<path:p>", "/<slug:s>"),
        ("/<int:x>", "/<string:y>"),
        ("/<int(max=100):x>", "/<int:y>"),
        ("/<int(fixed_digits=4):x>", "/<int:y>"),
        ("/<float:x>", "/<int:y>"),
        ("/<digits:x>", "/<string:y>"),
        ("/<int:x>", "/<digits:y>"),
        ("/<uuid:x>", "/<string:y>"),
        ("/<a>/<b>", "/<path:p>"),
        ("/<any(sample, a):x>/<y>", "/<x>/<y>"),
        ("/<slug:s>", "/<string:y>"),
        ("/<peculiar:s>", "/<string:y>"),
        ("/<digits:s>", "/<slug:y>"),
        ("/<lower:s>", "/<string:y>"),
    ],
)
def test_a_rule_with_urls_of_its_own(app: Erlen, first: str, second: str) -> None:
    add(app, first, second)
    assert ids(app) == []


def test_the_finding_of_a_hidden_rule(app: Erlen) -> None:
    add(app, "/<name>", methods=["GET", "POST"])
    add(app, "/<string(length=2):code>", methods=["POST", "DELETE"])
    finding = only(app)
    assert finding.id == "rule-hidden"
    assert finding.reason.startswith("POST /<string(length=2):code> never reaches")
    assert "/en for instance" in finding.reason


def test_a_converter_nobody_has_an_example_for(app: Erlen) -> None:
    app.url_map.converters["peculiar"] = Peculiar
    add(app, "/<peculiar:a>", "/<peculiar:b>", "/<peculiar:b>/x")
    assert "/<peculiar:b>" in only(app).reason


def test_a_custom_converter_that_takes_all_of_it(app: Erlen) -> None:
    app.url_map.converters["slug"] = Slug
    add(app, "/<name>", "/<slug:name>")
    assert ids(app) == ["rule-hidden"]


def test_an_address_that_is_redirected_is_not_hidden(app: Erlen) -> None:
    def view(**kwargs: t.Any) -> str:
        return ""

    app.add_url_rule("/all/", "all", view, defaults={"page": 1})
    app.add_url_rule("/all/page/<int:page>", "all", view)
    app.add_url_rule("/old", "old", redirect_to="/all/")
    app.add_url_rule("/old", "old", build_only=True)
    assert ids(app) == []


def test_head_and_options_are_nobodys(app: Erlen) -> None:
    class Book(MethodView):
        def post(self) -> str:
            return ""

    app.add_url_rule("/a", view_func=Book.as_view("book"))
    add(app, "/a", methods=["GET", "OPTIONS"])
    assert ids(app) == []
    add(app, "/a", methods=["HEAD"], provide_automatic_options=False)
    assert "HEAD /a was" in only(app).reason


def test_domains_are_told_apart(tmp_path: pathlib.Path) -> None:
    app = make_app(tmp_path, subdomain_matching=True)
    add(app, "/a", subdomain="api")
    add(app, "/a", subdomain="<user>")
    add(app, "/a")
    assert ids(app) == []
    add(app, "/a", subdomain="api", strict_slashes=False)
    assert ids(app) == ["rule-duplicate"]


def test_hosts_are_told_apart(tmp_path: pathlib.Path) -> None:
    app = make_app(tmp_path, host_matching=True, static_folder=None)
    add(app, "/a", host="a.example")
    add(app, "/a", host="b.example")
    assert ids(app) == []


def test_a_subdomain_that_is_not_looked_at(app: Erlen, tmp_path: pathlib.Path) -> None:
    add(app, "/a")
    add(app, "/a", subdomain="api")
    assert ids(app) == ["rule-off-domain"]
    app = make_app(tmp_path, subdomain_matching=True)
    add(app, "/a", subdomain="api")
    assert ids(app) == []


def blueprint(folder: Folder, **options: t.Any) -> Blueprint:
    folder.write("blog/static/blog.css")
    options.setdefault("static_folder", "static")
    return Blueprint("blog", "blog", root_path=str(folder.path / "blog"), **options)


def test_static_files_behind_those_of_the_application(app: Erlen, folder: Folder) -> None:
    app.register_blueprint(blueprint(folder))
    finding = only(app)
    assert (finding.id, finding.place) == ("static-hidden", "blueprint 'blog'")
    assert "'static' (/static/<path:filename>) answers there" in finding.reason


@pytest.mark.parametrize("options", [{"url_prefix": "/blog"}, {"static_url_path": "/blog-files"}])
def test_static_files_of_a_url_of_their_own(
    app: Erlen, folder: Folder, options: dict[str, t.Any]
) -> None:
    app.register_blueprint(blueprint(folder, **options))
    assert ids(app) == []


def test_static_files_from_the_same_folder(app: Erlen, folder: Folder) -> None:
    folder.write("static/site.css")
    app.register_blueprint(blueprint(folder, static_folder=str(folder.path / "static")))
    assert ids(app) == []


def test_static_files_behind_a_view(app: Erlen, folder: Folder) -> None:
    add(app, "/files/<path:filename>")
    app.register_blueprint(blueprint(folder, static_url_path="/files"))
    assert ids(app) == ["static-hidden"]


def test_a_view_behind_static_files(folder: Folder) -> None:
    folder.write("static/site.css")
    app = make_app(folder.path)
    add(app, "/static/<path:name>")
    finding = only(app)
    assert finding.id == "rule-duplicate"
    assert "(rule /static/<path:filename>)" in finding.reason
