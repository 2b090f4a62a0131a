"""Stores that change a record by compare-and-swap."""

from __future__ import annotations

import abc
import collections.abc as cabc
import typing as t

from ..failures import StoreError
from .base import Record, UpdatingStore


class SwappingStore(UpdatingStore):
    """A store that replaces a record only if it is still the one that was read."""

    #: How often a change is tried while others are quicker.
    swaps = 1000

    @abc.abstractmethod
    def find(self, id: str) -> tuple[Record | None, t.Any]:
        """Return the newest record and its version."""

    @abc.abstractmethod
    def swap(self, id: str, version: t.Any, new: Record | None) -> bool:
        """Replace the record of that version, or remove it; False when it is another by now."""

    def load(self, id: str) -> Record | None:
        return self.find(id)[0]

    def update(self, id: str, function: cabc.Callable[[Record | None], Record | None]) -> None:
        for _ in range(self.swaps):
            old, version = self.find(id)
            new = function(old)
            if new is old or self.swap(id, version, new):
                return
        raise StoreError(f"The session changed {self.swaps} times while it was to be changed.")
