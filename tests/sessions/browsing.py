"""What a browser gets in the course of a session."""

from __future__ import annotations

import collections.abc as cabc
import re

from erlen.testing import FlaskClient

Answer = tuple[int, str, list[tuple[str, str]]]


def answers(client: FlaskClient, paths: cabc.Iterable[str], without: str) -> list[Answer]:
    """Return the answers to *paths*, to HEAD for the first; what *without* matches is left out."""
    found, method = [], "HEAD"
    for path in paths:
        response = client.open(path, method=method)
        headers = [(name, re.sub(without, "", value)) for name, value in response.headers]
        found.append((response.status_code, response.text, headers))
        method = "GET"
    return found
