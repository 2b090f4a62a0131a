from __future__ import annotations

import threading

import pytest

from erlen.serving.seats import Seats


def watch() -> None:
    """What is called before a job stands in line."""


def test_what_has_no_seat_waits_without_a_thread() -> None:
    seats = Seats(1)
    called: list[int] = []

    def first() -> None:
        for number in (2, 3):
            seats.take(watch, called.append, number)
        called.append(1)

    seats.take(watch, first)
    assert called == [1, 2, 3]
    seats.take(watch, called.append, 4)
    assert called[-1] == 4


def test_seats_are_taken_side_by_side() -> None:
    seats, both = Seats(2), threading.Barrier(2)
    thread = threading.Thread(target=seats.take, args=(watch, both.wait, 10))
    thread.start()
    seats.take(watch, both.wait, 10)
    thread.join()
    assert not both.broken


def test_a_failure_is_told_and_leaves_its_seat(capsys: pytest.CaptureFixture[str]) -> None:
    seats = Seats(1)
    called: list[int] = []

    def fail() -> None:
        seats.take(watch, called.append, 1)
        raise SystemExit("it failed")

    seats.take(watch, fail)
    assert called == [1]
    assert "it failed" in capsys.readouterr().err
