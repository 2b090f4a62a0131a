# cython: boundscheck=False, wraparound=False
"""URL-safe base64 without padding (RFC 4648, section 5), byte by byte.

Written for Cython, which makes loops over memory of it (see ``base64url.pxd``). Interpreted it is
right and slow, and :mod:`.codec` has another way.
"""

from __future__ import annotations

import string
import typing as t

_CHARS: t.Final = (string.ascii_uppercase + string.ascii_lowercase + string.digits + "-_").encode()
#: What each character stands for, 255 for one that is none of these.
_VALUES: t.Final = bytes([_CHARS.find(code) & 255 for code in range(256)])


def encode(data: bytes, room: bytearray, at: int) -> int:
    """Write *data* into *room*, from *at*; return where that ends."""
    source, target, chars = data, room, _CHARS
    place, size = 0, len(data)
    while place + 2 < size:
        bits = source[place] << 16 | source[place + 1] << 8 | source[place + 2]
        target[at] = chars[bits >> 18]
        target[at + 1] = chars[bits >> 12 & 63]
        target[at + 2] = chars[bits >> 6 & 63]
        target[at + 3] = chars[bits & 63]
        place += 3
        at += 4
    if place < size:
        bits = source[place] << 8
        if place + 1 < size:
            bits |= source[place + 1]
        target[at] = chars[bits >> 10]
        target[at + 1] = chars[bits >> 4 & 63]
        at += 2
        if place + 1 < size:
            target[at] = chars[bits << 2 & 63]
            at += 1
    return at


def decode(text: bytes, start: int, end: int, room: bytearray) -> int:
    """Write what *text* stands for between *start* and *end* to the beginning of *room*.

    Return how many bytes that is; -1 where it takes more to tell, padding say.
    """
    source, target, values = text, room, _VALUES
    at = 0
    while start + 3 < end:
        first, second = values[source[start]], values[source[start + 1]]
        third, fourth = values[source[start + 2]], values[source[start + 3]]
        if (first | second | third | fourth) > 63:
            return -1
        target[at] = first << 2 | second >> 4
        target[at + 1] = (second << 4 | third >> 2) & 255
        target[at + 2] = (third << 6 | fourth) & 255
        start += 4
        at += 3
    left = end - start
    if left == 0:
        return at
    if left < 2:
        return -1
    first, second = values[source[start]], values[source[start + 1]]
    third = values[source[start + 2]] if left == 3 else 0
    if (first | second | third) > 63:
        return -1
    target[at] = first << 2 | second >> 4
    at += 1
    if left == 3:
        target[at] = (second << 4 | third >> 2) & 255
        at += 1
    return at
