"""The request as Werkzeug's type, computed on demand."""

from __future__ import annotations

import typing as t

from werkzeug.datastructures import Accept, CharsetAccept, IfRange, LanguageAccept, MIMEAccept
from werkzeug.exceptions import RequestURITooLarge
from werkzeug.http import parse_accept_header

from .. import json
from .._core import cookies, dates, fields
from .._core.contexts import current
from .._core.headers import EnvironHeaders
from .._core.hosts import makes_urls
from .._core.states import RequestState
from ..helpers import _split_blueprint_path
from .lazy import lazy
from .reading import Reading

if t.TYPE_CHECKING:
    from datetime import datetime

    from _typeshed.wsgi import WSGIEnvironment
    from werkzeug.datastructures import Authorization, ImmutableMultiDict, MultiDict

    from ..app import Erlen

    A = t.TypeVar("A", bound=Accept)

#: Characters of an Accept header that are looked at; browsers send 200.
_MOST_OF_ACCEPT = 8 * 1024
#: Bytes of a query from which on Werkzeug takes too long over it if they are no UTF-8.
_LONG_QUERY = 2048
#: The limit where there is no application to ask.
_MAX_QUERY_FIELDS = 10_000

#: What a subclass may have of its own, which is then asked: see Reading.
_READING = (
    "_get_stream_for_parsing",
    "_parse_content_type",
    "content_length",
    "content_type",
    "environ",
    "get_data",
    "headers",
    "is_json",
    "mimetype",
    "mimetype_params",
    "query_string",
    "stream",
)
_COOKIES = ("cookies", "dict_storage_class", "environ")
_LIMITS = ("max_form_memory_size", "max_form_parts")

_get_frame = current.get


def _current_app() -> Erlen | None:
    frame = current.get()
    return None if frame is None else frame[0].app


def _keeps(cls: type[Request], names: tuple[str, ...]) -> bool:
    return all(getattr(cls, name) is getattr(Request, name) for name in names)


def _decoded(value: str) -> str:
    """Return a WSGI string, bytes read as latin-1, as the UTF-8 text it was."""
    return value if value.isascii() else value.encode("latin1", "replace").decode(errors="replace")


