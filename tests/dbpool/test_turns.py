"""Turns go to whoever has waited longest, and to nobody who has left."""

from __future__ import annotations

import threading
import time
import typing as t

import pytest

from erlen.dbpool.turns import Turns


def wait_until(condition: t.Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.001)


def test_turns_come_in_the_order_of_arrival() -> None:
    turns, order, threads = Turns(), list[int](), []
    assert turns.take(None)

    def wait(number: int) -> None:
        turns.take(None)
        order.append(number)
        turns.pass_on()

    for number in range(5):
        threads.append(threading.Thread(target=wait, args=[number]))
        threads[-1].start()
        wait_until(lambda: len(turns) == number + 1)
    turns.pass_on()
    for thread in threads:
        thread.join(10)
    assert order == [0, 1, 2, 3, 4]
    assert turns.take(0)


def test_who_runs_out_of_time_leaves_the_queue() -> None:
    turns = Turns()
    assert turns.take(0)
    assert not turns.take(0.01)
    assert len(turns) == 0
    turns.pass_on()
    assert turns.take(0)


def patch_lock(monkeypatch: pytest.MonkeyPatch, turns: Turns, answer: t.Callable[[], bool]) -> None:
    """Make the next one who waits get its turn while it stops waiting."""

    class Late:
        def acquire(self, timeout: float | None = None) -> bool:
            if timeout is None:
                return True
            turns.pass_on()
            return answer()

        def release(self) -> None:
            pass

    monkeypatch.setattr("erlen.dbpool.turns.threading.Lock", Late)


def test_a_turn_that_comes_too_late_is_passed_on(monkeypatch: pytest.MonkeyPatch) -> None:
    turns = Turns()
    assert turns.take(0)
    patch_lock(monkeypatch, turns, lambda: False)
    assert not turns.take(0.01)
    monkeypatch.undo()
    assert turns.take(0)


def test_who_is_interrupted_passes_its_turn_on(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt() -> bool:
        raise KeyboardInterrupt

    turns = Turns()
    assert turns.take(0)
    patch_lock(monkeypatch, turns, interrupt)
    with pytest.raises(KeyboardInterrupt):
        turns.take(None)
    monkeypatch.undo()
    assert turns.take(0)
