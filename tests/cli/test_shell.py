from __future__ import annotations

import sys
import typing as t

import pytest
from click.testing import CliRunner

from erlen import Erlen
from erlen.cli import ErlenGroup


@pytest.fixture
def group() -> ErlenGroup:
    app = Erlen("shop")
    app.shell_context_processor(lambda: {"answer": 42})
    return ErlenGroup(create_app=lambda: app)


@pytest.fixture
def shell(group: ErlenGroup, monkeypatch: pytest.MonkeyPatch) -> t.Callable[[str], str]:
    """Type lines into the shell and return what it printed."""
    # What the interactive hook does to readline would outlive the test.
    monkeypatch.delattr("sys.__interactivehook__", raising=False)
    return lambda lines: CliRunner().invoke(group, ["shell"], input=lines).output


def test_the_shell_has_the_application_and_its_context(shell: t.Callable[[str], str]) -> None:
    output = shell("from erlen import current_app\ncurrent_app.name, app.name, answer\n")
    assert "App: shop" in output
    assert "('shop', 'shop', 42)" in output


def test_it_reads_the_startup_file(
    shell: t.Callable[[str], str], project: t.Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = project.write("startup.py", "greeting = 'grüezi'\nanswer = 0\n")
    monkeypatch.setenv("PYTHONSTARTUP", str(path))
    assert "('grüezi', 42)" in shell("greeting, answer\n")


def test_completion_knows_the_shells_names(
    group: ErlenGroup, monkeypatch: pytest.MonkeyPatch, runner: CliRunner
) -> None:
    readline = pytest.importorskip("readline")
    before, called = readline.get_completer(), []
    monkeypatch.setattr("sys.__interactivehook__", lambda: called.append(1), raising=False)

    try:
        runner.invoke(group, ["shell"], input="")
        assert called == [1]
        assert readline.get_completer()("answ", 0) == "answer"
    finally:
        readline.set_completer(before)


def test_a_python_without_readline(
    group: ErlenGroup, monkeypatch: pytest.MonkeyPatch, runner: CliRunner
) -> None:
    called: list[bool] = []
    monkeypatch.setitem(sys.modules, "readline", None)
    monkeypatch.setattr("sys.__interactivehook__", lambda: called.append(True), raising=False)
    assert runner.invoke(group, ["shell"], input="").exit_code == 0
    assert called == [True]
