"""What stands for a session that the store does not give."""

from __future__ import annotations

import collections.abc as cabc
import typing as t

from .data import SessionMixin
from .interface import SessionUnavailable


class UnavailableSession(SessionMixin):
    """It reads as empty; whoever changes it gets a 503. It is never saved."""

    modified = False

    def __init__(self, failure: SessionUnavailable) -> None:
        self._retry_after = failure.retry_after

    def _refuse(self, *args: t.Any, **kwargs: t.Any) -> t.NoReturn:
        raise SessionUnavailable(retry_after=self._retry_after)

    def __getitem__(self, key: str) -> t.Any:
        raise KeyError(key)

    def __iter__(self) -> cabc.Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"

    __setitem__ = __delitem__ = _refuse
    clear = pop = popitem = update = setdefault = _refuse
    lock = regenerate = destroy = _refuse
    id = property(_refuse)
