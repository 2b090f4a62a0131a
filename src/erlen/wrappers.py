"""``Request`` and ``Response``: Werkzeug's types, computed on demand."""

from __future__ import annotations

import collections.abc as cabc
import typing as t
from functools import lru_cache
from urllib.parse import parse_qsl

from werkzeug.datastructures import EnvironHeaders
from werkzeug.exceptions import BadRequest
from werkzeug.utils import get_content_type
from werkzeug.wrappers import Request as RequestBase
from werkzeug.wrappers import Response as ResponseBase

from . import json
from ._core import cookies, respond
from ._core.contexts import current
from .helpers import _split_blueprint_path

if t.TYPE_CHECKING:
    from datetime import datetime, timedelta
    from http import HTTPStatus

    from _typeshed.wsgi import StartResponse, WSGIEnvironment
    from werkzeug.datastructures import Authorization, ImmutableMultiDict, MultiDict
    from werkzeug.exceptions import HTTPException
    from werkzeug.routing import Rule

    from .app import Erlen

_T = t.TypeVar("_T")

#: How Werkzeug decodes bytes that are no UTF-8: it registers this handler of errors.
_KEEP_ENCODED = "werkzeug.url_quote"


class _lazy(t.Generic[_T]):
    """An attribute that is computed when first read; it can be set and deleted like any other."""

    def __init__(self, compute: cabc.Callable[[t.Any], _T]) -> None:
        self.compute = compute
        self.__doc__ = compute.__doc__

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    @t.overload
    def __get__(self, obj: None, owner: type | None = None) -> t.Self: ...
    @t.overload
    def __get__(self, obj: object, owner: type | None = None) -> _T: ...
    def __get__(self, obj: object | None, owner: type | None = None) -> t.Any:
        if obj is None:
            return self
        value = self.compute(obj)
        setattr(obj, self.name, value)
        return value


def _current_app() -> Erlen | None:
    frame = current.get()
    return None if frame is None else frame[0].app


def _is_debugged() -> bool:
    app = _current_app()
    return app is not None and app.debug


def _decoded(value: str) -> str:
    """Return a WSGI string, bytes read as latin-1, as the UTF-8 text it was."""
    return value if value.isascii() else value.encode("latin1").decode(errors="replace")


