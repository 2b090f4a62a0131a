"""A manager, and lines typed at it."""

from __future__ import annotations

import collections.abc as cabc
import typing as t

import pytest

from erlen import Erlen
from erlen.manager import Manager


@pytest.fixture
def app() -> Erlen:
    return Erlen("shop", root_path="/", static_folder=None)


@pytest.fixture
def manager(app: Erlen) -> Manager:
    return Manager(app)


class Line:
    """Run a line; keep what was printed and the exit status of one that is wrong."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self.capsys = capsys
        self.status: object = None
        self.errors = ""

    def __call__(self, manager: Manager, line: str | cabc.Sequence[str]) -> str:
        words = line.split() if isinstance(line, str) else line
        try:
            self.status = manager.handle("manage.py", words)
        except SystemExit as exc:
            self.status = exc.code
        printed = self.capsys.readouterr()
        self.errors = printed.err
        return printed.out

    def refused(self, manager: Manager, line: str) -> str:
        """Return what is said to a line that is wrong."""
        self(manager, line)
        assert self.status == 2, self.errors
        return self.errors


@pytest.fixture
def line(capsys: pytest.CaptureFixture[str]) -> Line:
    return Line(capsys)


def values(line: Line, words: str, *options: t.Any) -> t.Any:
    """Return what a command with these options gets from a line."""
    from erlen.manager import Command

    seen: list[t.Any] = []

    class Show(Command):
        option_list = options

        def run(self, *args: t.Any, **kwargs: t.Any) -> None:
            seen.append(kwargs)

    manager = Manager(Erlen("shop", root_path="/", static_folder=None))
    manager.add_command("show", Show)
    line(manager, ["show", *words.split()])
    assert seen, line.errors
    return seen[0]
