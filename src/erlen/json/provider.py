"""The seam between an application and a JSON library."""

from __future__ import annotations

import dataclasses
import decimal
import json
import re
import typing as t
import uuid
import weakref
from datetime import date

from werkzeug.http import http_date

from .._core.contexts import current
from .dumper import Dumper

if t.TYPE_CHECKING:
    from ..app import Erlen
    from ..wrappers import Response


_get_frame = current.get


class JSONProvider:
    """What an application needs of a JSON library.

    A subclass implements :meth:`dumps` and :meth:`loads`; the rest follows from them. It is put
    to use as ``app.json`` or as the application's ``json_provider_class``.
    """

    def __init__(self, app: Erlen) -> None:
        # Weak, as the application holds the provider: it goes when its last user drops it.
        self._app = t.cast("Erlen", weakref.proxy(app))

    def dumps(self, obj: t.Any, **kwargs: t.Any) -> str:
        """Return *obj* as JSON text; *kwargs* go to the library."""
        raise NotImplementedError

    def dump(self, obj: t.Any, fp: t.IO[str], **kwargs: t.Any) -> None:
        """Write *obj* as JSON to a file opened for text."""
        fp.write(self.dumps(obj, **kwargs))

    def loads(self, s: str | bytes, **kwargs: t.Any) -> t.Any:
        """Parse JSON text or UTF-8 bytes; ``ValueError`` when it is none."""
        raise NotImplementedError

    def load(self, fp: t.IO[t.AnyStr], **kwargs: t.Any) -> t.Any:
        """Parse the JSON that a file holds."""
        return self.loads(fp.read(), **kwargs)

    def _prepare_response_obj(self, args: tuple[t.Any, ...], kwargs: dict[str, t.Any]) -> t.Any:
        if args and kwargs:
            raise TypeError("app.json.response() takes either args or kwargs, not both")
        if len(args) == 1:
            return args[0]
        return args or kwargs or None

    def response(self, *args: t.Any, **kwargs: t.Any) -> Response:
        """Make a JSON response of one value, of several as a list, or of keywords as an object."""
        obj = self._prepare_response_obj(args, kwargs)
        return self._app.response_class(self.dumps(obj), mimetype="application/json")


def _default(o: t.Any) -> t.Any:
    if isinstance(o, date):
        return http_date(o)
    if isinstance(o, (decimal.Decimal, uuid.UUID)):
        return str(o)
    if dataclasses.is_dataclass(o) and not isinstance(o, type):
        return dataclasses.asdict(o)
    if hasattr(o, "__html__"):
        return str(o.__html__())
    raise TypeError(f"Object of type {type(o).__name__} is not JSON serializable")


_SPACED: t.Final[dict[str, t.Any]] = {}
_COMPACT: t.Final[dict[str, t.Any]] = {"separators": (",", ":")}
_PRETTY: t.Final[dict[str, t.Any]] = {"indent": 2}


class DefaultJSONProvider(JSONProvider):
    """JSON by the standard library.

    Beyond its types these are written: ``datetime`` and ``date`` as HTTP dates, ``Decimal`` and
    ``UUID`` as strings, dataclasses as objects, and anything with ``__html__`` as that text.
    The attributes are settings: they may be changed at any time, on the class or an instance.
    """

    #: Makes a JSON type of a value that the library does not know, or raises ``TypeError``.
    default: t.Callable[[t.Any], t.Any] = staticmethod(_default)

    #: Write characters beyond ASCII as escapes.
    ensure_ascii = True

    #: Sort the keys of objects; all keys of a dict must then be strings.
    sort_keys = True

    #: Responses without spaces and newlines; None means: except in debug mode.
    compact: bool | None = None

    #: The mimetype of responses.
    mimetype = "application/json"

    #: Let NaN and infinities into responses, which are no JSON and which browsers refuse.
    allow_nan = False

    def __init__(self, app: Erlen) -> None:
        super().__init__(app)
        self._dumpers: dict[str, Dumper] = {}

    def dumps(self, obj: t.Any, **kwargs: t.Any) -> str:
        """Return *obj* as JSON text; *kwargs* go to :func:`json.dumps`."""
        if not kwargs:
            return _dumper(self, "text", _SPACED, True).dump(obj)
        if kwargs == _COMPACT:
            return _dumper(self, "compact text", _COMPACT, True).dump(obj)
        kwargs.setdefault("default", self.default)
        kwargs.setdefault("ensure_ascii", self.ensure_ascii)
        kwargs.setdefault("sort_keys", self.sort_keys)
        return json.dumps(obj, **kwargs)

    def loads(self, s: str | bytes, **kwargs: t.Any) -> t.Any:
        """Parse JSON text or UTF-8 bytes; *kwargs* go to :func:`json.loads`.

        Raises ``ValueError`` for what is no JSON or is nested deeper than ``JSON_MAX_DEPTH``.
        """
        limit = self._app.config.get("JSON_MAX_DEPTH", 512)
        if limit is not None and _may_be_deeper(s, limit) and _is_deeper(s, limit):
            raise ValueError(f"The JSON is nested deeper than {limit} levels (JSON_MAX_DEPTH).")
        try:
            return json.loads(s, **kwargs)
        except RecursionError as exc:
            raise ValueError("The JSON is nested too deep to be parsed.") from exc

    def response(self, *args: t.Any, **kwargs: t.Any) -> Response:
        """Make a JSON response of one value, of several as a list, or of keywords as an object.

        It is indented in debug mode or when :attr:`compact` is False. Raises ``ValueError`` for
        NaN and infinities, unless :attr:`allow_nan` is set.
        """
        obj = self._prepare_response_obj(args, kwargs)
        return self._app.response_class(_response_text(self, obj), mimetype=self.mimetype)

    def response_parts(self, obj: t.Any) -> tuple[bytes, tuple[str, str]] | tuple[None, None]:
        """Return body and header of ``response(obj)``, where no response object is needed.

        None twice when a subclass or this instance has a :meth:`response` of its own, which must
        then be called. Internal: for the dispatcher.
        """
        if _has_own(self, "response"):
            return None, None
        return _response_text(self, obj).encode(), ("Content-Type", self.mimetype)


