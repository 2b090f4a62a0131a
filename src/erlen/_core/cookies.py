"""Cookies as most of them are: short, plain, without quotes. Anything else is Werkzeug's."""

from __future__ import annotations

import re
import typing as t
from datetime import UTC, datetime
from functools import lru_cache

from werkzeug.datastructures import ImmutableMultiDict
from werkzeug.http import http_date
from werkzeug.sansio.http import parse_cookie

from . import pairs
from .multidict import filled

if t.TYPE_CHECKING:
    from werkzeug.datastructures import MultiDict

_NAME = r"[\w!#$%&'*+\-.^`|~]+"
#: What a value may have without being quoted, in a header that comes or goes.
_VALUE = r"[\w!#$%&'()*+\-./:<=>?@\[\]^`{|}~]*"
_missed = re.compile(r"[\x1a-\x1f]")
_is_plain_name = re.compile(_NAME, re.ASCII).fullmatch
_is_plain_value = re.compile(_VALUE, re.ASCII).fullmatch
_is_plain_header = re.compile(f"{_NAME}={_VALUE}(?:; {_NAME}={_VALUE})*", re.ASCII).fullmatch
#: The class that is filled here; what a request has for its own goes to Werkzeug.
_PLAIN_CLASS: t.Any = ImmutableMultiDict
_SAME_SITE = ("Strict", "Lax", "None")
_LONGEST = 2**31

_date = lru_cache(maxsize=64)(http_date)


def parse(header: str, cls: type[MultiDict[str, str]]) -> MultiDict[str, str]:
    """Return the cookies in a Cookie header; what is no cookie is passed over."""
    # PERF: three cookies in 1.4 against 2.7 µs, compiled in 0.8 (timeit).
    if cls is not _PLAIN_CLASS:
        return parse_cookie(header, cls=cls)
    if pairs.COMPILED:
        found = pairs.cookies(header)
        return parse_cookie(header, cls=cls) if found is None else filled(found)
    if not _is_plain_header(header):
        return parse_cookie(header, cls=cls)
    values: dict[str, list[str]] = {}
    for part in header.split("; "):
        name, _, value = part.partition("=")
        if name in values:
            values[name].append(value)
        else:
            values[name] = [value]
    return filled(values)


def escape_missed(line: str) -> str:
    """Escape the control characters in a cookie's value that Werkzeug leaves as they are."""
    name, equals, rest = line.partition("=")
    return name + equals + _missed.sub(lambda char: f"\\{ord(char[0]):03o}", rest)


def dump_plain(
    name: str,
    value: object,
    max_age: object,
    path: str | None,
    secure: object,
    httponly: object,
    samesite: str | None,
) -> str | None:
    """Return the Set-Cookie header for plain values, or None when it takes more to write it."""
    # PERF: 0.4 against 1.4 µs for Werkzeug's dump_cookie, with max_age 0.8 against 4.4 (timeit).
    if path != "/" or not (type(value) is str and _is_plain_value(value) and _is_plain_name(name)):
        return None
    if not (type(secure) is bool and type(httponly) is bool):
        return None
    line = f"{name}={value}"
    if max_age is not None:
        if type(max_age) is not int or not 0 <= max_age < _LONGEST:
            return None
        now = int(datetime.now(UTC).timestamp())  # Werkzeug's clock, for tests that stop it
        line += f"; Expires={_date(now + max_age)}; Max-Age={max_age}"
    if secure:
        line += "; Secure"
    if httponly:
        line += "; HttpOnly"
    line += "; Path=/"
    if samesite is None:
        return line
    return f"{line}; SameSite={samesite}" if samesite in _SAME_SITE else None
