"""Draws requests from a seed: something right, changed in a few places, or not at all."""

from __future__ import annotations

import dataclasses
import io
import random
import re
import typing as t

from werkzeug.http import parse_set_header

from . import pieces
from .application import VARIANTS
from .inputs import draw_input

Environ = dict[str, t.Any]
_VARIANTS = tuple(VARIANTS)
_HEADERS = tuple(pieces.HEADERS)
_is_length = re.compile(r"[0-9]+", re.ASCII).fullmatch


@dataclasses.dataclass
class Case:
    """One request, and what is known about it beforehand."""

    variant: str
    environ: Environ
    #: The bytes that the server has.
    body: bytes
    #: Whether the server keeps to PEP 3333. If it does not, a 500 is as good as any answer.
    conforms: bool
    #: Whether reading the body ends without an error.
    readable: bool
    #: How many chunks of the answer the client takes before it goes away; None takes all.
    takes: int | None

    def may_be_read(self, data: bytes) -> bool:
        """Tell whether an application that answers may have read *data* for the whole body."""
        text = str(self.environ.get("CONTENT_LENGTH", "")).strip()
        length = int(text) if _is_length(text) and len(text) < 20 else None
        if "chunked" in parse_set_header(self.environ.get("HTTP_TRANSFER_ENCODING")):
            length = None
        if "wsgi.input_terminated" not in self.environ:
            if length is None:
                return data == b""
            return length <= len(self.body) and data == self.body[:length]
        if length is None:
            return self.readable and data == self.body
        if data == self.body[:length] and len(data) == length:
            return True  # a server that has more than it announced may be taken at its word
        return self.readable and length <= len(self.body) and data == self.body