class Request(RequestBase):
    """The request as Werkzeug's type, made from nothing but the environ.

    What Werkzeug computes in its constructor is computed here when it is first read.
    """

    #: The rule that matched, or None when none did.
    url_rule: Rule | None = None
    #: The values of the rule's variables, or None when no rule matched.
    view_args: dict[str, t.Any] | None = None
    #: Why no rule matched: an HTTP exception that is raised when the request is dispatched.
    routing_exception: HTTPException | None = None

    shallow = False
    _environ: WSGIEnvironment
    #: True once ``environ`` was handed out, which then points back here.
    _in_environ = False
    _max_content_length: int | None = None
    _max_form_memory_size: int | None = None
    _max_form_parts: int | None = None

    def __init__(
        self, environ: WSGIEnvironment, populate_request: bool = True, shallow: bool = False
    ) -> None:
        self._environ = environ
        if shallow:
            self.shallow = True
        elif populate_request:
            self.environ  # noqa: B018 - reading it puts the request into it

    @property
    def environ(self) -> WSGIEnvironment:
        """The WSGI environ."""
        environ = self._environ
        if not self._in_environ and not self.shallow:
            self._in_environ = True
            environ["werkzeug.request"] = self
        return environ

    @environ.setter
    def environ(self, value: WSGIEnvironment) -> None:
        self._environ = value

    def _finish(self) -> None:
        """Close what is open, and break the cycle between request and environ."""
        try:
            self.close()
        finally:
            if self._in_environ:
                self._environ["werkzeug.request"] = None

    @_lazy
    def method(self) -> str:
        return str(self._environ.get("REQUEST_METHOD", "GET").upper())

    @_lazy
    def scheme(self) -> str:
        return str(self._environ.get("wsgi.url_scheme", "http"))

    @_lazy
    def server(self) -> tuple[str, int | None] | None:
        name = self._environ.get("SERVER_NAME")
        if name is None:
            return None
        port = self._environ.get("SERVER_PORT")
        try:
            return name, int(t.cast(str, port))
        except (TypeError, ValueError):  # a Unix socket
            return name, None

    @_lazy
    def root_path(self) -> str:
        return _decoded(self._environ.get("SCRIPT_NAME") or "").rstrip("/")

    @_lazy
    def path(self) -> str:
        return "/" + _decoded(self._environ.get("PATH_INFO") or "").lstrip("/")

    @_lazy
    def query_string(self) -> bytes:
        query: str = self._environ.get("QUERY_STRING", "")
        return query.encode("latin1")

    @_lazy
    def args(self) -> MultiDict[str, str]:
        """The query's fields; bytes that are no UTF-8 stay percent-encoded."""
        fields = parse_qsl(self._query_text, keep_blank_values=True, errors=_KEEP_ENCODED)
        return self.parameter_storage_class(fields)

    @_lazy
    def cookies(self) -> ImmutableMultiDict[str, str]:
        """The cookies, each under its name as often as it was sent."""
        header = self._environ.get("HTTP_COOKIE", "")
        return cookies.parse(header, self.dict_storage_class)  # type: ignore[return-value]

    @_lazy
    def full_path(self) -> str:
        return f"{self.path}?{self._query_text}"

    @property
    def _query_text(self) -> str:
        return self.query_string.decode(errors=_KEEP_ENCODED)

    @_lazy
    def authorization(self) -> Authorization | None:
        """What the ``Authorization`` header says; None without one, or when it is malformed."""
        try:
            return super().authorization
        except ValueError:  # credentials that are not even ASCII
            return None

    @_lazy
    def headers(self) -> EnvironHeaders:  # type: ignore[override]
        return EnvironHeaders(self._environ)

    @_lazy
    def remote_addr(self) -> str | None:
        return t.cast("str | None", self._environ.get("REMOTE_ADDR"))

    @_lazy
    def json_module(self) -> t.Any:
        app = _current_app()
        return json if app is None else app.json

    @property
    def max_content_length(self) -> int | None:
        """Bytes of body that are read at most; ``MAX_CONTENT_LENGTH`` unless set here."""
        if self._max_content_length is not None:
            return self._max_content_length
        return self._limit("MAX_CONTENT_LENGTH", super().max_content_length)

    @max_content_length.setter
    def max_content_length(self, value: int | None) -> None:
        self._max_content_length = value

    @property
    def max_form_memory_size(self) -> int | None:
        """Bytes of one form field at most; ``MAX_FORM_MEMORY_SIZE`` unless set here."""
        if self._max_form_memory_size is not None:
            return self._max_form_memory_size
        return self._limit("MAX_FORM_MEMORY_SIZE", super().max_form_memory_size)

    @max_form_memory_size.setter
    def max_form_memory_size(self, value: int | None) -> None:
        self._max_form_memory_size = value

    @property  # type: ignore[override]
    def max_form_parts(self) -> int | None:
        """Parts of a multipart form at most; ``MAX_FORM_PARTS`` unless set here."""
        if self._max_form_parts is not None:
            return self._max_form_parts
        return self._limit("MAX_FORM_PARTS", super().max_form_parts)

    @max_form_parts.setter
    def max_form_parts(self, value: int | None) -> None:
        self._max_form_parts = value

    @staticmethod
    def _limit(key: str, default: int | None) -> int | None:
        app = _current_app()
        return default if app is None else app.config[key]

    @property
    def endpoint(self) -> str | None:
        """The endpoint that matched, or None."""
        rule = self.url_rule
        return None if rule is None else rule.endpoint

    @property
    def blueprint(self) -> str | None:
        """The dotted name of the blueprint that answers, or None."""
        endpoint = self.endpoint
        if endpoint is None or "." not in endpoint:
            return None
        return endpoint.rpartition(".")[0]

    @property
    def blueprints(self) -> list[str]:
        """The names of that blueprint and of those it is nested in, from the inside out."""
        name = self.blueprint
        return [] if name is None else _split_blueprint_path(name)

    def _load_form_data(self) -> None:
        super()._load_form_data()
        if _is_debugged() and self.mimetype != "multipart/form-data" and not self.files:
            from .debughelpers import attach_enctype_error_multidict

            attach_enctype_error_multidict(self)

    def on_json_loading_failed(self, e: ValueError | None) -> t.Any:
        """Raise ``BadRequest``; the reason is shown in debug mode only."""
        try:
            return super().on_json_loading_failed(e)
        except BadRequest as exc:
            if _is_debugged():
                raise
            raise BadRequest() from exc

    def close(self) -> None:
        """Close the uploaded files; nothing is parsed for it."""
        if "files" in self.__dict__:
            super().close()


