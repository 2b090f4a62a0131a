"""A folder with the files of a project."""

from __future__ import annotations

import collections.abc as cabc
import pathlib
import textwrap

import pytest

Write = cabc.Callable[..., None]


@pytest.fixture
def write(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> Write:
    """Write files, by their path, into the current folder."""
    monkeypatch.chdir(tmp_path)

    def write_files(files: dict[str, str]) -> None:
        for name, source in files.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(textwrap.dedent(source), encoding="utf-8")

    return write_files
