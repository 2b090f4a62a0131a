"""Redirects are Werkzeug's, byte for byte."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.utils import redirect as werkzeug_redirect

from erlen import Erlen, Response, redirect
from erlen.redirects import make_redirect


@given(st.text(st.characters(exclude_characters="\r\n", exclude_categories=["Cs"]), max_size=20))
def test_the_page_and_the_headers_are_werkzeugs(location: str) -> None:
    ours = make_redirect(location, 302, Response)
    theirs = werkzeug_redirect(location, 302, Response)
    assert ours.get_data() == theirs.get_data()
    assert ours.headers.to_wsgi_list() == theirs.headers.to_wsgi_list()
    assert ours.status == theirs.status


def test_a_location_cannot_bring_a_header() -> None:
    with pytest.raises(ValueError, match="newline"):
        make_redirect("/\r\nSet-Cookie: a=b", 302, Response)


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
