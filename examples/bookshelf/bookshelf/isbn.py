"""International Standard Book Numbers, kept as thirteen digits."""

from __future__ import annotations


def normalise(text: str) -> str | None:
    """Return the thirteen digits of *text*, which may hold hyphens, spaces or an old ISBN-10.

    ``None`` if the digits or the check digit are wrong.
    """
    digits = text.replace("-", "").replace(" ", "").upper()
    if not digits.isascii():
        return None
    if len(digits) == 10 and digits[:9].isdigit() and _tenth(digits[:9]) == digits[9]:
        digits = "978" + digits[:9]
        return digits + _thirteenth(digits)
    if len(digits) == 13 and digits.isdigit() and _thirteenth(digits[:12]) == digits[12]:
        return digits
    return None


def _thirteenth(twelve: str) -> str:
    total = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(twelve))
    return str(-total % 10)


def _tenth(nine: str) -> str:
    total = sum(int(digit) * (10 - place) for place, digit in enumerate(nine))
    return "0123456789X"[-total % 11]