def _current_provider() -> JSONProvider | None:
    """Return the current application's provider, or None where no application is."""
    # PERF: the frame instead of current_app, which is asked twice: 0.06 against 0.28 µs.
    frame = _get_frame()
    return None if frame is None else frame[0].app.json


def _compact_dumper(provider: object) -> Dumper | None:
    """Return what ``dumps(obj, separators=(",", ":"))`` comes to; None when it must be asked."""
    if not isinstance(provider, DefaultJSONProvider) or _has_own(provider, "dumps"):
        return None
    return _dumper(provider, "compact text", _COMPACT, True)


def _parses_as_usual(provider: object) -> bool:
    """Tell whether ``loads`` is the one of `DefaultJSONProvider`."""
    return isinstance(provider, DefaultJSONProvider) and not _has_own(provider, "loads")


def _has_own(provider: DefaultJSONProvider, method: str) -> bool:
    """Tell whether a subclass or this instance has a *method* of its own."""
    cls = type(provider)
    return method in provider.__dict__ or (
        cls is not DefaultJSONProvider
        and getattr(cls, method, None) is not getattr(DefaultJSONProvider, method)
    )


def _response_text(provider: DefaultJSONProvider, obj: t.Any) -> str:
    pretty = provider.compact is False or (provider.compact is None and provider._app.debug)
    layout = _PRETTY if pretty else _COMPACT
    if _has_own(provider, "dumps"):
        return f"{provider.dumps(obj, **layout)}\n"
    name = "pretty body" if pretty else "body"
    try:
        return _dumper(provider, name, layout, provider.allow_nan).dump(obj) + "\n"
    except ValueError as exc:
        if not str(exc).startswith("Out of range float"):
            raise
        raise ValueError(
            "The value for a JSON response holds a NaN or an infinity, which JSON does not"
            " have. Put None in its place before you return it, or set"
            " 'app.json.allow_nan = True' when all clients understand it."
        ) from exc


def _dumper(
    provider: DefaultJSONProvider, name: str, layout: dict[str, t.Any], allow_nan: bool
) -> Dumper:
    """Return the kept dumper called *name*, made anew when a setting has changed."""
    default, ensure_ascii, sort_keys = provider.default, provider.ensure_ascii, provider.sort_keys
    dumpers = provider._dumpers
    kept = dumpers.get(name)
    if kept is None or not kept.fits(default, ensure_ascii, sort_keys, allow_nan):
        kept = Dumper(default, ensure_ascii, sort_keys, allow_nan, **layout)
        dumpers[name] = kept
    return kept


def _may_be_deeper(s: str | bytes, limit: int) -> bool:
    # PERF: two scans in C (10 KB: 6 µs) tell nearly every document from a deep one; a short
    # one needs none.
    if len(s) <= limit:
        return False
    if isinstance(s, str):
        return s.count("[") + s.count("{") > limit
    return s.count(b"[") + s.count(b"{") > limit


# A string, closed or not, as one token, so that what looks like a bracket in it does not count.
# Possessive, as a text of quotes and backslashes must not be read twice.
_TOKEN = re.compile(r'"(?:[^"\\]++|\\.)*+"?|[\[{]|[\]}]', re.DOTALL)


def _is_deeper(s: str | bytes, limit: int) -> bool:
    text = s if isinstance(s, str) else s.decode(json.detect_encoding(s), "surrogatepass")
    depth = 0
    for match in _TOKEN.finditer(text):
        token = match[0]
        if token in "[{":
            depth += 1
            if depth > limit:
                return True
        elif token in "]}":
            depth -= 1
    return False
