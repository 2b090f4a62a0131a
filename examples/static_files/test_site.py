"""What the guide's pages on static files and logging say."""

import re

import pytest

from .site import app


@pytest.fixture
def client():
    return app.test_client()


def test_links_carry_versions_and_can_be_kept(client):
    page = client.get("/").text
    links = re.findall(r'(?:href|src)="([^"]+)"', page)
    assert [re.sub("ver=.*", "ver=", link) for link in links] == [
        "/static/site.css?ver=",
        "/static/site.js?ver=",
        "/about?lang=zh",
    ]
    for link in links[:2]:
        assert "immutable" in client.get(link).headers["Cache-Control"]
    assert client.get("/static/site.css?ver=1").headers["Cache-Control"] == "no-cache"


def test_requests_have_ids(client, caplog):
    assert client.get("/", headers={"X-Request-ID": "one"}).headers["X-Request-ID"] == "one"
    assert caplog.records[-1].request_id == "one"
