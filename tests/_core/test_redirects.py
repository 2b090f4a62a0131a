"""Redirects are Werkzeug's, byte for byte."""

from __future__ import annotations

import typing as t
from http import HTTPStatus

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup
from werkzeug.routing import RequestRedirect
from werkzeug.urls import iri_to_uri
from werkzeug.utils import redirect as werkzeug_redirect

from erlen import Erlen, Response, redirect
from erlen._core.redirects import make_redirect, redirect_within
from erlen._core.respond import is_plain_location
from erlen.routing import Map
from tests.wsgi import ask


@given(st.text(st.characters(exclude_characters="\r\n", exclude_categories=["Cs"]), max_size=20))
def test_the_page_and_the_headers_are_werkzeugs(location: str) -> None:
    ours = make_redirect(location, 302, Response)
    theirs = werkzeug_redirect(location, 302, Response)
    assert ours.get_data() == theirs.get_data()
    assert ours.headers.to_wsgi_list() == theirs.headers.to_wsgi_list()
    assert ours.status == theirs.status


def test_a_location_cannot_bring_a_header() -> None:
    response = make_redirect("/\r\nSet-Cookie: a=b", 302, Response)
    assert response.location == "/%0D%0ASet-Cookie:%20a=b"


@pytest.mark.parametrize(
    "location", ["http://[::1", "http://a::1/", "http://a]/", "//[x", f"//{'a' * 64}.b"]
)
def test_a_location_that_is_no_url_is_a_path(location: str) -> None:
    class Own(Response):
        def get_wsgi_headers(self, environ: t.Any) -> t.Any:
            return super().get_wsgi_headers(environ)

    for response_class in (Response, Own):
        app = Erlen(__name__)
        app.response_class = response_class
        app.add_url_rule("/", "index", lambda: redirect(location))
        answer = ask(app)
        assert answer.code == 302
        assert (answer.header("Location") or "").startswith(("http%3A//", "/.//"))


@given(st.text("/?%&'a~:.@", max_size=8).map("/{}".format))
def test_a_location_that_goes_as_it_stands_is_a_uri(location: str) -> None:
    assert not is_plain_location(location) or iri_to_uri(location) == location


def test_a_location_may_be_of_a_class_of_its_own() -> None:
    response = make_redirect(Markup("/a?b&c"), 302, Response)
    assert ask(response).header("Location") == "/a?b&c"


def test_an_application_can_make_its_own() -> None:
    class Own(Erlen):
        def redirect(self, location: str, code: int = 302) -> Response:
            return Response(f"to {location}", code)

    app = Own(__name__)
    app.add_url_rule("/", "index", lambda: redirect("/there", 303))
    response = app.test_client().get("/")
    assert (response.status_code, response.text) == (303, "to /there")


def test_the_response_is_of_the_applications_class() -> None:
    class Own(Response):
        pass

    app = Erlen(__name__)
    app.response_class = Own
    with app.test_request_context():
        assert type(redirect("/there")) is Own


@pytest.mark.parametrize(
    "url, location",
    [
        ("http://localhost/a?b", "/a?b"),
        ("http://localhost//a", "/.//a"),
        ("http://localhost/a\r\nX: y", "/a%0D%0AX:%20y"),
        ("http://localhost", "http://localhost"),
        ("https://localhost/a", "https://localhost/a"),
        ("http://localhost.org/a", "http://localhost.org/a"),
    ],
)
def test_a_redirect_of_the_routing_names_no_host_that_stays(url: str, location: str) -> None:
    adapter = Map().bind("localhost")
    response = redirect_within(RequestRedirect(url), adapter, Response)
    assert (response.status_code, response.headers["Location"]) == (308, location)
    if "\r" not in url:
        assert redirect_within(RequestRedirect(url), None, Response).headers["Location"] == url


def test_the_status_may_be_named() -> None:
    assert type(make_redirect("/a", HTTPStatus.FOUND, Response).status_code) is int
