"""How records are written: as text, or as one JSON object a line."""

from __future__ import annotations

import datetime
import json
import logging
import re
import typing as t

#: What every record has; the rest of a record's attributes came with ``extra``.
_USUAL = frozenset(vars(logging.LogRecord("", 0, "", 0, "", (), None))) | {
    "asctime",
    "message",
    "request_id",
    "taskName",
}


_controls = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_controls_but_lines = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029]")


def _escaped(found: re.Match[str]) -> str:
    return ascii(found[0])[1:-1]


def printable(text: str) -> str:
    """Return *text* with its control characters escaped: what a client sent ends no line."""
    return _controls.sub(_escaped, text)


class TextFormatter(logging.Formatter):
    """As the base class, with the request's id behind the message where there is one.

    Control characters are escaped, in the message line breaks, too.
    """

    def format(self, record: logging.LogRecord) -> str:
        if record.exc_info and not record.exc_text:
            record.exc_text = self.formatException(record.exc_info)
        if record.exc_text:
            record.exc_text = _controls_but_lines.sub(_escaped, record.exc_text)
        return super().format(record)

    def formatMessage(self, record: logging.LogRecord) -> str:
        record.message = printable(record.message)
        line = super().formatMessage(record)
        found = getattr(record, "request_id", None)
        return f"{line} [{found}]" if found else line


class JsonFormatter(logging.Formatter):
    """One JSON object a line: time (UTC), level, logger, place, message, request id, extras.

    A traceback is the text ``exception``. No value breaks the line: control characters are
    escaped, and what JSON cannot hold is written as its ``repr``.
    """

    def format(self, record: logging.LogRecord) -> str:
        fields: dict[str, t.Any] = {
            "time": _time_of(record),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            "module": record.module,
            "line": record.lineno,
        }
        request_id = getattr(record, "request_id", None)
        if request_id:
            fields["request_id"] = request_id
        if record.exc_info:
            fields["exception"] = self.formatException(record.exc_info)
        if record.stack_info:
            fields["stack"] = self.formatStack(record.stack_info)
        for name, value in vars(record).items():
            if name not in _USUAL:
                fields.setdefault(name, value)
        return _dump(fields)


def _time_of(record: logging.LogRecord) -> str:
    moment = datetime.datetime.fromtimestamp(record.created, datetime.UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _dump(fields: dict[str, t.Any]) -> str:
    try:
        line = json.dumps(fields, ensure_ascii=False, allow_nan=False, default=repr)
    except (ValueError, TypeError, RecursionError):
        plain = {
            name: value if type(value) is str else repr(value) for name, value in fields.items()
        }
        line = json.dumps(plain, ensure_ascii=False)
    # Half of a surrogate pair is text to Python and to nobody else.
    return line if line.isascii() else line.encode("utf-8", "backslashreplace").decode()
