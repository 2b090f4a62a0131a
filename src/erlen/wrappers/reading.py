"""What a request reads from its body: bytes, forms, JSON."""

from __future__ import annotations

import io
import typing as t

from werkzeug.exceptions import BadRequest
from werkzeug.formparser import FormDataParser
from werkzeug.wrappers import Request as RequestBase

from .._core import body, fields, forms
from .._core.contexts import current
from ..json.provider import _parses_as_usual
from .lazy import lazy

if t.TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment
    from werkzeug.datastructures import FileStorage, ImmutableMultiDict

    from .request import Request

_JSON = "application/json"

_get_frame = current.get


def _is_debugged() -> bool:
    frame = _get_frame()
    return frame is not None and frame[0].app.debug


class Reading(RequestBase):
    """The part of a request that reads its body.

    What a subclass has of its own is asked, and then Werkzeug's way is gone.
    """

    _environ: WSGIEnvironment
    _max_content_length: int | None = None
    _max_form_memory_size: int | None = None
    _max_form_parts: int | None = None
    #: Bytes of the body that were read without making a stream of it.
    _spent = 0
    #: True while a class finds its body, and what it is of, as this one does.
    _keeps_reading = True
    #: The same of its limits for forms.
    _keeps_limits = True

    @property
    def max_content_length(self) -> int | None:
        """Bytes of body that are read at most; ``MAX_CONTENT_LENGTH`` unless set here."""
        if self._max_content_length is not None:
            return self._max_content_length
        frame = _get_frame()
        if frame is None:
            return RequestBase.max_content_length
        return frame[0].app.config["MAX_CONTENT_LENGTH"]  # type: ignore[no-any-return]

    @max_content_length.setter
    def max_content_length(self, value: int | None) -> None:
        self._max_content_length = value

    @property
    def max_form_memory_size(self) -> int | None:
        """Bytes of one form field at most; ``MAX_FORM_MEMORY_SIZE`` unless set here."""
        if self._max_form_memory_size is not None:
            return self._max_form_memory_size
        return self._limit("MAX_FORM_MEMORY_SIZE", RequestBase.max_form_memory_size)

    @max_form_memory_size.setter
    def max_form_memory_size(self, value: int | None) -> None:
        self._max_form_memory_size = value

    @property  # type: ignore[override]
    def max_form_parts(self) -> int | None:
        """Parts or fields of a form at most; ``MAX_FORM_PARTS`` unless set here."""
        if self._max_form_parts is not None:
            return self._max_form_parts
        return self._limit("MAX_FORM_PARTS", RequestBase.max_form_parts)

    @max_form_parts.setter
    def max_form_parts(self, value: int | None) -> None:
        self._max_form_parts = value

    @staticmethod
    def _limit(key: str, default: int | None) -> int | None:
        frame = _get_frame()
        return default if frame is None else frame[0].app.config.get(key, default)

    # The body

    @lazy
    def stream(self) -> t.IO[bytes]:
        """The body as it comes in, which can be read once; what is left of it, that is.

        Reading raises ``RequestEntityTooLarge`` behind ``max_content_length`` bytes, and
        ``ClientDisconnected`` when the body breaks off.
        """
        return self._open_stream()

    def _open_stream(self) -> t.IO[bytes]:
        if self.shallow:
            raise RuntimeError(
                "This request was created with 'shallow=True', reading"
                " from the input stream is disabled."
            )
        return body.open_stream(self._environ, self.max_content_length, self._spent)

    @t.overload  # type: ignore[override]
    def get_data(
        self, cache: bool = ..., as_text: t.Literal[False] = ..., parse_form_data: bool = ...
    ) -> bytes: ...
    @t.overload
    def get_data(
        self, cache: bool = ..., as_text: bool = ..., parse_form_data: bool = ...
    ) -> bytes | str: ...
    def get_data(
        self, cache: bool = True, as_text: bool = False, parse_form_data: bool = False
    ) -> bytes | str:
        """Return the body, which is kept for the next call unless *cache* is false.

        With *parse_form_data* a form's body counts as read: it is in ``form`` and ``files``.
        """
        data: bytes | None = getattr(self, "_cached_data", None)
        if data is None:
            if parse_form_data:
                self._load_form_data()
            data = forms.read_body(self)
            if cache:
                self._cached_data = data
        return data.decode(errors="replace") if as_text else data

    def _parse_content_type(self) -> None:
        if "_parsed_content_type" not in self.__dict__:
            value = self._environ.get("CONTENT_TYPE", "")
            self._parsed_content_type = body.parse_content_type(value)

    # Forms

    @lazy
    def form(self) -> ImmutableMultiDict[str, str]:
        """The fields of a form, urlencoded or multipart; empty for any other body."""
        self._load_form_data()
        return self.__dict__["form"]  # type: ignore[no-any-return]

    @lazy
    def files(self) -> ImmutableMultiDict[str, FileStorage]:
        """The files of a multipart form; they are closed at the end of the request."""
        self._load_form_data()
        files: t.Any = self.__dict__.get("files")
        if files is None:  # no multipart form
            files = self.parameter_storage_class()
        return files  # type: ignore[no-any-return]

    @property
    def want_form_data_parsed(self) -> bool:
        """True when the request tells what its body is."""
        return bool(self._environ.get("CONTENT_TYPE"))

    def _load_form_data(self) -> None:
        """Parse the form, if the body is one, into ``form`` and ``files``."""
        kept = self.__dict__
        if "form" in kept:
            return
        cls = type(self)
        if (
            cls._get_stream_for_parsing is _get_stream_for_parsing
            and self.form_data_parser_class is FormDataParser
            and cls.make_form_data_parser is _make_form_data_parser
            and cls.want_form_data_parsed is _want_form_data_parsed
        ):
            if not forms.load(self):
                if "_cached_data" in kept and self.want_form_data_parsed:
                    kept["stream"] = io.BytesIO(kept["_cached_data"])  # as Werkzeug leaves it
                elif "stream" not in kept and not self._spent:
                    self._open_stream()  # refuses a body that is too long, as Werkzeug does
                kept["form"] = self.parameter_storage_class()
        else:
            super()._load_form_data()
        frame = _get_frame()
        if frame is not None and frame[0].app.config["DEBUG"]:
            self._explain_missing_files()

    def _explain_missing_files(self) -> None:
        if self.mimetype != forms.MULTIPART and not self.files:
            from ..debughelpers import attach_enctype_error_multidict

            attach_enctype_error_multidict(t.cast("Request", self))

    # JSON

    def get_json(self, force: bool = False, silent: bool = False, cache: bool = True) -> t.Any:
        """Return the body parsed as JSON.

        Unless *force* is set, the content type must say that it is JSON: it is 415 otherwise,
        and 400 when it cannot be parsed; None in both cases if *silent* is set.
        """
        if cache and self._keeps_reading and "_cached_json" not in self.__dict__:
            provider = self.json_module
            if (
                force or self._environ.get("CONTENT_TYPE") == _JSON or self.is_json
            ) and _parses_as_usual(provider):
                try:
                    deepest = self._limit("JSON_MAX_DEPTH", 512)
                    value = body.parse_json(self.get_data(), deepest)
                except ValueError:
                    pass  # whether it is wrong, and what about it, the provider tells
                else:
                    self._cached_json = (value, value)
                    return value
        return super().get_json(force, silent, cache)

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
        if "files" not in self.__dict__:
            return
        files = self.__dict__["files"]
        if not fields.is_usual(files):
            super().close()
            return
        for values in dict.values(files):
            for file in values:
                file.close()


_get_stream_for_parsing = RequestBase._get_stream_for_parsing
_make_form_data_parser = RequestBase.make_form_data_parser
_want_form_data_parsed = Reading.want_form_data_parsed
