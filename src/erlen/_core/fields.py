"""Urlencoded fields: what a query or a form's body holds, decoded at the speed of C.

The standard library decodes each name and each value by itself, in Python. Here the separators
are first put aside as control characters and ``%41`` is made to look like the ``=41`` of
quoted-printable text; then one call decodes the whole, escapes of separators included. A text
for which that is not safe (broken escapes, bytes that are no UTF-8, control characters) is
decoded piece by piece. The outcome is that of :func:`urllib.parse.parse_qsl` with blank values
kept, where bytes that are no UTF-8 stay percent-encoded.
"""

from __future__ import annotations

import re
import typing as t
from binascii import a2b_qp

from werkzeug.datastructures import ImmutableMultiDict

Pairs = list[tuple[str, str]]

_new: t.Any = ImmutableMultiDict.__new__
_fill: t.Any = dict.update

_BETWEEN, _EQUALS = "\x1e", "\x1f"
#: To quoted-printable; what it would take for something else becomes no UTF-8, so that it shows.
_TO_PRINTABLE = bytes.maketrans(b"&=+%\x1e\x1f\r\n", b"\x1e\x1f =\xff\xff\xff\xff")
_BROKEN_ESCAPE = re.compile(rb"%(?![0-9A-Fa-f]{2})")
#: What means something else in quoted-printable text.
_NOT_PRINTABLE = ((b"\r", b"%0D"), (b"\n", b"%0A"), (b"=", b"%3D"))
#: What the codec makes of a byte that is no UTF-8, and what stays in its place.
_NO_UTF8 = {0xDC00 + byte: f"%{byte:02X}" for byte in range(0x80, 0x100)}


def collect(text: str, storage_class: type[t.Any]) -> t.Any:
    """Return the fields of *text* in a storage of the given class."""
    if storage_class is ImmutableMultiDict:
        # PERF: 0.3 against 1.2 µs for the constructor (timeit, five fields).
        storage = _new(ImmutableMultiDict)
        _fill(storage, lists(text))
        return storage
    return storage_class(pairs(text))


def has_more_than(text: str, most: int) -> bool:
    """Tell whether *text* has more than *most* fields; an empty piece is none."""
    return text.count("&") >= most and sum(map(bool, text.split("&"))) > most


def lists(text: str) -> dict[str, list[str]]:
    """Return the values of each name, in the order they were sent."""
    found: dict[str, list[str]] = {}
    split = _split(text)
    if split is None:
        for name, value in _pairs_one_by_one(text):
            found.setdefault(name, []).append(value)
        return found
    pieces, equals = split
    for piece in pieces:
        if piece:
            name, _, value = piece.partition(equals)
            if equals in value:
                value = value.replace(equals, "=")
            if name in found:
                found[name].append(value)
            else:
                found[name] = [value]
    return found


def pairs(text: str) -> Pairs:
    """Return names and values in the order they were sent."""
    split = _split(text)
    if split is None:
        return _pairs_one_by_one(text)
    pieces, equals = split
    parted = [piece.partition(equals) for piece in pieces if piece]
    return [(name, value.replace(equals, "=")) for name, _, value in parted]


def _split(text: str) -> tuple[list[str], str] | None:
    """Return the decoded pieces and what parts name and value, or None when that is not safe."""
    if "%" not in text:
        if "+" in text:
            text = text.replace("+", " ")
        return text.split("&"), "="
    if "%1" in text:  # an escape of a separator that is put in below, maybe
        return None
    data = text.encode()
    # PERF: 0.6 against 4.3 µs for unquote() on each of five names and values (timeit).
    decoded = a2b_qp(data.translate(_TO_PRINTABLE))
    if len(decoded) + 2 * data.count(b"%") != len(data):  # an escape that is none was left as is
        return None
    try:
        return decoded.decode().split(_BETWEEN), _EQUALS
    except UnicodeDecodeError:
        return None


def _pairs_one_by_one(text: str) -> Pairs:
    data = _BROKEN_ESCAPE.sub(b"%25", text.encode()).replace(b"+", b" ")
    pieces = [piece.partition(b"=") for piece in data.split(b"&") if piece]
    return [(_unquote(name), _unquote(value)) for name, _, value in pieces]


def _unquote(piece: bytes) -> str:
    for char, escape in _NOT_PRINTABLE:
        piece = piece.replace(char, escape)
    return keep_encoded(a2b_qp(piece.replace(b"%", b"=")))


def keep_encoded(data: bytes) -> str:
    """Return *data* as text; bytes that are no UTF-8 become percent-encoded."""
    try:
        return data.decode()
    except UnicodeDecodeError:
        return data.decode(errors="surrogateescape").translate(_NO_UTF8)
