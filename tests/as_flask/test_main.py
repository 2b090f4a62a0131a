from __future__ import annotations

import pathlib
import subprocess
import sys

import pytest

from tests.as_flask.conftest import Python, clean_environ

PROGRAM = """\
import sys
import flask

if __name__ == "__main__":
    print(flask.Flask.__module__, *sys.argv[1:])
"""


@pytest.fixture
def program(tmp_path: pathlib.Path) -> pathlib.Path:
    path = tmp_path / "folder" / "program.py"
    path.parent.mkdir()
    path.write_text(PROGRAM)
    return path


def test_a_file_is_run_with_its_arguments(run: Python, program: pathlib.Path) -> None:
    assert run("-m", "erlen.as_flask", str(program), "a", "-m") == "erlen.app a -m"


def test_a_file_finds_its_neighbours(run: Python, program: pathlib.Path) -> None:
    program.with_name("neighbour.py").write_text("print('found')")
    program.write_text("import neighbour")
    assert run("-m", "erlen.as_flask", str(program)) == "found"


def test_a_module_is_run_with_its_arguments(run: Python, program: pathlib.Path) -> None:
    assert run("-m", "erlen.as_flask", "-m", "folder.program", "a") == "erlen.app a"


def test_an_installed_command_is_run(run: Python) -> None:
    assert "Flask 3.1.3" in run("-m", "erlen.as_flask", "flask", "--version")


def test_pytest_takes_it_as_a_plugin(run: Python, tmp_path: pathlib.Path) -> None:
    test = "import flask\n\ndef test_it():\n    assert flask.Flask.__module__ == 'erlen.app'\n"
    (tmp_path / "test_it.py").write_text(test)
    options = ("-p", "erlen.as_flask", "-p", "no:cacheprovider", "-q")
    assert "1 passed" in run("-m", "pytest", *options)


def test_without_a_program_it_says_how_it_is_used(run: Python) -> None:
    assert "PROGRAM" in run("-m", "erlen.as_flask", "--help")
    assert "PROGRAM" in fails(2)


def test_an_unknown_program_is_named(tmp_path: pathlib.Path) -> None:
    assert "'nothing' is neither a file nor an installed command" in fails(1, "nothing")


def fails(status: int, *arguments: str) -> str:
    command = [sys.executable, "-m", "erlen.as_flask", *arguments]
    done = subprocess.run(command, env=clean_environ(), capture_output=True, text=True, check=False)
    assert done.returncode == status
    return done.stderr


def test_a_folder_with_a_main_file_is_run(run: Python, program: pathlib.Path) -> None:
    program.rename(program.with_name("__main__.py"))
    assert run("-m", "erlen.as_flask", "folder", "a") == "erlen.app a"


def test_the_program_is_told_its_arguments_by_whoever_imports_it(run: Python) -> None:
    lines = "from erlen.as_flask.__main__ import main; main(['-m', 'flask', '--version'])"
    assert "Flask 3.1.3" in run("-c", lines)
