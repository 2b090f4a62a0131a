# cython: auto_pickle=False
"""Multipart forms: fields and files out of a body.

What is read is what Werkzeug's parser reads. Stricter is this: every limit holds before anything
is kept, a part without a name is dropped, and the name of a file has no folder.
"""

from __future__ import annotations

import re
import typing as t

from werkzeug.datastructures import FileStorage
from werkzeug.exceptions import RequestEntityTooLarge

from . import delimited, heads
from .uploads import Upload, base_name, storage

if t.TYPE_CHECKING:
    import collections.abc as cabc

    from .uploads import OpenFile

Fields = list[tuple[str, str]]
Files = list[tuple[str, FileStorage]]

#: Bytes of one part's headers.
MOST_HEAD = 8 * 1024
#: Bytes of a boundary; RFC 2046 allows 70.
MOST_BOUNDARY = 256

_is_length = re.compile(r"[0-9]{1,18}", re.ASCII).fullmatch


class FormLimits:
    """What a form may have; None for no limit.

    :param parts: parts of a multipart form, or fields of another.
    :param field: bytes of one field.
    :param total: bytes of all that is not a file.
    """

    __slots__ = ("field", "parts", "total")

    def __init__(self, parts: int | None, field: int | None, total: int | None) -> None:
        self.parts = parts
        self.field = field
        self.total = total


class MultipartParser:
    """Parses one body, whose parts *boundary* divides.

    A file is written to what *open_file* returns, which gets *filename*, *content_type* and
    *content_length* (0 when unknown) by keyword.
    """

    __slots__ = ("_boundary", "_fields", "_files", "_left", "_limits", "_open_file", "_reader")

    def __init__(
        self, boundary: str, limits: FormLimits, open_file: OpenFile | None = None
    ) -> None:
        if not boundary:
            raise ValueError("The form does not tell its boundary.")
        if len(boundary) > MOST_BOUNDARY:
            raise RequestEntityTooLarge()
        self._boundary = boundary.encode("ascii")
        self._limits = limits
        self._left = limits.total
        self._open_file = open_file
        self._fields: Fields = []
        self._files: Files = []

    def parse(self, data: bytes, more: cabc.Callable[[], bytes]) -> tuple[Fields, Files]:
        """Return fields and files; *data* is the beginning, *more* returns what follows.

        Raises ``ValueError`` for what is no whole form, and ``RequestEntityTooLarge`` at a limit;
        no file is left open then.
        """
        if type(data) is not bytes:
            data = bytes(data)
        self._reader = delimited.DelimitedReader(data, more, self._boundary)
        reader = self._reader
        most = self._limits.parts
        parts = 0
        try:
            reader.read_preamble(_Count(self._limits.field).write)
            while not reader.ended:
                if parts == most:
                    raise RequestEntityTooLarge()
                parts += 1
                self._read_part()
            reader.read_rest(_Count(self._limits.field).write)
        except BaseException:
            for _, file in self._files:
                file.close()
            raise
        return self._fields, self._files

    def _read_part(self) -> None:
        head = self._reader.read_head(MOST_HEAD)
        self._keep(len(head))
        headers = heads.parse(head)
        name, filename = heads.names(headers)
        if filename is not None:
            self._read_file(name, base_name(filename), headers)
        else:
            self._read_field(name, headers)

    def _read_field(self, name: str | None, headers: heads.Headers) -> None:
        field, left = self._limits.field, self._left
        text = _Text(left if field is None or (left is not None and left < field) else field)
        self._reader.read_content(text.write)
        self._keep(text.size)
        if name is not None:
            value = b"".join(text.pieces).decode(heads.charset(headers), "replace")
            self._fields.append((name, value))

    def _read_file(self, name: str | None, filename: str, headers: heads.Headers) -> None:
        if name is None:
            self._reader.read_content(_Count(None).write)
            return
        upload = Upload(self._open_stream(filename, headers))
        try:
            self._reader.read_content(upload.write)
            stream = upload.finish()
        except BaseException:
            upload.close()
            raise
        self._files.append((name, storage(stream, filename, name, headers)))

    def _open_stream(self, filename: str, headers: heads.Headers) -> t.IO[bytes] | None:
        if self._open_file is None:
            return None
        length = heads.find(headers, "content-length") or ""
        return self._open_file(
            filename=filename,
            content_type=heads.find(headers, "content-type"),
            content_length=int(length) if _is_length(length) else 0,
        )

    def _keep(self, size: int) -> None:
        """Count *size* bytes that are not a file's."""
        if self._left is not None:
            self._left -= size
            if self._left < 0:
                raise RequestEntityTooLarge()


class _Count:
    """Takes what nobody wants, up to a limit."""

    __slots__ = ("_most", "size")

    def __init__(self, most: int | None) -> None:
        self._most = most
        self.size = 0

    def write(self, data: bytes) -> None:
        self.size += len(data)
        if self._most is not None and self.size > self._most:
            raise RequestEntityTooLarge()


class _Text(_Count):
    """Takes the content of a field, up to a limit."""

    __slots__ = ("pieces",)

    def __init__(self, most: int | None) -> None:
        _Count.__init__(self, most)
        self.pieces: list[bytes] = []

    def write(self, data: bytes) -> None:
        _Count.write(self, data)
        self.pieces.append(data)
