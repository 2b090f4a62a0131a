"""A body is neither longer than allowed nor shorter than announced."""

from __future__ import annotations

import io
import typing as t

import pytest

from erlen import Erlen, request
from tests.measuring import cpu_of
from tests.safe.site import MULTIPART, URLENCODED, field, form, make_site, post
from tests.wsgi import Environ, ask

READERS: dict[str, tuple[str, t.Callable[[], t.Any]]] = {
    "data": ("text/plain", lambda: request.get_data()),
    "stream": ("text/plain", lambda: request.stream.read()),
    "json": ("application/json", lambda: request.get_json()),
    "form": (URLENCODED, lambda: request.form),
    "multipart": (MULTIPART, lambda: request.form),
    "files": (MULTIPART, lambda: request.files),
}


def make_reader(way: str, **settings: t.Any) -> tuple[Erlen, str]:
    app = make_site(**settings)
    content_type, read = READERS[way]

    @app.route("/", methods=["POST"])
    def home() -> str:
        read()
        return "read"

    return app, content_type


@pytest.mark.parametrize("size", [None, 1, 7, 4096])
@pytest.mark.parametrize("way", READERS)
def test_a_body_over_the_limit_is_a_413_also_in_chunks(way: str, size: int | None) -> None:
    app, content_type = make_reader(way, MAX_CONTENT_LENGTH=100)
    for chunked in (False, True):
        answer = post(app, "/", b"a" * 101, content_type, size=size, chunked=chunked)
        assert answer.code == 413


@pytest.mark.parametrize("way", READERS)
def test_a_body_that_understates_its_length_is_a_413(way: str) -> None:
    app, content_type = make_reader(way, MAX_CONTENT_LENGTH=100)
    terminated: Environ = {"wsgi.input_terminated": True, "CONTENT_LENGTH": "50"}
    assert post(app, "/", b"a" * 101, content_type, **terminated).code == 413


@pytest.mark.parametrize("size", [None, 1, 7])
@pytest.mark.parametrize("way", READERS)
def test_a_body_cut_short_is_never_taken_as_whole(way: str, size: int | None) -> None:
    app, content_type = make_reader(way)
    whole = {"json": b"[1]", "multipart": form(field()), "files": form(field())}.get(way, b"a=1")
    for more in ({}, {"wsgi.input_terminated": True}):
        length: Environ = {"CONTENT_LENGTH": str(len(whole) + 1), **more}
        assert post(app, "/", whole, content_type, size=size, **length).code == 400


@pytest.mark.parametrize("length", ["-1", "+3", "3,3", "0x3", "3 ", "\u0663", "", "9" * 30, "1_0"])
def test_a_length_that_is_none_announces_nothing(length: str) -> None:
    app, content_type = make_reader("data", MAX_CONTENT_LENGTH=100)
    answer = post(app, "/", b"abc", content_type, CONTENT_LENGTH=length)
    assert answer.code in (200, 400, 413)
    source = io.BytesIO(b"a" * 1000)
    ask(app, "/", "POST", CONTENT_LENGTH=length, **{"wsgi.input": source})
    assert source.tell() <= 1000


@pytest.mark.parametrize("way", READERS)
def test_1_mb_of_body_takes_less_than_500_ms(way: str) -> None:
    app, content_type = make_reader(way)
    bodies = [b"[" * 1_000_000, b"a=1&" * 250_000, b"--b\r\n" * 200_000, b"\r\n--" * 250_000]
    bodies += [b"%" * 1_000_000, b'"\\u' * 333_000, form(*[field()] * 20_000), b"\r" * 1_000_000]
    bodies += [b"--b\r\n" + b"\n" * 1_000_000, b"--b\r\nA:" + b" " * 1_000_000]
    for body in bodies:
        assert cpu_of(lambda body=body: post(app, "/", body, content_type), 500) < 500  # type: ignore[misc]
