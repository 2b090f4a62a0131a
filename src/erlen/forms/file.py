"""Fields for uploaded files, and their validators."""

from __future__ import annotations

import collections.abc as cabc
import os
import typing as t

import wtforms
from werkzeug.datastructures import FileStorage
from wtforms.validators import DataRequired, StopValidation, ValidationError


def _files_among(values: cabc.Iterable[t.Any]) -> list[FileStorage]:
    """Return the uploads; what a browser sends for a file that was not chosen is none."""
    return [value for value in values if isinstance(value, FileStorage) and value]


class FileField(wtforms.FileField):
    """A file; its data is the :class:`~werkzeug.datastructures.FileStorage`."""

    def process_formdata(self, valuelist: cabc.Iterable[t.Any]) -> None:
        files = _files_among(valuelist)
        if files:
            self.data = files[0]
        else:
            self.raw_data = ()  # type: ignore[assignment]


class MultipleFileField(wtforms.MultipleFileField):
    """Several files; its data is a list of them, None when none was sent."""

    def process_formdata(self, valuelist: cabc.Iterable[t.Any]) -> None:
        files = _files_among(valuelist)
        if files:
            self.data = files
        else:
            self.raw_data = ()  # type: ignore[assignment]


def _uploads(field: t.Any) -> list[FileStorage]:
    """Return the uploads of a field; none at all when something else is among its data."""
    values = field.data if isinstance(field.data, list) else [field.data]
    files = _files_among(values)
    return files if len(files) == len(values) else []


class FileRequired(DataRequired):
    """A file must be sent."""

    def __call__(self, form: t.Any, field: t.Any) -> None:
        if not _uploads(field):
            message = self.message or field.gettext("This field is required.")
            raise StopValidation(t.cast(str, message))


class FileAllowed:
    """The file's name has one of the extensions.

    Names are the client's word. What is to be shown or run later has to be looked into.

    :param upload_set: extensions without the dot, or an object whose
        ``file_allowed(files, name)`` decides.
    """

    def __init__(self, upload_set: t.Any, message: str | None = None) -> None:
        self.upload_set = upload_set
        self.message = message
        self.field_flags: dict[str, str] = {}
        if isinstance(upload_set, str):
            raise TypeError(f"FileAllowed takes a list of extensions: [{upload_set!r}].")
        if isinstance(upload_set, cabc.Iterable):
            self.upload_set = [extension.lower() for extension in upload_set]
            # Browsers offer only these in their dialogue.
            self.field_flags["accept"] = ",".join(f".{name}" for name in self.upload_set)

    def __call__(self, form: t.Any, field: t.Any) -> None:
        files = _uploads(field)
        for file in files:
            name = (file.filename or "").lower()
            if not self._allows(files, name):
                raise StopValidation(self.message or self._explanation(field))

    def _allows(self, files: list[FileStorage], name: str) -> bool:
        if isinstance(self.upload_set, list):
            return any(name.endswith(f".{extension}") for extension in self.upload_set)
        return bool(self.upload_set.file_allowed(files, name))

    def _explanation(self, field: t.Any) -> str:
        if isinstance(self.upload_set, list):
            text: str = field.gettext("File does not have an approved extension: {extensions}")
            return text.format(extensions=", ".join(self.upload_set))
        return t.cast(str, field.gettext("File does not have an approved extension."))


class FileSize:
    """The file has at most *max_size* and at least *min_size* bytes.

    It is on the server by then: ``MAX_CONTENT_LENGTH`` limits what is received at all.
    """

    def __init__(self, max_size: float, min_size: int = 0, message: str | None = None) -> None:
        self.min_size = min_size
        self.max_size = max_size
        self.message = message

    def __call__(self, form: t.Any, field: t.Any) -> None:
        for file in _uploads(field):
            if not self.min_size <= _size(file) <= self.max_size:
                text = field.gettext("File must be between {min_size} and {max_size} bytes.")
                raise ValidationError(
                    self.message or text.format(min_size=self.min_size, max_size=self.max_size)
                )


def _size(file: FileStorage) -> int:
    position = file.stream.tell()
    size = file.stream.seek(0, os.SEEK_END)
    file.stream.seek(position)
    return size


file_required = FileRequired
file_allowed = FileAllowed
file_size = FileSize
