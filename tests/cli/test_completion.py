from __future__ import annotations

import subprocess
import sys
import typing as t

import pytest
from click.shell_completion import ShellComplete
from click.testing import CliRunner

from erlen import Erlen
from erlen.cli import ErlenGroup
from tests.processes import clean_environment

SHOP = """
from erlen import Erlen
app = Erlen("shop")
app.cli.command("import-books")(lambda: None)
"""


@pytest.mark.parametrize(
    "shell,word",
    [("bash", "complete -o"), ("zsh", "compdef"), ("fish", "complete --no-files")],
)
def test_a_script_for_each_shell(shell: str, word: str, runner: CliRunner) -> None:
    result = runner.invoke(ErlenGroup(), ["completion", shell], prog_name="erlen")
    assert word in result.stdout
    assert f"_ERLEN_COMPLETE={shell}_complete" in result.stdout


def test_other_programs_complete_under_their_own_name(runner: CliRunner) -> None:
    group = ErlenGroup(name="my-shop", create_app=lambda: Erlen("shop"))
    for program in ("my-shop", "python -m my_shop"):
        result = runner.invoke(group, ["completion", "bash"], prog_name=program)
        assert "_MY_SHOP_COMPLETE=bash_complete" in result.stdout


@pytest.mark.parametrize("typed,offered", [
    ("imp", "import-books"),
    ("rou", "routes"),
    ("routes --so", "--sort"),
    ("routes --sort meth", "methods"),
    ("db up", "upgrade"),
])  # fmt: skip
def test_the_shell_gets_what_can_follow(project: t.Any, typed: str, offered: str) -> None:
    project.write("app.py", SHOP)
    assert complete(project, typed) == ([f"plain,{offered}"], "")


def test_bash_completes_with_the_script(project: t.Any, runner: CliRunner) -> None:
    project.write("app.py", SHOP)
    program = project.folder / "erlen"
    program.write_text(f"#!{sys.executable}\nfrom erlen.cli import main\nmain()\n")
    program.chmod(0o755)
    script = runner.invoke(ErlenGroup(), ["completion", "bash"], prog_name="erlen").stdout
    typed = f"COMP_WORDS=(erlen imp) COMP_CWORD=1; _erlen_completion {program}"
    done = subprocess.run(
        ["bash", "--norc", "-c", f'{script}\n{typed}; echo "${{COMPREPLY[*]}}"'],
        cwd=project.folder,
        env=clean_environment(),
        capture_output=True,
        text=True,
    )
    assert (done.stdout, done.stderr) == ("import-books\n", "")


def test_an_application_that_cannot_be_loaded_is_silent(
    capsys: pytest.CaptureFixture[str],
) -> None:
    def create_app() -> Erlen:
        raise ZeroDivisionError

    group = ErlenGroup(create_app=create_app)
    offered = ShellComplete(group, {}, "erlen", "_ERLEN_COMPLETE").get_completions([], "rou")
    assert [item.value for item in offered] == ["routes"]
    assert capsys.readouterr() == ("", "")


def complete(project: t.Any, typed: str) -> tuple[list[str], str]:
    words = ["erlen", *typed.split()]
    environ = clean_environment(
        _ERLEN_COMPLETE="bash_complete", COMP_WORDS=" ".join(words), COMP_CWORD=str(len(words) - 1)
    )
    start = "import sys; sys.argv = ['erlen']; from erlen.cli import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", start],
        cwd=project.folder,
        env=environ,
        capture_output=True,
        text=True,
    )
    return done.stdout.splitlines(), done.stderr


@pytest.mark.parametrize("shell,line", [
    ("bash", 'write into ~/.bashrc:\n\n    eval "$(erlen completion bash)"'),
    ("fish", "config.fish:\n\n    erlen completion fish | source"),
])  # fmt: skip
def test_on_a_terminal_it_says_where_to_put_it(
    shell: str, line: str, runner: CliRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = ["completion", shell]
    assert runner.invoke(ErlenGroup(), words, prog_name="erlen").stderr == ""
    monkeypatch.setattr("erlen.cli.completion._is_terminal", lambda: True)
    assert line in runner.invoke(ErlenGroup(), words, prog_name="erlen").stderr
