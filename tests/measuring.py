"""What a run that measures coverage changes for the tests."""

from __future__ import annotations

import os
import pathlib
import sys
import typing as t

_SETTINGS = pathlib.Path(__file__).parents[1] / "pyproject.toml"


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
