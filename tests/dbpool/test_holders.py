"""Who has a connection, in words."""

from __future__ import annotations

import threading
import time

from erlen.dbpool.holders import NAMED, Holder, listed, make_holder
from tests.dbpool.conftest import MakePool


def holder(since: float) -> Holder:
    return Holder(since, "worker", None, None, 0)


def test_long_lists_are_cut() -> None:
    now = time.monotonic()
    lines = listed([holder(now - number) for number in range(NAMED + 3)])
    assert len(lines) == NAMED + 1
    assert lines[0].startswith(f"  {NAMED + 2}.0 s: outside of a request, an unknown place")
    assert lines[-1] == "  and 3 more"


def test_a_place_is_the_applications_line() -> None:
    found = make_holder()
    assert found.place.startswith(f"{__file__}:")
    assert found.place.endswith("in test_a_place_is_the_applications_line")
    assert str(found).endswith(f"({threading.current_thread().name})")


def test_the_pool_lists_them_longest_first(make_pool: MakePool) -> None:
    _, pool = make_pool()
    with pool.connection() as first, pool.connection() as second:
        assert pool.holders() == [first.holder, second.holder]
    assert pool.holders() == []