class Drawer:
    """Draws the requests of one seed; *cookies* are those that earlier answers have set."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.variant = self.random.choice(_VARIANTS)

    def chance(self, one_in: int) -> bool:
        return self.random.randrange(one_in) == 0

    def draw(self, cookies: dict[str, str]) -> Case:
        body_first = self.chance(3)
        paths = pieces.BODY_PATHS if body_first else pieces.PATHS
        environ: Environ = {
            "REQUEST_METHOD": self._method(body_first),
            "SCRIPT_NAME": "/mounted" if self.chance(20) else "",
            "PATH_INFO": self._text(self.random.choice(paths), 4),
            "QUERY_STRING": self._text(self.random.choice(pieces.QUERIES), 4),
            "SERVER_NAME": "localhost",
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "HTTP_HOST": self._host(),
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
            "wsgi.errors": io.StringIO(),
            "wsgi.multithread": False,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
        }
        body = self._body(environ) if body_first or self.chance(10) else b""
        self._add_headers(environ, cookies)
        odd = self.chance(60)
        stream, readable = draw_input(self.random, body, odd)
        environ["wsgi.input"] = stream
        self._add_length(environ, body)
        conforms = not odd
        if self.chance(40):
            conforms = self._spoil(environ) and conforms
        takes = self.random.randrange(3) if self.chance(8) else None
        return Case(self.variant, environ, body, conforms, readable, takes)

    def _method(self, has_body: bool) -> str:
        if self.chance(30):
            return self.random.choice(pieces.ODD_METHODS)
        if self.chance(6):
            return self.random.choice(pieces.METHODS)
        return "POST" if has_body else "GET"

    def _host(self) -> str:
        if self.chance(4):
            return self._text(self.random.choice(pieces.HOSTS), 6)
        if self.variant == "hosted":
            return self.random.choice(["example.org", "a.example.org"])
        return "localhost"

    def _text(self, text: str, one_in: int) -> str:
        """Return *text*, changed one time in so many."""
        if not self.chance(one_in):
            return text
        for _ in range(self.random.choice([1, 1, 1, 2, 5])):
            text = self._change(text)
        return text

    def _change(self, text: str) -> str:
        at = self.random.randrange(len(text) + 1)
        match self.random.randrange(9):
            case 0:
                return text[:at] + text[at + 1 :]
            case 1:
                return text[:at]
            case 2:
                return text[:at] + chr(self.random.randrange(256)) + text[at + 1 :]
            case 3:
                return text + text[at:]
            case 4 if self.chance(10):
                return text[:at] + self.random.choice(pieces.NASTY) * 200 + text[at:]
            case 5 if self.chance(40):
                return text + (text[-3:] or "/") * 5000
            case _:
                return text[:at] + self.random.choice(pieces.NASTY) + text[at:]

    def _bytes(self, data: bytes, one_in: int) -> bytes:
        return self._text(data.decode("latin1"), one_in).encode("latin1")

    def _add_headers(self, environ: Environ, cookies: dict[str, str]) -> None:
        wide = environ["PATH_INFO"] in ("/headers", "/conditional", "/static/a.txt", "/file")
        for _ in range(self.random.choice([0, 0, 1, 1, 2, 4]) + 3 * wide):
            name = self.random.choice(_HEADERS)
            environ[name] = self._text(self.random.choice(pieces.HEADERS[name]), 3)
        if cookies and self.chance(2):
            header = "; ".join(f"{name}={value}" for name, value in cookies.items())
            environ["HTTP_COOKIE"] = self._text(header, 8)
        if self.chance(40):
            environ[f"HTTP_{self._text('X_OWN', 2)}"] = self._text("value", 2)
        if self.chance(300):
            environ["HTTP_X_LARGE"] = self.random.choice(pieces.NASTY) * 900

    def _add_length(self, environ: Environ, body: bytes) -> None:
        if self.chance(4):
            environ["wsgi.input_terminated"] = True
            if self.chance(2):
                return
        length = len(body)
        match self.random.randrange(16):
            case 0:
                length += self.random.choice([1, 5, 10_000, 10**9])
            case 1:
                length //= 2
            case 2:
                environ["CONTENT_LENGTH"] = self.random.choice(pieces.LENGTHS)
                return
            case 3:
                return
        if body or self.chance(20):
            environ["CONTENT_LENGTH"] = str(length)

    def _body(self, environ: Environ) -> bytes:
        match self.random.randrange(8):
            case 0 | 1:
                environ["CONTENT_TYPE"] = "application/x-www-form-urlencoded"
                body = self._bytes(self.random.choice(pieces.FORMS), 2)
            case 2 | 3 | 4:
                boundary = self.random.choice(["b", "b" * 70, "--", "a'b"])
                environ["CONTENT_TYPE"] = f"multipart/form-data; boundary={boundary}"
                body = self._bytes(self._multipart(boundary.encode()), 2)
            case 5 | 6:
                environ["CONTENT_TYPE"] = "application/json"
                body = self._bytes(self.random.choice(pieces.JSONS), 3)
            case _:
                body = self.random.randbytes(self.random.choice([0, 10, 1000]))
        if self.chance(5):
            environ["CONTENT_TYPE"] = self._text(self.random.choice(pieces.CONTENT_TYPES), 4)
        if self.chance(400):
            body += body[-200:] * 2000
        return body

    def _multipart(self, boundary: bytes) -> bytes:
        end = self.random.choice([b"\r\n", b"\r\n", b"\r\n", b"\n", b"\r"])
        parts = [b"preamble" if self.chance(10) else b""]
        for _ in range(self.random.choice([0, 1, 2, 2, 3, 8])):
            head = self._bytes(self.random.choice(pieces.PART_HEADS), 5)
            content = self._bytes(self.random.choice(pieces.CONTENTS), 5)
            parts.append(end.join([b"--" + boundary, head, b"", content]))
        parts.append(b"" if self.chance(8) else b"--" + boundary + b"--" + end)
        return end.join(parts[1:] if not parts[0] else parts)

    def _spoil(self, environ: Environ) -> bool:
        """Change the environ as only a broken server would; tell if it still keeps to PEP 3333."""
        key = self.random.choice(_SPOILED)
        match self.random.randrange(3):
            case 0:
                environ.pop(key, None)
                return key in _OPTIONAL
            case 1:
                environ[key] = None
            case _:
                environ[key] = self.random.choice([7, b"bytes", ["list"], "\u20ac", "\ud800", 1.5])
        return False


_OPTIONAL = ("SCRIPT_NAME", "PATH_INFO", "QUERY_STRING", "CONTENT_LENGTH", "HTTP_HOST")
_SPOILED = (
    *_OPTIONAL,
    "REQUEST_METHOD",
    "SERVER_NAME",
    "SERVER_PORT",
    "SERVER_PROTOCOL",
    "CONTENT_TYPE",
    "HTTP_COOKIE",
    "HTTP_RANGE",
    "HTTP_ACCEPT",
    "HTTP_IF_MODIFIED_SINCE",
    "REMOTE_ADDR",
    "wsgi.input",
    "wsgi.errors",
    "wsgi.url_scheme",
)
