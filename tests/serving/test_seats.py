from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from erlen.serving.seats import Seats


class Visitor:
    def __init__(self, while_waiting: Callable[[], object] = lambda: None) -> None:
        self.stood_in_line = False
        self._while_waiting = while_waiting

    def stand_in_line(self) -> None:
        self.stood_in_line = True
        self._while_waiting()


def test_what_has_no_seat_waits_without_a_thread() -> None:
    called: list[Visitor] = []
    first, *others = visitors = [Visitor() for _ in range(4)]

    def serve(visitor: Visitor) -> None:
        for each in others[:2] if visitor is first else []:
            seats.take(each)
        called.append(visitor)

    seats = Seats(1, serve)
    seats.take(first)
    seats.take(others[2])
    assert called == visitors
    assert [each.stood_in_line for each in visitors] == [False, True, True, False]
    assert seats.are_empty


def test_seats_are_taken_side_by_side() -> None:
    both = threading.Barrier(2)
    seats = Seats[Visitor](2, lambda visitor: both.wait(10))
    thread = threading.Thread(target=seats.take, args=(Visitor(),))
    thread.start()
    seats.take(Visitor())
    thread.join()
    assert not both.broken


def test_a_seat_that_is_left_while_somebody_comes_is_that_ones() -> None:
    is_seated, may_leave = threading.Event(), threading.Event()
    called: list[Visitor] = []

    def serve(visitor: Visitor) -> None:
        called.append(visitor)
        is_seated.set()
        assert may_leave.wait(10)

    def leave() -> None:
        may_leave.set()
        seated.join()

    seats = Seats(1, serve)
    seated = threading.Thread(target=seats.take, args=(Visitor(),))
    seated.start()
    assert is_seated.wait(10)
    seats.take(Visitor(leave))
    assert [each.stood_in_line for each in called] == [False, True]
    assert seats.are_empty


def test_a_failure_is_told_and_leaves_its_seat(capsys: pytest.CaptureFixture[str]) -> None:
    called: list[Visitor] = []

    def fail(visitor: Visitor) -> None:
        called.append(visitor)
        if len(called) == 1:
            seats.take(Visitor())
        raise SystemExit("it failed")

    seats = Seats(1, fail)
    seats.take(Visitor())
    assert [each.stood_in_line for each in called] == [False, True]
    assert capsys.readouterr().err.count("SystemExit: it failed") == 2
