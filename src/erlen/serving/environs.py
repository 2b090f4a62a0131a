"""What PEP 3333 calls the environ, made of what Granian knows of a request."""

from __future__ import annotations

import typing as t
from urllib.parse import unquote_to_bytes

Environ = dict[str, t.Any]

#: Headers to keys; None for those that are dropped. Filled with the names that clients send.
_KEYS: dict[bytes, str | None] = {
    b"content-type": "CONTENT_TYPE",
    b"content-length": "CONTENT_LENGTH",
}
#: Names that are remembered, and their length: clients can think of more.
MOST_NAMES, LONGEST_NAME = 1000, 64


def make_environ(scope: dict[str, t.Any], constant: Environ) -> Environ:
    """Return *constant* with what *scope*, as ASGI describes it, says of a request."""
    path = scope["raw_path"]
    environ = constant.copy()
    environ["SERVER_PROTOCOL"] = "HTTP/1.1" if scope["http_version"] == "1.1" else "HTTP/1.0"
    environ["SERVER_NAME"], environ["SERVER_PORT"] = scope["server"]
    environ["REMOTE_ADDR"] = scope["client"][0]
    environ["REQUEST_METHOD"] = scope["method"]
    environ["PATH_INFO"] = (unquote_to_bytes(path) if b"%" in path else path).decode("latin-1")
    environ["QUERY_STRING"] = scope["query_string"].decode("latin-1")
    environ["wsgi.url_scheme"] = scope["scheme"]

    for name, value in scope["headers"]:
        try:
            key = _KEYS[name]
        except KeyError:
            key = _learn(name)

        if key is None:
            continue

        text = value.decode("latin-1")
        environ[key] = _join(key, environ[key], text) if key in environ else text

    return environ


def _learn(name: bytes) -> str | None:
    # `X_Y` would be taken for `X-Y`, which a proxy in front may have set.
    key = None if b"_" in name else "HTTP_" + name.decode("ascii").upper().replace("-", "_")

    if len(_KEYS) < MOST_NAMES and len(name) <= LONGEST_NAME:
        _KEYS[name] = key

    return key


def _join(key: str, first: str, second: str) -> str:
    if key == "CONTENT_TYPE":
        return first

    return f"{first}; {second}" if key == "HTTP_COOKIE" else f"{first},{second}"
