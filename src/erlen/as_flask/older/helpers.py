"""Functions and classes that Flask had, and that nothing of today's is the same as."""

from __future__ import annotations

import collections.abc as cabc
import ipaddress
import logging
import os
import threading
import typing as t

from werkzeug.utils import cached_property

from erlen.globals import _app_ctx_stack, _no_app_msg, _no_req_msg, _request_ctx_stack

if t.TYPE_CHECKING:
    from datetime import timedelta

    from erlen import Flask
    from erlen.testing import EnvironBuilder

json_available = True
signals_available = True

#: Was the metaclass of MethodView, which needs none any more.
MethodViewType = type


class JSONMixin:
    """Was where ``Request`` and ``Response`` had their JSON methods from."""


class locked_cached_property(cached_property[t.Any]):
    """A cached property that only one thread computes; others wait for its value."""

    def __init__(self, fget: cabc.Callable[[t.Any], t.Any], *names: str | None) -> None:
        super().__init__(fget, *names)
        self._lock = threading.RLock()

    def __get__(self, obj: t.Any, type: t.Any = None) -> t.Any:
        with self._lock:
            return super().__get__(obj, type)

    def __set__(self, obj: object, value: t.Any) -> None:
        with self._lock:
            super().__set__(obj, value)

    def __delete__(self, obj: object) -> None:
        with self._lock:
            super().__delete__(obj)


def total_seconds(td: timedelta) -> int:
    """Return a time span in whole seconds."""
    return td.days * 24 * 60 * 60 + td.seconds


def get_env() -> str:
    """Return the environment that ``FLASK_ENV`` names; production by default."""
    return os.environ.get("FLASK_ENV") or "production"


def is_ip(value: str) -> bool:
    try:
        ipaddress.ip_address(value)
    except ValueError:
        return False
    return True


def _has_config(logger: logging.Logger) -> bool:
    return bool(logger.level or logger.handlers or logger.filters or not logger.propagate)


def _lookup_req_object(name: str) -> t.Any:
    top = _request_ctx_stack.top
    if top is None:
        raise RuntimeError(_no_req_msg)
    return getattr(top, name)


def _lookup_app_object(name: str) -> t.Any:
    top = _app_ctx_stack.top
    if top is None:
        raise RuntimeError(_no_app_msg)
    return getattr(top, name)


def make_test_environ_builder(app: Flask, *args: t.Any, **kwargs: t.Any) -> EnvironBuilder:
    from erlen.testing import EnvironBuilder

    return EnvironBuilder(app, *args, **kwargs)
