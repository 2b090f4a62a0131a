"""A page of a longer list."""

from __future__ import annotations

import collections.abc as cabc
import dataclasses
import typing as t

Item = t.TypeVar("Item")


@dataclasses.dataclass(frozen=True, slots=True)
class Page(t.Generic[Item]):
    items: cabc.Sequence[Item]
    number: int
    per_page: int
    total: int

    @property
    def last(self) -> int:
        return last_page(self.total, self.per_page)

    def numbers(self) -> cabc.Iterator[int | None]:
        """Yield the page numbers worth a link; ``None`` stands for a gap."""
        before = 0
        for number in range(1, self.last + 1):
            if number in (1, self.last) or abs(number - self.number) <= 1:
                if number - before > 1:
                    yield None
                yield number
                before = number


def last_page(total: int, per_page: int) -> int:
    """An empty list still has a page, the first one."""
    return max(1, -(-total // per_page))
