"""Limits of CPU time hold for the code, whatever else the machine does."""

from __future__ import annotations

import threading
import time

import pytest

from tests import measuring
from tests.measuring import cpu_of


def spin(seconds: float) -> None:
    end = time.thread_time() + seconds
    while time.thread_time() < end:
        pass


@pytest.fixture(autouse=True)
def ordinary(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(measuring, "pace", lambda: 1.0)
    monkeypatch.setattr(measuring, "slowdown", lambda: 1)


def test_what_takes_long_is_measured_three_times_and_the_least_counts() -> None:
    takes = [0.03, 0.02, 0.05]
    assert 20 <= cpu_of(lambda: spin(takes.pop(0)), 10) < 30
    assert takes == []


def test_a_slow_machine_is_taken_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(measuring, "pace", lambda: 4.0)
    assert cpu_of(lambda: spin(0.04), 20) < 20
    assert cpu_of(lambda: spin(0.1), 20) >= 25


def test_other_threads_do_not_count() -> None:
    def wait() -> None:
        thread = threading.Thread(target=spin, args=(0.1,))
        thread.start()
        thread.join()

    assert cpu_of(wait, 50) < 50
