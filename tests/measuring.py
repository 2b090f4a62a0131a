"""CPU time against limits, and what a run that measures coverage changes for the tests."""

from __future__ import annotations

import os
import pathlib
import sys
import time
import typing as t

_SETTINGS = pathlib.Path(__file__).parents[1] / "pyproject.toml"

#: CPU seconds that :func:`pace` takes on the machine that the limits are meant for, left alone.
_UNDISTURBED = 0.009


def cpu_of(call: t.Callable[[], object], most: float) -> float:
    """Return the CPU milliseconds that *call* takes, in this thread, on an ordinary machine.

    Above *most* it is the least of three, and what the machine is slower right now is taken off.
    So is what measuring coverage costs.
    """
    best = float("inf")
    for _ in range(3):
        begun = time.thread_time()
        call()
        taken = (time.thread_time() - begun) * 1000 / slowdown()
        best = min(best, taken if taken < most else taken / pace())
        if best < most:
            break
    return best


def pace() -> float:
    """Tell how many times as long as on an ordinary machine work takes right now, 1 at least."""
    begun = time.thread_time()
    sum(map(len, map(str, range(100_000))))
    return max(1.0, (time.thread_time() - begun) / _UNDISTURBED)


def slowdown() -> int:
    """Return what a limit of CPU time is multiplied by: measuring takes several times as long."""
    return 1 if _current() is None else 20


def environ_of_child() -> dict[str, str]:
    """Return the variables with which a child process takes part in the measuring, if any."""
    measuring = _current()
    if measuring is None:
        return {}
    data_file = os.path.abspath(measuring.get_option("run:data_file"))
    return {"COVERAGE_PROCESS_START": str(_SETTINGS), "COVERAGE_FILE": data_file}


def _current() -> t.Any:
    coverage = sys.modules.get("coverage")
    return None if coverage is None else coverage.Coverage.current()
