"""A folder to write applications in, and a process that forgets what a test did to it."""

from __future__ import annotations

import os
import sys
import textwrap
import typing as t
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.processes import Program


@pytest.fixture(autouse=True)
def _forgetful_process(tmp_path: Path) -> Iterator[None]:
    environ, path, modules = dict(os.environ), sys.path[:], set(sys.modules)

    for name in environ:
        if name.startswith(("ERLEN_", "FLASK_", "WERKZEUG_")):
            del os.environ[name]

    yield
    os.environ.clear()
    os.environ.update(environ)
    sys.path[:] = path

    for name in set(sys.modules) - modules:
        if str(tmp_path) in (getattr(sys.modules[name], "__file__", None) or ""):
            del sys.modules[name]


class Project:
    """Files of an application, and the commands run among them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.programs: list[Program] = []

    def write(self, name: str, source: str) -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(source), encoding="utf-8")
        return path

    def start(self, *args: str, **options: t.Any) -> Program:
        program = Program(self.folder, *args, **options)
        self.programs.append(program)
        return program


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Project]:
    monkeypatch.chdir(tmp_path)
    project = Project(tmp_path)
    yield project

    for program in project.programs:
        program.end()


@pytest.fixture
def runner() -> CliRunner:
    return CliRunner()
