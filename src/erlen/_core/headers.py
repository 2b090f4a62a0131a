"""The headers of a response: Werkzeug's type, quick for plain text values."""

from __future__ import annotations

import typing as t

from werkzeug.datastructures import Headers


class ResponseHeaders(Headers):
    """Headers to which a new text value is added without Werkzeug's conversions."""

    # PERF: setting a new header takes 0.6 against 0.9 µs, adding one 0.38 against 0.45 (timeit,
    # three headers there).

    def __setitem__(self, key: t.Any, value: t.Any) -> None:
        if not (_is_plain(key, value) and self._append_new(key, value)):
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
