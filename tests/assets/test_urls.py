from __future__ import annotations

import pathlib
import re

import pytest

from erlen import Blueprint, Erlen, render_template_string, url_for
from erlen.assets import UrlManager
from erlen.assets.fingerprints import digest_of
from erlen.testing import ErlenClient

from .conftest import CSS, write

DIGEST = digest_of(CSS.encode())


@pytest.mark.usefixtures("in_request")
def test_a_link_is_below_the_mount_point(app: Erlen, urls: UrlManager) -> None:
    assert urls.build_url("/api") == "/api"
    assert urls.build_url("api", page=2, tag=["a", "b"]) == "/api?page=2&tag=a&tag=b"
    assert urls.build_url("/api?x=1", page="a b") == "/api?x=1&page=a+b"
    assert urls.build_url("https://other.example/") == "https://other.example/"
    app.config["APPLICATION_ROOT"] = "/shop"
    assert urls.build_url("/api") == "/shop/api"
    assert urls.build_static_url("/static/css/site.css").startswith("/shop/static/css/")


def test_the_server_has_the_last_word_on_the_mount_point(app: Erlen, urls: UrlManager) -> None:
    app.config["APPLICATION_ROOT"] = "/shop"
    with app.app_context():
        assert urls.build_url("/api") == "/shop/api"
    with app.test_request_context(environ_overrides={"SCRIPT_NAME": "/mounted"}):
        assert urls.build_url("/api") == "/mounted/api"


@pytest.mark.usefixtures("in_request")
def test_a_static_link_has_the_digest_of_the_content(urls: UrlManager) -> None:
    assert urls.build_static_url("/static/css/site.css") == f"/static/css/site.css?ver={DIGEST}"
    # A server in front may have the folder under another path.
    assert urls.build_static_url("/css/site.css") == f"/css/site.css?ver={DIGEST}"
    assert re.fullmatch(r"/s/files/shop.js\?ver=\w{16}", urls.build_static_url("s/files/shop.js"))


@pytest.mark.usefixtures("in_request")
def test_a_static_link_has_the_releases_version(app: Erlen, urls: UrlManager) -> None:
    app.config["RELEASE_VERSION"] = "201901292105"
    assert urls.build_static_url("/css/bootstrap.css") == "/css/bootstrap.css?ver=201901292105"
    assert url_for("static", filename="logo.png") == "/static/logo.png?ver=201901292105"


@pytest.mark.usefixtures("in_request")
def test_queries_and_fragments_stay(urls: UrlManager) -> None:
    url = urls.build_static_url("/static/css/site.css?theme=a#top")
    assert url == f"/static/css/site.css?theme=a&ver={DIGEST}#top"
    assert urls.build_static_url("//cdn.example/x.css") == "//cdn.example/x.css"


@pytest.mark.usefixtures("in_request")
@pytest.mark.parametrize("path", ["/static/none.css", "/static/../../etc/passwd", "/static/%00"])
def test_a_file_that_is_not_there_has_no_version(urls: UrlManager, path: str) -> None:
    assert urls.build_static_url(path) == path


@pytest.mark.usefixtures("in_request")
def test_a_changed_file_has_another_link(static: pathlib.Path, urls: UrlManager) -> None:
    before = urls.build_static_url("/static/css/site.css")
    write(static / "css/site.css", "changed")
    after = urls.build_static_url("/static/css/site.css")
    assert after != before
    assert after.endswith(digest_of(b"changed"))


def test_url_for_carries_the_version_blueprints_included(app: Erlen) -> None:
    app.add_url_rule("/page/<int:n>", "page", lambda n: "")
    with app.test_request_context():
        assert url_for("static", filename="css/site.css") == f"/static/css/site.css?ver={DIGEST}"
        assert app.url_for("shop.static", filename="shop.js").startswith("/s/files/shop.js?ver=")
        assert url_for("static", filename="none.css") == "/static/none.css"
        assert url_for("static", filename="logo.png", ver="mine") == "/static/logo.png?ver=mine"
        assert url_for("page", n=1, filename="x") == "/page/1?filename=x"
        external = url_for("static", filename="css/site.css", _external=True, _anchor="a")
        assert external == f"http://localhost/static/css/site.css?ver={DIGEST}#a"


def test_a_relative_endpoint_is_the_blueprints(app: Erlen) -> None:
    app.add_url_rule("/x", "shop.page", lambda: url_for(".static", filename="shop.js"))
    assert app.test_client().get("/x").text.startswith("/s/files/shop.js?ver=")


def test_url_for_can_stay_as_it_is(app: Erlen) -> None:
    app.config["ASSETS_VERSIONED_URL_FOR"] = False
    with app.test_request_context():
        assert url_for("static", filename="css/site.css") == "/static/css/site.css"


def test_a_cdn_goes_before_static_links_only(app: Erlen, urls: UrlManager) -> None:
    app.config["ASSETS_CDN"] = "https://cdn.example/"
    with app.test_request_context(environ_overrides={"SCRIPT_NAME": "/shop"}):
        expected = f"https://cdn.example/shop/static/css/site.css?ver={DIGEST}"
        assert urls.build_static_url("/static/css/site.css") == expected
        assert url_for("static", filename="css/site.css") == expected
        assert url_for("static", filename="css/site.css", _external=True) == expected
        assert urls.build_url("/api") == "/shop/api"


def test_templates_have_the_functions_also_without_the_context(app: Erlen) -> None:
    from jinja2 import DictLoader

    from erlen import render_template

    app.jinja_loader = DictLoader(
        {
            "m.html": "{% macro m() %}{{ build_static_url('/static/css/site.css') }}{% endmacro %}",
            "page.html": "{% from 'm.html' import m %}{{ m() }} {{ build_url('/api') }}",
        }
    )
    with app.test_request_context():
        assert render_template("page.html") == f"/static/css/site.css?ver={DIGEST} /api"
        source = "{{ url_for('static', filename='css/site.css') }}"
        assert render_template_string(source) == f"/static/css/site.css?ver={DIGEST}"


def test_an_environment_that_is_there_already_gets_the_versions_too(static: pathlib.Path) -> None:
    app = Erlen(__name__, root_path=str(static.parent))
    assert app.jinja_env.globals["url_for"]
    UrlManager(app)
    with app.test_request_context():
        source = "{{ url_for('static', filename='css/site.css') }}"
        assert DIGEST in render_template_string(source)


def test_blueprints_and_rules_without_files_are_left_alone(
    app: Erlen, urls: UrlManager, client: ErlenClient
) -> None:
    plain = Blueprint("plain", __name__)
    plain.add_url_rule("/static-notes", "static", lambda: "notes")
    app.register_blueprint(plain)
    app.add_url_rule("/favicon.ico", "static", defaults={"filename": "logo.png"})
    assert client.get("/favicon.ico").data.startswith(b"\x89PNG")
    assert client.get("/static-notes").text == "notes"
    with app.test_request_context():
        assert urls.build_static_url("/favicon.ico") == "/favicon.ico"
        assert "?ver=" in urls.build_static_url("/static/css/site.css")
