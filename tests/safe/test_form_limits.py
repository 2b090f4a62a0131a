"""The limits of forms hold for both kinds, whatever the size of the reads."""

from __future__ import annotations

import pytest

from erlen import Erlen, request
from tests.safe.site import MULTIPART, URLENCODED, field, form, make_site, part, post

SIZES = [None, 1000, 65_536]
KINDS = {"urlencoded": URLENCODED, "multipart": MULTIPART}


@pytest.fixture
def app() -> Erlen:
    app = make_site()
    app.add_url_rule("/", "home", lambda: [len(request.form), len(request.files)], methods=["POST"])
    return app


def fields(kind: str, count: int, size: int) -> bytes:
    if kind == "urlencoded":
        return b"&".join([b"a=" + b"x" * size] * count)
    return form(*[field(content=b"x" * size)] * count)


@pytest.mark.parametrize("chunked", [False, True])
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("kind", KINDS)
def test_the_defaults_hold_to_the_byte(
    app: Erlen, kind: str, size: int | None, chunked: bool
) -> None:
    limits = {(1000, 1): 200, (1001, 1): 413, (1, 500_000): 200, (1, 500_001): 413}
    limits |= {(15, 500_000): 200, (17, 500_000): 413}
    for (count, length), code in limits.items():
        body = fields(kind, count, length)
        assert post(app, "/", body, KINDS[kind], size=size, chunked=chunked).code == code


@pytest.mark.parametrize("size", [None, 1, 7, 1000])
def test_a_part_has_few_and_short_headers(app: Erlen, size: int | None) -> None:
    for count, code in ((15, 200), (16, 413)):
        body = form(field(more="\r\nX: y" * count))
        assert post(app, "/", body, MULTIPART, size=size).code == code
    assert (
        post(app, "/", form(field(more="\r\nX: " + "y" * 8192)), MULTIPART, size=size).code == 413
    )
    endless = b"--b\r\nX: " + b"y" * 20_000
    assert post(app, "/", endless, MULTIPART, size=size).code == 413


@pytest.mark.parametrize("length, code", [(256, 200), (257, 413)])
def test_a_boundary_is_short(app: Erlen, length: int, code: int) -> None:
    boundary = "b" * length
    body = form(field()).replace(b"--b", b"--" + boundary.encode())
    assert post(app, "/", body, f"multipart/form-data; boundary={boundary}").code == code


def test_a_file_counts_as_a_part_but_not_as_memory(app: Erlen) -> None:
    file = part('Content-Disposition: form-data; name="f"; filename="f"', b"x" * 9_000_000)
    assert post(app, "/", form(file), MULTIPART).body == b"[0,1]\n"
    small = part('Content-Disposition: form-data; name="f"; filename="f"')
    assert post(app, "/", form(*[small] * 1001), MULTIPART).code == 413


def test_what_is_dropped_counts_as_well(app: Erlen) -> None:
    nameless = part("Content-Disposition: form-data")
    assert post(app, "/", form(*[nameless] * 1001), MULTIPART).code == 413
