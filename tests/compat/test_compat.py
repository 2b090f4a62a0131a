"""Programs written for Flask run on Erlen: see run.py, which prints more."""

from __future__ import annotations

import os
import pathlib
import subprocess
import sys

import pytest

from tests.compat.run import UNAVAILABLE

RUN = pathlib.Path(__file__).with_name("run.py")


@pytest.mark.parametrize("suite", ["flaskr", "flask", "routing"])
def test_a_suite_of_somebody_else_passes_unchanged(suite: str) -> None:
    command = [sys.executable, str(RUN), suite]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=RUN.parents[2])
    if done.returncode == UNAVAILABLE and not os.environ.get("CI"):
        pytest.skip("the package index cannot be reached")
    assert done.returncode == 0, done.stdout + done.stderr
