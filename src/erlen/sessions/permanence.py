"""Whether an untouched session must be sent again.

``SESSION_REFRESH_EACH_REQUEST`` promises that a permanent session lives on with every request,
also with one that does not touch it. Only the cookie knows whether it is permanent, and reading
every cookie for it would make every request pay. What a permanent session's JSON contains can be
seen from outside, though: base64 turns ``"_permanent":true`` into one of three texts, depending
on where it stands. A cookie that has one of them, or that is compressed, may be permanent, and
its session is opened; any other is left alone.
"""

from __future__ import annotations

import collections.abc as cabc
from base64 import urlsafe_b64encode

_MARK = b'"_permanent":true'


def _encoded_at(offset: int) -> str:
    """Return the characters that only the mark decides when *offset* bytes, mod 3, precede it."""
    encoded = urlsafe_b64encode(b"\0" * offset + _MARK).decode().rstrip("=")
    first = (0, 2, 3)[offset]
    whole = (offset + len(_MARK)) * 8 // 6
    return encoded[first:whole]


_MARKS = tuple(_encoded_at(offset) for offset in range(3))


def check_for(name: str) -> cabc.Callable[[str], bool]:
    """Return what tells whether the cookie *name* in a Cookie header may be a permanent session."""
    first, second, third = _MARKS
    compressed, quoted = f"{name}=.", f'{name}="'

    def may_be_permanent(cookies: str) -> bool:
        return name in cookies and (
            first in cookies
            or second in cookies
            or third in cookies
            or compressed in cookies
            or quoted in cookies
        )

    return may_be_permanent