@lru_cache(maxsize=64)
def _content_type(mimetype: str) -> str:
    return get_content_type(mimetype, "utf-8")


class Response(ResponseBase):
    """The response as Werkzeug's type, with HTML as its default."""

    default_mimetype: str | None = "text/html"
    json_module = json
    autocorrect_location_header = False

    #: True while a class makes its body and its WSGI answer as this one does.
    _keeps_set_data = True
    _keeps_sending = True
    _keeps_iteration = True
    _keeps_status = True

    def __init_subclass__(cls, **kwargs: t.Any) -> None:
        super().__init_subclass__(**kwargs)
        cls._keeps_set_data = cls.set_data is Response.set_data
        cls._keeps_iteration = cls.iter_encoded is Response.iter_encoded
        cls._keeps_status = (
            cls.status is Response.status and cls._clean_status is Response._clean_status
        )
        cls._keeps_sending = all(
            getattr(cls, name) is getattr(Response, name)
            for name in (
                "get_wsgi_headers",
                "get_app_iter",
                "get_wsgi_response",
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
        # PERF: 0.9 against 4.1 µs for Werkzeug's constructor (timeit, a short str).
        if headers is not None or not self._keeps_set_data:
            super().__init__(response, status, headers, mimetype, content_type, direct_passthrough)
            return
        if content_type is None:
            mimetype = self.default_mimetype if mimetype is None else mimetype
            content_type = None if mimetype is None else _content_type(mimetype)
        pairs = [] if content_type is None else [("Content-Type", content_type)]
        self.headers = respond.new_headers(pairs)
        if status is None:
            status = self.default_status
        if type(status) is int and status in respond.STATUS_LINES and self._keeps_status:
            self._status, self._status_code = respond.STATUS_LINES[status], status
        else:
            self.status = status
        self.direct_passthrough = direct_passthrough
        self._on_close = []
        self._take_body(response, pairs)

    def _take_body(self, body: t.Any, pairs: list[tuple[str, str]]) -> None:
        if isinstance(body, str):
            body = body.encode()
        if isinstance(body, (bytes, bytearray)):
            self.response = [bytes(body)]
            if self.automatically_set_content_length:
                pairs.append(("Content-Length", str(len(body))))
        else:
            self.response = [] if body is None else body

    def _clean_status(self, value: str | int | HTTPStatus) -> tuple[str, int]:
        if type(value) is int and value in respond.STATUS_LINES:
            return respond.STATUS_LINES[value], value
        return super()._clean_status(value)

    @property
    def max_cookie_size(self) -> int:  # type: ignore[override]
        """Bytes above which a cookie is warned of; ``MAX_COOKIE_SIZE``."""
        app = _current_app()
        return super().max_cookie_size if app is None else app.config["MAX_COOKIE_SIZE"]

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
        if max_age is None and expires is None and domain is None and not partitioned:
            line = cookies.dump_plain(key, value, path, secure, httponly, samesite)
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
        else:
            self.headers.add("Set-Cookie", line)

    def __call__(
        self, environ: WSGIEnvironment, start_response: StartResponse
    ) -> cabc.Iterable[bytes]:
        if self._keeps_sending:
            return respond.send(self, environ, start_response)
        body, status, headers = self.get_wsgi_response(environ)
        respond.check(status, headers)
        start_response(status, headers)
        return body
