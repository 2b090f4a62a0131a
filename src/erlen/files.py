"""Sending files."""

from __future__ import annotations

import functools
import mimetypes
import os
import re
import typing as t
import zlib
from time import time

import werkzeug.utils
from werkzeug.exceptions import NotFound
from werkzeug.http import http_date
from werkzeug.utils import get_content_type
from werkzeug.wsgi import wrap_file

from ._core.checks import is_plain_text
from ._core.construct import STATUS_LINES, can_fill, new_headers
from ._core.folder import find_file
from .globals import _find_app, _find_request, request

if t.TYPE_CHECKING:
    import collections.abc as cabc
    from datetime import datetime

    from _typeshed.wsgi import WSGIEnvironment

    from ._core.checks import Pairs
    from .app import Erlen
    from .wrappers import Response

    MaxAge = int | cabc.Callable[[str | None], int | None] | None

#: Files up to this many bytes are read at once.
_SMALL = 64 * 1024

_READ = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)

_NOT_CACHED = ("Cache-Control", "no-cache")
_RANGES_ACCEPTED = ("Accept-Ranges", "bytes")

#: Names that need no quoting in a header.
_is_simple_name = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*\Z").match
#: What no header may have; a tab may be there.
_control = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")


def _prepare_send_file_kwargs(**kwargs: t.Any) -> dict[str, t.Any]:
    """Add what Werkzeug's ``send_file`` has to know of the application and the request."""
    app = _find_app()
    if kwargs.get("max_age") is None:
        kwargs["max_age"] = app.get_send_file_max_age
    return kwargs | {
        "environ": request.environ,
        "use_x_sendfile": app.config["USE_X_SENDFILE"],
        "response_class": app.response_class,
        "_root_path": app.root_path,
    }


def send_file(
    path_or_file: os.PathLike[t.AnyStr] | str | t.IO[bytes],
    mimetype: str | None = None,
    as_attachment: bool = False,
    download_name: str | None = None,
    conditional: bool = True,
    etag: bool | str = True,
    last_modified: datetime | int | float | None = None,
    max_age: MaxAge = None,
) -> Response:
    """Send a file that the application trusts; for a path a client gave, use
    :func:`send_from_directory`.

    :param path_or_file: a path, relative to the application's root path, or a file opened in
        binary mode and positioned at the start of what is to be sent.
    :param mimetype: guessed from the file's name by default.
    :param as_attachment: let browsers save the file rather than show it.
    :param download_name: the name browsers save it under; by default the file's own. Control
        characters in it become ``_``.
    :param conditional: answer conditional and range requests.
    :param etag: the entity tag, or whether to make one from the file's time, size and path.
    :param last_modified: in seconds since the epoch if a number; by default the file's time.
    :param max_age: seconds that clients may keep it without asking again, or a function of the
        path that says so; by default ``app.get_send_file_max_age``.
    :raises ValueError: the file is opened in text mode.
    :raises TypeError: the name is needed and cannot be known.
    """
    if download_name is not None:  # often a name that the file's owner gave it
        download_name = _control.sub("_", download_name)
    return t.cast(
        "Response",
        werkzeug.utils.send_file(
            **_prepare_send_file_kwargs(
                path_or_file=path_or_file,
                mimetype=mimetype,
                as_attachment=as_attachment,
                download_name=download_name,
                conditional=conditional,
                etag=etag,
                last_modified=last_modified,
                max_age=max_age,
            )
        ),
    )


def send_from_directory(
    directory: os.PathLike[str] | str, path: os.PathLike[str] | str, **kwargs: t.Any
) -> Response:
    """Send a file from within a folder; the path may come from a client, the folder must not.

    :param directory: relative to the application's root path.
    :param kwargs: passed to :func:`send_file`.
    :raises NotFound: there is no regular file of that path inside the folder. Symbolic links
        that lead out of it are followed only with ``SEND_FILE_FOLLOW_SYMLINKS``.
    """
    app = _find_app()
    folder = _absolute(app.root_path, os.fspath(directory))
    follow_links = app.config.get("SEND_FILE_FOLLOW_SYMLINKS", False)
    found = find_file(folder, os.fspath(path), follow_links)
    if found is None:
        raise NotFound()
    try:
        response = _send_plainly(app, *found, kwargs)
        return send_file(found[0], **kwargs) if response is None else response
    except OSError as exc:  # it went away meanwhile, or may not be read
        raise NotFound() from exc


# PERF: the 304 of a file takes 60,600 instructions, with a look at the path each time 62,500
# (callgrind).
@functools.lru_cache(maxsize=64)
def _absolute(root_path: str, folder: str) -> str:
    folder = folder or "."
    return folder if os.path.isabs(folder) else os.path.join(root_path, folder)


class _Description(t.NamedTuple):
    """What the headers say about a file."""

    headers: tuple[tuple[str, str], ...]
    last_modified: str
    etag: str
    #: Whether the headers need no further look when they are sent.
    is_plain: bool


