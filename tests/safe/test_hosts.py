"""Hosts: which are taken, and where a redirect may lead."""

from __future__ import annotations

import typing as t
import warnings
from urllib.parse import urljoin, urlsplit

import pytest
from werkzeug.routing import RequestRedirect

import erlen
from erlen import Erlen
from tests.safe.site import Log, make_site
from tests.wsgi import ask


@pytest.fixture
def app() -> Erlen:
    app = make_site()
    app.add_url_rule("/", "home", lambda: erlen.request.host)
    app.add_url_rule("/f/", "folder", lambda: "folder")
    app.add_url_rule("/p/<path:p>/", "path", lambda p: p)
    return app


TRUSTED = ["example.org", ".Sub.Example.COM.", "b\xfccher.de"]
GOOD = "example.org EXAMPLE.org example.org. Example.Org.:8080 example.org:80 a.sub.example.com"
GOOD += " A.SUB.EXAMPLE.COM. sub.example.com xn--bcher-kva.de"
BAD = "evil.org example.org.evil.org evilexample.org example.com example.org.. .example.org [::1]"
BAD += " example.org@evil.org example.org:80@evil.org example.org/.evil.org a.example.org"


@pytest.mark.parametrize("host", GOOD.split())
def test_a_trusted_host_may_be_written_in_any_case_and_with_a_final_dot(
    app: Erlen, host: str
) -> None:
    app.config["TRUSTED_HOSTS"] = TRUSTED
    assert ask(app, HTTP_HOST=host).code == 200


@pytest.mark.parametrize("host", [*BAD.split(), "", None, "\xff", "example.org\0"])
def test_any_other_host_is_refused(app: Erlen, host: str | None) -> None:
    app.config["TRUSTED_HOSTS"] = TRUSTED
    Log(app)
    assert ask(app, HTTP_HOST=host).code == 400
    app.config["TRUSTED_HOSTS"] = "example.org"
    assert ask(app, HTTP_HOST=host).code == 400


@pytest.mark.parametrize("host", ["a b", "a/b", "a\\b", "a@b", "<script>", "a'b", 'a"b', "a\tb"])
def test_characters_are_checked_always_and_shown_escaped(app: Erlen, host: str) -> None:
    answer = ask(app, HTTP_HOST=host)
    assert answer.code == 400
    for char in "<>'\"":
        assert f"Host {char}".encode() not in answer.body
    assert b"<script>" not in answer.body


PATHS = ["/f", "//evil.org/f", "/p//evil.org", "/p/\\evil.org", "/p/\t/evil.org", "/p/\\\\evil.org"]
PATHS += ["///f", "/\\evil.org/../f", "/p/%2f%2fevil.org", "/p/@evil.org", "/p/evil.org:80"]


@pytest.mark.parametrize("query", ["", "a=b", "a=\r\nX: y", "//evil.org", "\xff", "a=\t#b"])
@pytest.mark.parametrize("merges", [True, False])
@pytest.mark.parametrize("path", PATHS)
def test_the_slash_redirect_is_relative_and_stays(path: str, merges: bool, query: str) -> None:
    app = make_site()
    app.url_map.merge_slashes = merges
    for rule in ("/f/", "/p/<path:p>/", "/<path:p>/"):
        app.add_url_rule(rule, rule, lambda p="": p)
    answer = ask(app, path, QUERY_STRING=query, HTTP_HOST="attacker.org")
    assert answer.code == 308
    location = answer.header("Location") or ""
    assert location.startswith("/")
    assert not location.startswith("//")
    assert not set(location) & set("\\\t\r\n")
    assert b"attacker" not in answer.body
    assert urlsplit(urljoin("http://attacker.org/x", location)).netloc == "attacker.org"


def test_a_path_that_looks_like_a_host_is_still_a_path() -> None:
    app = make_site()
    app.url_map.merge_slashes = False
    app.add_url_rule("/x", "old", redirect_to="//evil.org/x")

    @app.route("/y")
    def redirected() -> t.Any:
        raise RequestRedirect("http://localhost//evil.org/y")

    assert ask(app, "/y").header("Location") == "/.//evil.org/y"
    assert urlsplit(urljoin("http://localhost/x", "/.//evil.org/y")).netloc == "localhost"


def test_a_redirect_to_another_host_of_ours_names_it() -> None:
    app = Erlen("hosts", subdomain_matching=True, static_folder=None, root_path="/")
    app.config["SERVER_NAME"] = "example.org"
    app.add_url_rule("/", "new", lambda: "new", subdomain="www")
    app.add_url_rule("/old", "old", subdomain="www", redirect_to="/")
    location = ask(app, "/old", HTTP_HOST="www.example.org").header("Location")
    assert location in ("/", "http://example.org/", "http://www.example.org/")


def test_a_foreign_host_gets_no_subdomains_view() -> None:
    app = Erlen("hosts", subdomain_matching=True, static_folder=None, root_path="/")
    app.config["SERVER_NAME"] = "Example.org"
    app.add_url_rule("/", "home", lambda name: name, subdomain="<name>")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert ask(app, HTTP_HOST="evil.org").code == 404
        assert ask(app, HTTP_HOST="evil.org", method="OPTIONS").code == 404
    assert ask(app, HTTP_HOST="a.example.org").body == b"a"
    assert ask(app, HTTP_HOST="A.EXAMPLE.org.").body == b"a"
