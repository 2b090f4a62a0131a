"""What the targets of the Makefile do for somebody who has just cloned the repository."""

from __future__ import annotations

import collections.abc as cabc
import http.client
import os
import pathlib
import signal
import subprocess
import sys
import time

import pytest

from tests.processes import PATIENCE, Answer, clean_environment, free_port, get

ROOT = pathlib.Path(__file__).parent.parent
#: The environment of the tests stands in for the one that make would install first.
VENV = os.path.relpath(sys.prefix, ROOT)

Make = cabc.Callable[..., tuple["subprocess.Popen[str]", pathlib.Path]]


def environment() -> dict[str, str]:
    """Return the environment without what a ``make`` that runs the tests would hand down."""
    handed_down = ("MAKEFLAGS", "MFLAGS", "MAKELEVEL", "MAKEOVERRIDES")
    return {name: value for name, value in clean_environment().items() if name not in handed_down}


@pytest.fixture
def make(tmp_path: pathlib.Path) -> cabc.Iterator[Make]:
    """A function that starts ``make`` and returns its process and the file of its output."""
    started: list[subprocess.Popen[str]] = []
    output = tmp_path / "output"

    def start(*args: str) -> tuple[subprocess.Popen[str], pathlib.Path]:
        command = ["make", f"VENV={VENV}", "-o", f"{VENV}/.ready-to-run", *args]
        with output.open("w") as file:
            process = subprocess.Popen(
                command,
                cwd=ROOT,
                env=environment(),
                stdout=file,
                stderr=subprocess.STDOUT,
                text=True,
                start_new_session=True,
            )
        started.append(process)
        return process, output

    yield start
    for process in started:
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        process.wait(PATIENCE)


def first_answer(process: subprocess.Popen[str], port: int, path: str) -> Answer | None:
    """Return what a server that is still starting answers; None when it ended instead."""
    deadline = time.monotonic() + PATIENCE
    while process.poll() is None and time.monotonic() < deadline:
        try:
            return get(port, path)
        except (OSError, http.client.HTTPException):
            time.sleep(0.05)
    return None


def test_make_run_starts_a_new_project(make: Make, tmp_path: pathlib.Path) -> None:
    port = free_port()
    folder = tmp_path / "notebook"
    process, output = make("run", f"NEW={folder}", f"PORT={port}")
    ready = first_answer(process, port, "/readyz")
    assert ready == (200, '{"status":"ready"}\n'), output.read_text()
    assert "Notebook" in get(port, "/").body
    assert (folder / "instance/notebook.db").exists()
