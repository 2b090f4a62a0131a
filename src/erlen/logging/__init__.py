"""The application's logger, and what can be added to it: request ids, JSON lines, an access log."""

from __future__ import annotations

import logging
import sys
import typing as t

from ..globals import _request_ctx_stack
from ..local import LocalProxy
from .formats import JsonFormatter as JsonFormatter
from .formats import TextFormatter as TextFormatter
from .ids import request_id as request_id

if t.TYPE_CHECKING:
    from ..app import Erlen
    from .requests import RequestLog as RequestLog


def __getattr__(name: str) -> t.Any:
    if name != "RequestLog":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from .requests import RequestLog

    return globals().setdefault(name, RequestLog)


def _find_errors_stream() -> t.TextIO:
    ctx = _request_ctx_stack.top
    return sys.stderr if ctx is None else t.cast(t.TextIO, ctx.request.environ["wsgi.errors"])


#: The server's error stream inside a request, otherwise ``sys.stderr``. In a logging
#: configuration that is a file or a dict: ``ext://erlen.logging.wsgi_errors_stream``.
wsgi_errors_stream: t.TextIO = t.cast(t.TextIO, LocalProxy(_find_errors_stream))


def _make_handler(formatter: logging.Formatter) -> logging.StreamHandler[t.TextIO]:
    handler = logging.StreamHandler(wsgi_errors_stream)
    handler.setFormatter(formatter)
    return handler


#: Writes to :data:`wsgi_errors_stream`.
default_handler = _make_handler(
    TextFormatter("[%(asctime)s] %(levelname)s in %(module)s: %(message)s")
)

#: Writes to it as well, a JSON object a line: with ``LOG_FORMAT = "json"``.
json_handler = _make_handler(JsonFormatter())

_HANDLERS = {None: default_handler, "text": default_handler, "json": json_handler}


def has_level_handler(logger: logging.Logger) -> bool:
    """Tell whether a record of the logger's own level would reach a handler."""
    level = logger.getEffectiveLevel()
    current: logging.Logger | None = logger
    while current is not None:
        if any(handler.level <= level for handler in current.handlers):
            return True
        current = current.parent if current.propagate else None
    return False


def create_logger(app: Erlen) -> logging.Logger:
    """Return the logger named after *app*, with a handler if its records would reach none.

    In debug mode its level is ``DEBUG``, unless a level has been set. The handler is the one
    that ``LOG_FORMAT`` names.
    """
    logger = logging.getLogger(app.name)
    if app.debug and not logger.level:
        logger.setLevel(logging.DEBUG)
    if not has_level_handler(logger):
        logger.addHandler(_handler_for(app))
    return logger


def _handler_for(app: Erlen) -> logging.Handler:
    wanted = app.config.get("LOG_FORMAT")
    try:
        return _HANDLERS[wanted]
    except (KeyError, TypeError):
        raise ValueError(
            f"LOG_FORMAT is {wanted!r}, but there are only 'text' and 'json'. For another format"
            " leave it out, and give the application's logger a handler of your own."
        ) from None
