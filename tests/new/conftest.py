"""Projects that `erlen new` wrote: one to look at, and one that is installed."""

from __future__ import annotations

import pathlib
import subprocess
import sys

import pytest

from erlen.new import Names, write_project
from tests.processes import clean_environment


@pytest.fixture
def project(tmp_path: pathlib.Path) -> pathlib.Path:
    """A project "Book Shop", for tests that change it."""
    folder = tmp_path / "book-shop"
    write_project(Names.of("Book Shop"), folder)
    return folder


@pytest.fixture(scope="session")
def installed(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    """A project with its own environment, made by the command as a user would."""
    place = tmp_path_factory.mktemp("projects")
    subprocess.run(
        [sys.executable, "-m", "erlen", "new", "Book Shop", "--venv"],
        cwd=place,
        # It would compile into the sources that the other tests run from.
        env=clean_environment(ERLEN_WITHOUT_COMPILER="1"),
        check=True,
    )
    return place / "book-shop"
