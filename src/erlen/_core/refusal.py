"""The answers 404 and 405, made beforehand."""

from __future__ import annotations

import typing as t

if t.TYPE_CHECKING:
    import collections.abc as cabc

    from _typeshed.wsgi import StartResponse
    from werkzeug.exceptions import HTTPException


class Refusal:
    """What a request that no rule answers gets when nothing in the application changes it."""

    __slots__ = ("_body", "_headers", "_status")

    def __init__(self, exc: HTTPException, content_type: tuple[str, str]) -> None:
        response = exc.get_response()
        self._body = response.get_data()
        self._status = response.status
        self._headers = (content_type, ("Content-Length", str(len(self._body))))

    def answer(
        self, allowed: cabc.Collection[str] | None, method: str, start_response: StartResponse
    ) -> cabc.Iterable[bytes]:
        """Refuse a request; *allowed* are the methods that other requests may have, if any."""
        content_type, length = self._headers
        if allowed:
            headers = [content_type, ("Allow", ", ".join(allowed)), length]
        else:
            headers = [content_type, length]
        start_response(self._status, headers)
        return [] if method == "HEAD" else [self._body]
