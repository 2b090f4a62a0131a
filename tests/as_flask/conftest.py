"""Everything here runs in child processes: this one has imported the real Flask."""

from __future__ import annotations

import collections.abc as cabc
import os
import pathlib
import subprocess
import sys
import textwrap
import typing as t

import pytest

from tests.measuring import environ_of_child

SOURCE = str(pathlib.Path(__file__).parents[2] / "src")


class Python(t.Protocol):
    def __call__(self, *arguments: str, **environ: str) -> str: ...


@pytest.fixture
def run(tmp_path: pathlib.Path) -> Python:
    """Run `python ARGUMENTS` with Erlen importable and return what it prints."""

    def run(*arguments: str, **environ: str) -> str:
        done = subprocess.run(
            [sys.executable, "-W", "error", *arguments],
            env={**clean_environ(), **environ},
            cwd=tmp_path,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout
        return done.stdout.strip()

    return run


@pytest.fixture
def code(run: Python) -> cabc.Callable[[str], str]:
    """Run these lines under `erlen.as_flask` and return what they print."""
    return lambda lines: run("-c", "import erlen.as_flask\n" + textwrap.dedent(lines))


def clean_environ() -> dict[str, str]:
    skipped = ("FLASK_", "ERLEN_", "PYTHON")
    kept = {name: text for name, text in os.environ.items() if not name.startswith(skipped)}
    return {**kept, **environ_of_child(), "PYTHONPATH": SOURCE}
