from __future__ import annotations

import pathlib
import subprocess

import pytest

from erlen.deps import find_sources

from .conftest import Write

FILES = {
    "app.py": "",
    "notes.txt": "",
    "shop/views.py": "",
    "shop/__pycache__/views.py": "",
    ".hidden/x.py": "",
    "env-of-mine/pyvenv.cfg": "",
    "env-of-mine/lib/x.py": "",
    "venv/x.py": "",
    "node_modules/x/x.py": "",
}


def found(*ignore: str) -> list[str]:
    here = pathlib.Path(".")
    return [path.as_posix() for path in find_sources(here, ignore)]


def test_foreign_folders_are_left_out(write: Write) -> None:
    write({name: text for name, text in FILES.items() if "__pycache__" not in name})
    assert found() == ["app.py", "shop/views.py"]


def test_what_git_ignores_is_left_out(write: Write) -> None:
    write({**FILES, ".gitignore": "/generated/\n__pycache__/\nvenv/\n", "generated/x.py": ""})
    subprocess.run(["git", "init", "-q"], check=True)
    assert found() == ["app.py", "node_modules/x/x.py", "shop/views.py"]
    assert found("node_modules") == ["app.py", "shop/views.py"]


def test_a_file_that_was_deleted_is_not_read(write: Write) -> None:
    write({"app.py": "", "gone.py": ""})
    subprocess.run(["git", "init", "-q"], check=True)
    subprocess.run(["git", "add", "."], check=True)
    pathlib.Path("gone.py").unlink()
    assert found() == ["app.py"]


def test_without_git(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    write({"app.py": ""})
    monkeypatch.setenv("PATH", "")
    assert found() == ["app.py"]


@pytest.mark.parametrize(
    "ignore,expected",
    [
        (["shop/"], ["app.py"]),
        (["./app.py"], ["shop/views.py"]),
        (["*.py"], []),
        (["sho*"], ["app.py"]),
    ],
)
def test_more_can_be_left_out(write: Write, ignore: list[str], expected: list[str]) -> None:
    write({"app.py": "", "shop/views.py": ""})
    assert found(*ignore) == expected


def test_a_single_file(write: Write) -> None:
    write({"app.py": ""})
    assert find_sources(pathlib.Path("app.py")) == [pathlib.Path("app.py")]
