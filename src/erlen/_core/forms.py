# cython: auto_pickle=False
"""Forms: what a request's body says, where the request's class leaves finding it as it is."""

from __future__ import annotations

import io
import typing as t
from functools import partial

from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wrappers import Request as RequestBase

from . import body, fields
from .contexts import current
from .fields import DEFAULT_STORAGE
from .multidict import filled
from .multipart import FormLimits, MultipartParser

if t.TYPE_CHECKING:
    import collections.abc as cabc

    from ..wrappers.reading import Reading

#: A limit that has no attribute of its own, where there is no application to ask.
_MAX_FORM_TOTAL_MEMORY = 8_000_000

_URLENCODED = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data"
_USUAL_TYPE: tuple[str, dict[str, str]] = (_URLENCODED, {})

_open_file_as_usual: t.Any = RequestBase._get_file_stream
_get_frame: t.Any = current.get


def load(request: Reading) -> bool:
    """Parse the form into ``form`` and ``files``; return False where the body is none."""
    # PERF: compiled, a form of two small parts takes 120,000 instructions, a short urlencoded one
    # 54,000; as methods of the request they took 140,000 and 60,000 (callgrind, whole requests).
    kept = request.__dict__
    mimetype, parameters = _content_type_of(request, kept)
    if mimetype == MULTIPART:
        _parse_multipart(request, kept, parameters.get("boundary", ""))
        return True
    if mimetype == _URLENCODED:
        kept["form"] = _parse_urlencoded(request, kept)
        return True
    return False


def _content_type_of(request: Reading, kept: dict[str, t.Any]) -> tuple[str, dict[str, str]]:
    if not request._keeps_reading:
        return request.mimetype, request.mimetype_params
    parsed: tuple[str, dict[str, str]] | None = kept.get("_parsed_content_type")
    if parsed is None:
        content_type = request._environ.get("CONTENT_TYPE", "")
        if content_type == _URLENCODED:  # as browsers send it: nothing to parse, nor to keep
            return _USUAL_TYPE
        parsed = kept["_parsed_content_type"] = body.parse_content_type(content_type)
    return parsed


def _limits_of(request: Reading) -> FormLimits:
    frame = _get_frame()
    if frame is None:
        return FormLimits(
            request.max_form_parts, request.max_form_memory_size, _MAX_FORM_TOTAL_MEMORY
        )
    config = frame[0].app.config
    total = config.get("MAX_FORM_TOTAL_MEMORY", _MAX_FORM_TOTAL_MEMORY)
    if (
        request._keeps_limits
        and request._max_form_parts is None
        and request._max_form_memory_size is None
    ):
        # PERF: 0.25 against 0.6 µs for the properties, which come to the same (timeit).
        return FormLimits(config["MAX_FORM_PARTS"], config["MAX_FORM_MEMORY_SIZE"], total)
    return FormLimits(request.max_form_parts, request.max_form_memory_size, total)


def _parse_urlencoded(request: Reading, kept: dict[str, t.Any]) -> t.Any:
    limits = _limits_of(request)
    data = kept.get("_cached_data")
    if data is None:
        data = read_body(request, limits.total)
    try:
        text = data.decode()
    except UnicodeDecodeError:
        text = ""  # as Werkzeug takes it
    most = limits.parts
    if most is not None and text.count("&") >= most and fields.count(text) > most:
        raise RequestEntityTooLarge()
    size = limits.field
    if size is not None and len(data) > size and fields.longest(text) > size:
        raise RequestEntityTooLarge()
    return fields.collect(text, request.parameter_storage_class)


def _parse_multipart(request: Reading, kept: dict[str, t.Any], boundary: str) -> None:
    open_file = None
    if type(request)._get_file_stream is not _open_file_as_usual or "_get_file_stream" in kept:
        open_file = partial(request._get_file_stream, total_content_length=request.content_length)
    limits = _limits_of(request)
    try:
        parser = MultipartParser(boundary, limits, open_file)
        data, more = _start_reading(request, kept)
        form, files = parser.parse(data, more)
    except ValueError:  # no whole form counts as none, as in Werkzeug
        form, files = [], []
        if not boundary and "_cached_data" in kept:
            kept["stream"] = io.BytesIO(kept["_cached_data"])
    if files:
        request.environ  # noqa: B018 - what was handed out is finished, and the files closed
    storage_class = request.parameter_storage_class
    kept["form"], kept["files"] = gather(form, storage_class), gather(files, storage_class)


def gather(pairs: list[tuple[str, t.Any]], storage_class: t.Any) -> t.Any:
    """Return what *pairs* name in a storage of the given class."""
    if storage_class is not DEFAULT_STORAGE:
        return storage_class(pairs)
    found: dict[str, list[t.Any]] = {}
    for name, value in pairs:
        values = found.get(name)
        if values is None:
            found[name] = [value]
        else:
            values.append(value)
    return filled(found)


def _start_reading(
    request: Reading, kept: dict[str, t.Any]
) -> tuple[bytes, cabc.Callable[[], bytes]]:
    """Return the body's beginning, usually all of it, and what returns more."""
    data = kept.get("_cached_data")
    if data is None and "stream" not in kept:
        length = body.announced_length(request._environ)
        if length is not None and length <= body.LARGEST_READ:
            data = _read(request, kept, length, None)
    if data is not None:
        return data, bytes
    return b"", partial(next, body.blocks(request.stream.read), b"")


def read_body(request: Reading, most: int | None = None) -> bytes:
    """Read what was not read yet, *most* bytes of it, usually without making a stream of it."""
    length = body.announced_length(request._environ)
    return _read(request, request.__dict__, length, most)


def _read(request: Reading, kept: dict[str, t.Any], length: int | None, most: int | None) -> bytes:
    if not request._keeps_reading or request._spent or request.shallow or "stream" in kept:
        return body.read_all(request.stream, most)
    limit = request.max_content_length
    if length and most is not None and length > most:
        raise RequestEntityTooLarge()
    if not length or length > body.LARGEST_READ or (limit is not None and length > limit):
        return body.read_all(request.stream, most)
    data = body.read_once(request._environ, length)
    request._spent = len(data)
    # When the read fell short, the stream tells whether the rest is late or lost.
    return data if len(data) == length else data + body.read_all(request.stream, most)
