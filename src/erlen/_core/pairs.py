# cython: boundscheck=False, wraparound=False
"""Urlencoded fields, byte by byte.

Written for Cython, which makes loops over memory of it (see ``pairs.pxd``). Interpreted it is right
and slow, and :mod:`.fields` has another way.
"""

from __future__ import annotations

import string
import typing as t

#: Whether this is the compiled form.
COMPILED = not __file__.endswith((".py", ".pyc"))

#: What the name of a cookie has that is plain.
_COOKIE_NAME = string.ascii_letters + string.digits + "_!#$%&'*+-.^`|~"
#: What its value has as well.
_COOKIE_VALUE = "()/:<=>?@[]{}"
_AND, _EQUALS, _PERCENT, _PLUS, _SEMICOLON, _SPACE = b"&=%+; "

#: The value of each hexadecimal digit, 255 for what is none.
_DIGITS = bytes(
    [int(chr(code), 16) if chr(code) in "0123456789abcdefABCDEF" else 255 for code in range(256)]
)

#: 1 for each byte that the name of a plain cookie has, 2 for each that its value has, or both.
_COOKIE_BYTES = bytes(
    [
        (chr(code) in _COOKIE_NAME) + 2 * (chr(code) in _COOKIE_NAME + _COOKIE_VALUE)
        for code in range(256)
    ]
)


def lists(text: t.Any) -> dict[str, list[str]]:
    """Return the values of each name, in the order they were sent.

    Raises ``UnicodeDecodeError`` for escapes that are no UTF-8.
    """
    found: dict[str, list[str]] = {}
    plain: str = text if type(text) is str else str(text)
    data = plain.encode()
    source = data
    room = bytearray(len(data)) if b"%" in data or b"+" in data else bytearray()
    size = len(data)
    start = place = 0
    named = escaped = False
    name = ""
    while place <= size:
        char = source[place] if place < size else _AND
        if char == _AND:
            if place > start or named:
                piece = _piece(source, start, place, room if escaped else None)
                value = piece if named else ""
                if not named:
                    name = piece
                values = found.get(name)
                if values is None:
                    found[name] = [value]
                else:
                    values.append(value)
            start = place + 1
            named = escaped = False
        elif char == _EQUALS:
            if not named:
                name = _piece(source, start, place, room if escaped else None)
                start = place + 1
                named = True
                escaped = False
        elif char in (_PERCENT, _PLUS):
            escaped = True
        place += 1
    return found


def cookies(header: t.Any) -> dict[str, list[str]] | None:
    """Return the cookies of a plain *header*, by name; None when it takes more to read it."""
    if type(header) is not str or not header.isascii():
        return None
    found: dict[str, list[str]] = {}
    text: str = header
    data = text.encode()
    source = data
    kinds = _COOKIE_BYTES
    size = len(data)
    start = place = 0
    while True:
        while place < size and kinds[source[place]] & 1:
            place += 1
        if place in (start, size) or source[place] != _EQUALS:
            return None
        name = text[start:place]
        start = place = place + 1
        while place < size and kinds[source[place]] & 2:
            place += 1
        value = text[start:place]
        values = found.get(name)
        if values is None:
            found[name] = [value]
        else:
            values.append(value)
        if place == size:
            return found
        if place + 1 >= size or source[place] != _SEMICOLON or source[place + 1] != _SPACE:
            return None
        start = place = place + 2


def _piece(source: bytes, start: int, end: int, room: bytearray | None) -> str:
    """Return a piece of *source* as text; decoded in *room* if there is one."""
    if room is None:
        return source[start:end].decode("utf-8")
    decoded = room
    digits = _DIGITS
    size = 0
    while start < end:
        char = source[start]
        start += 1
        if char == _PLUS:
            char = _SPACE
        elif char == _PERCENT and start + 1 < end:
            high, low = digits[source[start]], digits[source[start + 1]]
            if high < 16 and low < 16:
                char = high * 16 + low
                start += 2
        decoded[size] = char
        size += 1
    return decoded[:size].decode("utf-8")
