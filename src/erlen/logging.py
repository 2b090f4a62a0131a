"""The application's logger."""

from __future__ import annotations

import logging
import sys
import typing as t

from .globals import _request_ctx_stack
from .local import LocalProxy

if t.TYPE_CHECKING:
    from .app import Erlen


def _find_errors_stream() -> t.TextIO:
    ctx = _request_ctx_stack.top
    return sys.stderr if ctx is None else t.cast(t.TextIO, ctx.request.environ["wsgi.errors"])


#: The server's error stream inside a request, otherwise ``sys.stderr``. In a logging
#: configuration that is a file or a dict: ``ext://erlen.logging.wsgi_errors_stream``.
wsgi_errors_stream: t.TextIO = t.cast(t.TextIO, LocalProxy(_find_errors_stream))

#: Writes to :data:`wsgi_errors_stream`.
default_handler: logging.StreamHandler[t.TextIO] = logging.StreamHandler(wsgi_errors_stream)
default_handler.setFormatter(
    logging.Formatter("[%(asctime)s] %(levelname)s in %(module)s: %(message)s")
)


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

    In debug mode its level is ``DEBUG``, unless a level has been set.
    """
    logger = logging.getLogger(app.name)
    if app.debug and not logger.level:
        logger.setLevel(logging.DEBUG)
    if not has_level_handler(logger):
        logger.addHandler(default_handler)
    return logger