class Request(RequestState, Reading):
    """The request as Werkzeug's type, made from nothing but the environ.

    What Werkzeug computes in its constructor is computed here when it is first read.
    """

    shallow = False
    _query: bytes | None = None
    #: True while a class reads its cookies as this one does.
    _keeps_cookies = True

    def __init_subclass__(cls, **kwargs: t.Any) -> None:
        super().__init_subclass__(**kwargs)
        cls._keeps_reading = _keeps(cls, _READING)
        cls._keeps_limits = _keeps(cls, _LIMITS)
        cls._keeps_cookies = _keeps(cls, _COOKIES)

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

    @lazy
    def method(self) -> str:
        return str(self._environ.get("REQUEST_METHOD", "GET").upper())

    @lazy
    def scheme(self) -> str:
        return str(self._environ.get("wsgi.url_scheme", "http"))

    @lazy
    def server(self) -> tuple[str, int | None] | None:
        name = self._environ.get("SERVER_NAME")
        if name is None:
            return None
        port = self._environ.get("SERVER_PORT")
        try:
            return name, int(t.cast(str, port))
        except (TypeError, ValueError):  # a Unix socket
            return name, None

    @lazy
    def host(self) -> str:
        """The host, with its port unless that is the usual one; empty where no URL can have it.

        Raises ``SecurityError`` for one that is not in ``trusted_hosts``.
        """
        host = str(super().host)
        return host if makes_urls(host) else ""

    @lazy
    def root_path(self) -> str:
        return _decoded(self._environ.get("SCRIPT_NAME") or "").rstrip("/")

    @lazy
    def path(self) -> str:
        return "/" + _decoded(self._environ.get("PATH_INFO") or "").lstrip("/")

    @property
    def query_string(self) -> bytes:
        """The query as it was sent, without the question mark."""
        if self._query is None:
            query: str = self._environ.get("QUERY_STRING", "")
            self._query = query.encode("latin1", "replace")
        return self._query

    @query_string.setter
    def query_string(self, value: bytes) -> None:
        self._query = value

    @query_string.deleter
    def query_string(self) -> None:
        self._query = None

    @lazy
    def args(self) -> MultiDict[str, str]:
        """The query's fields; bytes that are no UTF-8 stay percent-encoded.

        Raises ``RequestURITooLarge`` when there are more than ``MAX_QUERY_FIELDS``.
        """
        # PERF: 0.1 µs less than asking `_query_text` each time.
        plain = self._query is None and self._keeps_reading
        text: str = self._environ.get("QUERY_STRING", "") if plain else ""
        if not plain or not text.isascii():
            text = self._query_text
        frame = _get_frame()
        most: int | None = _MAX_QUERY_FIELDS
        if frame is not None:
            most = frame[0].app.config.get("MAX_QUERY_FIELDS", _MAX_QUERY_FIELDS)
        if most is not None and text.count("&") >= most and fields.count(text) > most:
            raise RequestURITooLarge()
        return fields.collect(text, self.parameter_storage_class)

    @lazy
    def cookies(self) -> ImmutableMultiDict[str, str]:
        """The cookies, each under its name as often as it was sent."""
        header = self._environ.get("HTTP_COOKIE", "")
        return cookies.parse(header, self.dict_storage_class)  # type: ignore[return-value]

    @lazy
    def full_path(self) -> str:
        return f"{self.path}?{self._query_text}"

    @lazy
    def url(self) -> str:
        """The whole URL as an IRI."""
        query = self.query_string
        if len(query) < _LONG_QUERY:
            return str(super().url)
        return f"{self.base_url}?{fields.iri_query(query)}"

    @property
    def _query_text(self) -> str:
        if self._query is None and self._keeps_reading:
            query: str = self._environ.get("QUERY_STRING", "")
            if query.isascii():
                return query
        return fields.keep_encoded(self.query_string)

    @lazy
    def accept_mimetypes(self) -> MIMEAccept:
        """The content types that the client would like, the best first."""
        return self._accept("Accept", MIMEAccept)

    @lazy
    def accept_charsets(self) -> CharsetAccept:
        return self._accept("Accept-Charset", CharsetAccept)

    @lazy
    def accept_encodings(self) -> Accept:
        return self._accept("Accept-Encoding", Accept)

    @lazy
    def accept_languages(self) -> LanguageAccept:
        return self._accept("Accept-Language", LanguageAccept)

    def _accept(self, name: str, cls: type[A]) -> A:
        value = self.headers.get(name, "")
        if len(value) > _MOST_OF_ACCEPT:
            value = value[:_MOST_OF_ACCEPT].rpartition(",")[0]
        # Python takes a NUL in the name of a charset for an error of the program.
        return parse_accept_header(value.replace("\0", ""), cls)

    @lazy
    def authorization(self) -> Authorization | None:
        """What the ``Authorization`` header says; None without one, or when it is malformed."""
        try:
            return super().authorization
        except ValueError:  # credentials that are not even ASCII
            return None

    @lazy
    def date(self) -> datetime | None:
        """When the client sent the request, if it says so."""
        return dates.parse(self._environ.get("HTTP_DATE"))

    @lazy
    def if_modified_since(self) -> datetime | None:
        """The date of what the client has; None without one, or for one of no calendar."""
        return dates.parse(self._environ.get("HTTP_IF_MODIFIED_SINCE"))

    @lazy
    def if_unmodified_since(self) -> datetime | None:
        return dates.parse(self._environ.get("HTTP_IF_UNMODIFIED_SINCE"))

    @lazy
    def if_range(self) -> IfRange:
        """The entity tag or the date for which a range is asked, or neither."""
        try:
            found = super().if_range
        except OverflowError:
            return IfRange()
        # An entity tag has no quotes within; one that has could not be written down again.
        return IfRange() if found.etag is not None and '"' in found.etag else found

    @lazy
    def headers(self) -> EnvironHeaders:  # type: ignore[override]
        return EnvironHeaders(self._environ)

    @lazy
    def remote_addr(self) -> str | None:
        return t.cast("str | None", self._environ.get("REMOTE_ADDR"))

    @lazy
    def json_module(self) -> t.Any:
        app = _current_app()
        return json if app is None else app.json

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
