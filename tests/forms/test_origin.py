from __future__ import annotations

import pytest
from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Request

from erlen.forms.origin import Source, same_origin, source_of


def judge(base_url: str, **headers: str) -> Source:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    environ = EnvironBuilder(
        method="POST", base_url=base_url, headers=[*named.items()]
    ).get_environ()
    return source_of(Request(environ))


@pytest.mark.parametrize(
    "base_url,origin",
    [
        ("http://a.example", "http://a.example"),
        ("http://a.example:80", "http://a.example"),
        ("https://a.example", "https://a.example:443"),
        ("http://A.example:5000", "http://a.EXAMPLE:5000"),
        ("http://[::1]:5000", "http://[::1]:5000"),
        # TLS ended at a proxy
        ("http://a.example", "https://a.example"),
        ("http://a.example:8443", "https://a.example:8443"),
    ],
)
def test_the_own_origin_is_known(base_url: str, origin: str) -> None:
    assert judge(base_url, Origin=origin) is Source.OWN


@pytest.mark.parametrize(
    "base_url,origin",
    [
        ("https://a.example", "http://a.example"),  # anybody on the wire can make that page
        ("https://a.example", "https://b.example"),
        ("https://a.example", "https://a.example:8443"),
        ("http://a.example:5000", "http://a.example"),
        ("http://a.example", "a.example"),
        ("http://a.example", "file://"),
    ],
)
def test_another_origin_is_foreign(base_url: str, origin: str) -> None:
    assert judge(base_url, Origin=origin) is Source.FOREIGN


def test_the_browsers_own_word_goes_before_the_origin() -> None:
    # The proxy in front has another name than the application's host.
    own = judge("http://10.0.0.1", Origin="https://a.example", Sec_Fetch_Site="same-origin")
    foreign = judge("http://a.example", Origin="http://a.example", Sec_Fetch_Site="same-site")
    assert (own, foreign) == (Source.OWN, Source.FOREIGN)


def test_two_urls_of_no_place_are_not_of_the_same_origin() -> None:
    assert not same_origin("http://[", "http://[")
    assert same_origin("https://a.example/x", "https://a.example:443/")
