from __future__ import annotations

import typing as t

import pytest

from erlen.serving import environs
from erlen.serving.environs import make_environ
from tests.serving.exchanges import make_scope


def test_all_that_pep_3333_asks_for() -> None:
    scope = make_scope(raw_path=b"/a", query_string=b"b=%20", method="PUT")
    environ = make_environ(scope, {"constant": 1})
    assert environ == {
        "constant": 1,
        "SERVER_PROTOCOL": "HTTP/1.1",
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "8000",
        "REMOTE_ADDR": "10.0.0.1",
        "REQUEST_METHOD": "PUT",
        "PATH_INFO": "/a",
        "QUERY_STRING": "b=%20",
        "HTTP_HOST": "localhost",
        "wsgi.url_scheme": "http",
    }


def test_http_1_0() -> None:
    assert make_environ(make_scope(http_version="1"), {})["SERVER_PROTOCOL"] == "HTTP/1.0"


def test_a_path_in_bytes() -> None:
    environ = make_environ(make_scope(raw_path=b"/%e9%C3%a9%2F%zz"), {})
    assert environ["PATH_INFO"] == "/\xe9\xc3\xa9/%zz"


@pytest.mark.parametrize("name", [b"x_name", b"content_length", b"content_type", b"x-a_b"])
def test_names_with_an_underscore_are_dropped(name: bytes) -> None:
    environ = make_environ(make_scope((name, b"1")), {})
    assert environ == make_environ(make_scope(), {})


@pytest.mark.parametrize("turn", [1, -1])
def test_a_name_with_an_underscore_does_not_stand_for_another(turn: int) -> None:
    headers = [(b"x-name", b"proxy"), (b"x_name", b"client")]
    assert make_environ(make_scope(*headers[::turn]), {})["HTTP_X_NAME"] == "proxy"


@pytest.mark.parametrize(
    "name,key,joined",
    [
        (b"x-a", "HTTP_X_A", "one,two"),
        (b"cookie", "HTTP_COOKIE", "one; two"),
        (b"content-type", "CONTENT_TYPE", "one"),
    ],
)
def test_headers_that_come_twice(name: bytes, key: str, joined: str) -> None:
    assert make_environ(make_scope((name, b"one"), (name, b"two")), {})[key] == joined


def test_values_are_latin_1() -> None:
    assert make_environ(make_scope((b"x-a", b"caf\xe9")), {})["HTTP_X_A"] == "caf\xe9"


def test_long_names_are_not_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    known: dict[bytes, t.Any] = {}
    monkeypatch.setattr(environs, "_KEYS", known)
    environ = make_environ(make_scope((b"x-" + b"a" * 1000, b"1")), {})
    assert environ["HTTP_X_" + "A" * 1000] == "1"
    assert list(known) == [b"host"]


def test_only_so_many_names_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    known: dict[bytes, t.Any] = {}
    monkeypatch.setattr(environs, "_KEYS", known)
    monkeypatch.setattr(environs, "MOST_NAMES", 2)
    names = [(b"x-%d" % number, b"1") for number in range(3)]
    environ = make_environ(make_scope(*names), {})
    assert {"HTTP_X_0", "HTTP_X_1", "HTTP_X_2"} < set(environ)
    assert len(known) == 2
