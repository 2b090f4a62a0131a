from __future__ import annotations

import pytest

from erlen._core.hosts import makes_urls


@pytest.mark.parametrize("host", ["example.org", "[::1]", "[::1]:5000", "xn--bcher-kva.example"])
def test_a_url_can_be_made_with_a_name_or_an_address(host: str) -> None:
    assert makes_urls(host)


@pytest.mark.parametrize("host", ["[", "[::1", "a]b[", "[:::]", "xn--"])
def test_no_url_can_be_made_with_what_only_looks_like_one(host: str) -> None:
    assert not makes_urls(host)