@functools.lru_cache(maxsize=1024)
def _describe(filename: str, mtime: float, size: int) -> _Description | None:
    """Describe a file; None when its name takes more than to be put into a header."""
    name = filename.rpartition("/")[2]
    if not _is_simple_name(name):
        return None
    mimetype, encoding = mimetypes.guess_type(name)
    content_type = get_content_type(mimetype or "application/octet-stream", "utf-8")
    path_check = zlib.adler32(filename.encode()) & 0xFFFFFFFF
    headers = [
        ("Content-Disposition", f"inline; filename={name}"),
        ("Content-Type", content_type),
        ("Content-Length", str(size)),
        ("Last-Modified", http_date(mtime)),
    ]
    if encoding is not None:
        headers.insert(0, ("Content-Encoding", encoding))
    is_plain = all(is_plain_text(value) for _, value in headers)
    etag = f'"{mtime}-{size}-{path_check}"'
    return _Description(tuple(headers), headers[-1][1], etag, is_plain)


def _send_plainly(
    app: Erlen, filename: str, status: os.stat_result, kwargs: dict[str, t.Any]
) -> Response | None:
    """Answer the ordinary request for a file; None when there is anything special to it.

    The answer is the one that :func:`send_file` gives, to the byte.
    """
    # PERF: a small file takes 14 instead of 53 us, a 304 takes 9 instead of 59 us.
    # Not ``request.environ``: handing the environ out ties it to the request, which has to be
    # undone at the request's end.
    try:
        environ = _find_request()._environ
    except AttributeError:  # a request of Werkzeug's
        return None
    if not _is_plain_call(app, environ, kwargs):
        return None
    described = _describe(filename, status.st_mtime, status.st_size)
    if described is None:
        return None
    max_age = kwargs.get("max_age")
    if max_age is None:
        max_age = app.get_send_file_max_age(filename)
    if not (max_age is None or (type(max_age) is int and max_age > 0)):
        return None

    is_unmodified = _is_unmodified(environ, described)
    if is_unmodified is None:
        return None
    body = () if is_unmodified else _open_body(environ, filename, status)
    if body is None:
        return None
    code = 304 if is_unmodified else 200
    pairs = _headers(described, max_age)
    if described.is_plain and can_fill(app.response_class, code):
        return _filled(app.response_class, body, code, pairs)
    response = app.response_class(body, code, direct_passthrough=True)
    response.headers = new_headers(pairs)
    return response


def _filled(cls: type[Response], body: cabc.Iterable[bytes], code: int, pairs: Pairs) -> Response:
    # PERF: the 304 of a file takes 60,600 instructions, through the constructor 74,900 (callgrind).
    response = cls.__new__(cls)
    response.response = body
    response.direct_passthrough = True
    response._own_pairs = pairs
    response._status, response._status_code = STATUS_LINES[code], code
    return response


def _is_plain_call(app: Erlen, environ: WSGIEnvironment, kwargs: dict[str, t.Any]) -> bool:
    return (
        (not kwargs or (len(kwargs) == 1 and "max_age" in kwargs))
        and environ["REQUEST_METHOD"] in ("GET", "HEAD")
        and "HTTP_RANGE" not in environ
        and "HTTP_IF_MATCH" not in environ
        and not app.config["USE_X_SENDFILE"]
        and _keeps_constructor(app.response_class)  # type: ignore[arg-type]  # a class has a hash
    )


@functools.lru_cache(maxsize=16)
def _keeps_constructor(response_class: type[Response]) -> bool:
    from .wrappers import Response

    return response_class.__init__ is Response.__init__


def _is_unmodified(environ: WSGIEnvironment, described: _Description) -> bool | None:
    """Tell whether the client has this very file; None when that takes more than a look."""
    known_etag = environ.get("HTTP_IF_NONE_MATCH")
    if known_etag is not None:
        return True if known_etag == described.etag else None
    known_date = environ.get("HTTP_IF_MODIFIED_SINCE")
    if known_date is not None:
        return True if known_date == described.last_modified else None
    return False


def _open_body(
    environ: WSGIEnvironment, filename: str, status: os.stat_result
) -> cabc.Iterable[bytes] | None:
    """Open a file, or read it if it is small; None when it has changed since ``status``."""
    if status.st_size > _SMALL:
        file = open(filename, "rb")  # noqa: SIM115 - the response closes it
        if _is_same(os.fstat(file.fileno()), status):
            return wrap_file(environ, file)
        file.close()
        return None
    descriptor = os.open(filename, _READ)
    try:
        opened = os.fstat(descriptor)
        data = os.read(descriptor, status.st_size + 1)
    finally:
        os.close(descriptor)
    return [data] if _is_same(opened, status) and len(data) == status.st_size else None


def _is_same(one: os.stat_result, other: os.stat_result) -> bool:
    return one.st_mtime == other.st_mtime and one.st_size == other.st_size


def _headers(described: _Description, max_age: int | None) -> Pairs:
    now = time()
    etag, date = ("ETag", described.etag), ("Date", _http_date(int(now)))
    if max_age is None:
        return [*described.headers, _NOT_CACHED, etag, date, _RANGES_ACCEPTED]
    cached = ("Cache-Control", f"public, max-age={max_age}")
    expires = ("Expires", _http_date(int(now + max_age)))
    return [*described.headers, cached, expires, etag, date, _RANGES_ACCEPTED]


@functools.lru_cache(maxsize=16)
def _http_date(seconds: int) -> str:
    # PERF: 0.1 instead of 4.4 us for all but the first answer of a second.
    return http_date(seconds)
