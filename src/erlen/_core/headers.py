"""Headers of a request and of a response: Werkzeug's types, quick for the ordinary case."""

from __future__ import annotations

import typing as t

from werkzeug.datastructures import EnvironHeaders as WerkzeugsEnvironHeaders
from werkzeug.datastructures import Headers


class EnvironHeaders(WerkzeugsEnvironHeaders):
    """The headers of a request, looked up without an exception for one that was not sent."""

    # PERF: 0.2 against 0.6 µs for a header that is not there, 0.2 against 0.27 for one that is.

    if not t.TYPE_CHECKING:  # Werkzeug's signature stays, with all its overloads

        def __getitem__(self, key):
            value = self.environ.get(_environ_key(key)) if isinstance(key, str) else None
            return super().__getitem__(key) if value is None else value

        def get(self, key, default=None, type=None):
            if type is not None or not isinstance(key, str):
                return super().get(key, default, type)
            return self.environ.get(_environ_key(key), default)


#: Names of headers as an environ has them; as many as an application asks for.
_environ_keys: dict[str, str] = {}
_MOST_ENVIRON_KEYS = 256


def _environ_key(name: str) -> str:
    key = _environ_keys.get(name)
    if key is None:
        key = name.upper().replace("-", "_")
        if key != "CONTENT_TYPE" and key != "CONTENT_LENGTH":
            key = f"HTTP_{key}"
        if len(_environ_keys) < _MOST_ENVIRON_KEYS:
            _environ_keys[name] = key
    return key


def environ_headers(environ: dict[str, t.Any]) -> EnvironHeaders:
    """Return the headers of a request."""
    headers = EnvironHeaders.__new__(EnvironHeaders)
    headers._list = []  # as Headers have it, though nothing is in it here
    headers.environ = environ
    return headers


class ResponseHeaders(Headers):
    """Headers to which a new text value is added without Werkzeug's conversions."""

    # PERF: setting a new header takes 0.6 against 0.9 µs, adding one 0.38 against 0.45 (timeit,
    # three headers there).

    def __setitem__(self, key: t.Any, value: t.Any) -> None:
        if not (_is_plain(key, value) and _add_new(self._list, key, value)):
            super().__setitem__(key, value)

    def set(self, key: str, value: t.Any, /, **kwargs: t.Any) -> None:
        if kwargs or not (_is_plain(key, value) and _add_new(self._list, key, value)):
            super().set(key, value, **kwargs)

    def add(self, key: str, value: t.Any, /, **kwargs: t.Any) -> None:
        if kwargs or not _is_plain(key, value):
            super().add(key, value, **kwargs)
        else:
            self._list.append((key, value))


def _is_plain(key: object, value: object) -> bool:
    return type(value) is str and type(key) is str and "\n" not in value and "\r" not in value


def _add_new(pairs: list[tuple[str, str]], key: str, value: str) -> bool:
    """Add a header that is not there yet; leave it to Werkzeug to replace one that is."""
    wanted = key.lower()
    for name, _ in pairs:
        if len(name) == len(key) and name.lower() == wanted:
            return False
    pairs.append((key, value))
    return True
