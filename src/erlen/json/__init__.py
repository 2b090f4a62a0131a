"""JSON by the current application's provider, or by the standard library outside of one."""

from __future__ import annotations

import json as _json
import typing as t

from ..globals import current_app
from .provider import _current_provider, _default

if t.TYPE_CHECKING:
    from ..wrappers import Response

__all__ = ["dump", "dumps", "jsonify", "load", "loads"]


def dumps(obj: t.Any, **kwargs: t.Any) -> str:
    """Return *obj* as JSON text, through ``current_app.json`` when there is an application.

    Outside of an application context dates, decimals, UUIDs, dataclasses and ``__html__``
    objects are still understood, but the provider's settings (sorted keys, …) do not apply.
    """
    provider = _current_provider()
    if provider is not None:
        return provider.dumps(obj, **kwargs)
    kwargs.setdefault("default", _default)
    return _json.dumps(obj, **kwargs)


def dump(obj: t.Any, fp: t.IO[str], **kwargs: t.Any) -> None:
    """Write *obj* as JSON to *fp*, a file opened for text, preferably UTF-8."""
    provider = _current_provider()
    if provider is not None:
        provider.dump(obj, fp, **kwargs)
        return
    kwargs.setdefault("default", _default)
    _json.dump(obj, fp, **kwargs)


def loads(s: str | bytes, **kwargs: t.Any) -> t.Any:
    """Parse JSON text or UTF-8 bytes, through ``current_app.json`` when there is an application."""
    provider = _current_provider()
    if provider is not None:
        return provider.loads(s, **kwargs)
    try:
        return _json.loads(s, **kwargs)
    except RecursionError as exc:
        raise ValueError("The JSON is nested too deep to be parsed.") from exc


def load(fp: t.IO[t.AnyStr], **kwargs: t.Any) -> t.Any:
    """Parse the JSON that the file *fp* holds, text or UTF-8 bytes."""
    provider = _current_provider()
    if provider is not None:
        return provider.load(fp, **kwargs)
    return _json.load(fp, **kwargs)


def jsonify(*args: t.Any, **kwargs: t.Any) -> Response:
    """Make a response of *args* (one value, or several as a list) or of *kwargs* as an object.

    Needs an application context. A view may return a dict or a list instead of calling this.
    """
    return current_app.json.response(*args, **kwargs)
