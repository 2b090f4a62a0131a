"""Headers of a request and of a response: Werkzeug's types, quick for the ordinary case."""

from __future__ import annotations

import typing as t

from werkzeug.datastructures import EnvironHeaders as WerkzeugsEnvironHeaders
from werkzeug.datastructures import Headers


class EnvironHeaders(WerkzeugsEnvironHeaders):
    """The headers of a request, looked up without an exception for one that was not sent."""

    # PERF: 0.2 against 0.6 µs for a header that is not there, 0.2 against 0.27 for one that is.

    if not t.TYPE_CHECKING:  # Werkzeug's signature stays, with all its overloads

        def get(self, key, default=None, type=None):
            if type is not None or not isinstance(key, str):
                return super().get(key, default, type)
            name = key.upper().replace("-", "_")
            if name != "CONTENT_TYPE" and name != "CONTENT_LENGTH":
                name = f"HTTP_{name}"
            return self.environ.get(name, default)


class ResponseHeaders(Headers):
    """Headers to which a new text value is added without Werkzeug's conversions."""

    # PERF: setting a new header takes 0.6 against 0.9 µs, adding one 0.38 against 0.45 (timeit,
    # three headers there).

    def __setitem__(self, key: t.Any, value: t.Any) -> None:
        if type(value) is str and type(key) is str and "\n" not in value and "\r" not in value:
            wanted = key.lower()
            for name, _ in self._list:
                if name.lower() == wanted:
                    break
            else:
                self._list.append((key, value))
                return
        super().__setitem__(key, value)

    def set(self, key: str, value: t.Any, /, **kwargs: t.Any) -> None:
        if kwargs or not (_is_plain(key, value) and self._append_new(key, value)):
            super().set(key, value, **kwargs)

    def add(self, key: str, value: t.Any, /, **kwargs: t.Any) -> None:
        if kwargs or not _is_plain(key, value):
            super().add(key, value, **kwargs)
        else:
            self._list.append((key, value))

    def _append_new(self, key: str, value: str) -> bool:
        """Add a header that is not there yet; leave it to Werkzeug to replace one that is."""
        wanted = key.lower()
        for name, _ in self._list:
            if name.lower() == wanted:
                return False
        self._list.append((key, value))
        return True


def _is_plain(key: object, value: object) -> bool:
    return type(value) is str and type(key) is str and "\n" not in value and "\r" not in value
