"""The response as Werkzeug's type, computed on demand."""

from __future__ import annotations

import collections.abc as cabc
import typing as t

from werkzeug._internal import _get_environ
from werkzeug.wrappers import Response as ResponseBase

from .. import json
from .._core import checks, construct, cookies, dates, respond
from .._core.contexts import current

if t.TYPE_CHECKING:
    from datetime import datetime, timedelta
    from http import HTTPStatus

    from _typeshed.wsgi import StartResponse, WSGIEnvironment
    from werkzeug.datastructures import Headers
    from werkzeug.wrappers import Request as RequestBase


_get_frame = current.get
_set_class: t.Any = object.__dict__["__class__"].__set__
_MADE_WHEN_ASKED = ("_on_close", "_status", "_status_code", "direct_passthrough", "headers")


class Response(ResponseBase):
    """The response as Werkzeug's type, with HTML as its default."""

    default_mimetype: str | None = "text/html"
    json_module = json
    autocorrect_location_header = False

    #: True while a class makes its body and its WSGI answer as this one does.
    _keeps_construction = True
    _keeps_set_data = True
    _keeps_sending = True
    _keeps_iteration = True
    _keeps_status = True

    direct_passthrough = False
    _status, _status_code = construct.STATUS_LINES[200], 200
    #: Headers that were made here and by the session, in order for sure, while nobody asked for
    #: `headers` or for anything to be closed.
    _own_pairs: respond.Pairs | None = None
    #: What `headers` and `_on_close` are, once somebody asked for them.
    _headers: Headers | None = None
    _closers: list[cabc.Callable[[], t.Any]] | None = None

    def __init_subclass__(cls, **kwargs: t.Any) -> None:
        super().__init_subclass__(**kwargs)
        cls._keeps_set_data = cls.set_data is Response.set_data and cls.headers is Response.headers
        cls._keeps_iteration = cls.iter_encoded is Response.iter_encoded
        cls._keeps_status = (
            cls.status is Response.status and cls._clean_status is Response._clean_status
        )
        cls._keeps_construction = (
            type(cls) is type  # what is compiled makes no instances for a metaclass
            and cls._keeps_set_data
            and cls._keeps_status
            and cls.__init__ is Response.__init__
            and cls.__new__ is Response.__new__
            and cls.automatically_set_content_length
            and cls.default_status == 200
        )
        cls._keeps_sending = all(
            getattr(cls, name) is getattr(Response, name)
            for name in (
                "get_wsgi_headers",
                "get_app_iter",
                "get_wsgi_response",
                "close",
                "status",
                "status_code",
            )
        )

    def __init__(
        self,
        response: t.Any = None,
        status: int | str | HTTPStatus | None = None,
        headers: t.Any = None,
        mimetype: str | None = None,
        content_type: str | None = None,
        direct_passthrough: bool = False,
    ) -> None:
        # PERF: 0.7 against 4.0 µs for Werkzeug's constructor (timeit, a short str). What most
        # responses leave as it is, the headers above all, is made when it is first asked for.
        if not construct.begin(
            self, response, status, headers, mimetype, content_type, direct_passthrough
        ):
            super().__init__(response, status, headers, mimetype, content_type, direct_passthrough)

    if not t.TYPE_CHECKING:
        headers = construct.HeadersAttribute()

        @property
        def _on_close(self) -> list[cabc.Callable[[], t.Any]]:
            if self._closers is None:
                self._on_close = []
            return self._closers

        @_on_close.setter
        def _on_close(self, value: list[cabc.Callable[[], t.Any]]) -> None:
            if self._own_pairs is not None:  # such have only responses with nothing to close
                self.headers  # noqa: B018 - from here on they are these
            self._closers = value

    @classmethod
    def force_type(cls, response: ResponseBase, environ: WSGIEnvironment | None = None) -> Response:
        """Make a response of this class of another one, or of a WSGI application."""
        forced = t.cast(Response, super().force_type(response, environ))
        construct.adopt(forced)
        return forced

    def _become(self, cls: type) -> None:
        # Werkzeug's `force_type` makes another class of a response, which knows nothing of what
        # is made here when it is asked for.
        kept = {}
        if not issubclass(cls, Response):
            kept = {name: getattr(self, name) for name in _MADE_WHEN_ASKED}
            self._own_pairs = self._headers = self._closers = None
        _set_class(self, cls)
        for name, value in kept.items():
            setattr(self, name, value)

    __class__ = property(type, _become)

    def _clean_status(self, value: str | int | HTTPStatus) -> tuple[str, int]:
        if type(value) is int and value in construct.STATUS_LINES:
            return construct.STATUS_LINES[value], value
        return super()._clean_status(value)

    @property
    def max_cookie_size(self) -> int:  # type: ignore[override]
        """Bytes above which a cookie is warned of; ``MAX_COOKIE_SIZE``."""
        frame = _get_frame()
        return super().max_cookie_size if frame is None else frame[0].app.config["MAX_COOKIE_SIZE"]

    def set_cookie(
        self,
        key: str,
        value: str = "",
        max_age: timedelta | int | None = None,
        expires: str | datetime | int | float | None = None,
        path: str | None = "/",
        domain: str | None = None,
        secure: bool = False,
        httponly: bool = False,
        samesite: str | None = None,
        partitioned: bool = False,
    ) -> None:
        """Set a cookie; *max_age* is in seconds, without it the cookie ends with the browser."""
        line = None
        if expires is None and domain is None and not partitioned:
            line = cookies.dump_plain(key, value, max_age, path, secure, httponly, samesite)
        if line is None or len(line) > self.max_cookie_size:
            super().set_cookie(
                key,
                value,
                max_age,
                expires,
                path,
                domain,
                secure,
                httponly,
                samesite,
                partitioned,
            )
            name, line = self.headers._list[-1]
            if not line.isprintable():
                self.headers._list[-1] = (name, cookies.escape_missed(line))
        else:
            self.headers.add("Set-Cookie", line)

    def close(self) -> None:
        """Close the body, and call what was to be called when the response ends."""
        close = getattr(self.response, "close", None)
        if close is not None:
            close()
        for function in self._closers or ():
            function()

    def make_conditional(
        self,
        request_or_environ: WSGIEnvironment | RequestBase,
        accept_ranges: bool | str = False,
        complete_length: int | None = None,
    ) -> t.Self:
        """Become a 304, a 206 or a 412 where the request's conditions or its range say so.

        Raises ``RequestedRangeNotSatisfiable`` for a range that is not there.
        """
        environ = dates.without_impossible(_get_environ(request_or_environ))
        super().make_conditional(environ, accept_ranges, complete_length)
        return self

    def get_wsgi_headers(self, environ: WSGIEnvironment) -> Headers:
        """Return the headers as they are sent, which is Werkzeug's way but for odd locations."""
        for name in ("Location", "Content-Location"):
            if name in self.headers:
                self.headers[name] = respond.to_uri(self.headers[name])
        return super().get_wsgi_headers(environ)

    def __call__(
        self, environ: WSGIEnvironment, start_response: StartResponse
    ) -> cabc.Iterable[bytes]:
        if self._keeps_sending:
            return respond.send(self, environ, start_response)
        body, status, headers = self.get_wsgi_response(environ)
        checks.check(status, headers)
        start_response(status, headers)
        return body
