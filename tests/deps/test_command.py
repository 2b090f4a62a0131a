from __future__ import annotations

import importlib.metadata
import pathlib
import sys
import typing as t

import pytest
from click.testing import CliRunner, Result

from erlen.deps.command import deps

from .conftest import Write

YAML = f"PyYAML=={importlib.metadata.version('PyYAML')}"
CLICK = f"click=={importlib.metadata.version('click')}"
FILE = pathlib.Path("requirements.txt")


def run(*args: str) -> Result:
    return CliRunner().invoke(deps, args)


@pytest.fixture
def project(write: Write) -> Write:
    write({"app.py": "import click, yaml\n"})
    return write


def test_requirements_are_written(project: Write) -> None:
    result = run()
    assert (result.exit_code, result.output) == (0, "requirements.txt: 2 requirements\n")
    assert FILE.read_text() == f"{CLICK}\n{YAML}\n"
    assert run().output == "requirements.txt: unchanged\n"


@pytest.mark.parametrize("args", [["--print"], ["-o", "-"], ["app.py", "--print"]])
def test_printing_writes_nothing(project: Write, args: list[str]) -> None:
    assert run(*args).output == f"{CLICK}\n{YAML}\n"
    assert not FILE.exists()


def test_another_file_and_folder(project: Write) -> None:
    project({"site/app.py": "import yaml"})
    assert run("site", "--pin", "none").exit_code == 0
    assert pathlib.Path("site/requirements.txt").read_text() == "PyYAML\n"
    assert run("site", "-o", "needs.txt", "--pin", ">=").exit_code == 0
    assert pathlib.Path("needs.txt").read_text() == f"{YAML.replace('==', '>=')}\n"


def test_a_file_that_differs_is_only_overwritten_by_force(project: Write) -> None:
    project({"requirements.txt": "Flask==1.0\n"})
    result = run()
    assert result.exit_code == 1
    assert "-Flask==1.0\n" in result.stdout
    assert f"+{YAML}\n" in result.stdout
    assert "nothing was written. Overwrite it: erlen deps --force" in result.stderr
    assert FILE.read_text() == "Flask==1.0\n"
    assert run("--force").exit_code == 0
    assert FILE.read_text() == f"{CLICK}\n{YAML}\n"


def test_lines_to_be_kept_stay(project: Write) -> None:
    project({"requirements.txt": "granian==2.8  # keep: the server\nclick>=8  # keep\nold\n"})
    assert run("--force").exit_code == 0
    assert FILE.read_text() == f"click>=8  # keep\ngranian==2.8  # keep: the server\n{YAML}\n"
    assert run("--check").exit_code == 0


def test_check_says_what_is_wrong(project: Write) -> None:
    project({"requirements.txt": "click==1.0\nFlask\n"})
    result = run("--check")
    assert result.exit_code == 1
    assert "different: requirements.txt:1: click==1.0, but" in result.stdout
    assert f"missing: {YAML} (imported as 'yaml' in app.py:1)" in result.stdout
    assert "unneeded: requirements.txt:2: Flask" in result.stdout
    assert "Write it anew: erlen deps --force" in result.stderr


def test_check_is_content(project: Write) -> None:
    run()
    result = run("--check")
    assert result.exit_code == 0
    assert "requirements.txt has what the project imports." in result.output


@pytest.mark.parametrize(
    "text,complaint",
    [(None, "no file 'requirements.txt'. Write it: erlen deps"), ("a b", "'a b' is no requirem")],
)
def test_check_of_a_file_that_cannot_be_read(
    project: Write, text: str | None, complaint: str
) -> None:
    if text is not None:
        project({"requirements.txt": text})
    result = run("--check")
    assert result.exit_code == 1
    assert complaint in result.stderr


def test_what_is_not_installed_is_told(project: Write) -> None:
    project({"app.py": "import yaml\nimport cv2\nimport nix_da\n"})
    result = run("--print")
    assert result.stdout == f"nix-da\nopencv-python\n{YAML}\n"
    assert "opencv-python: not installed, so without a version; it goes by" in result.stderr
    assert "nix-da: not installed, so without a version; it may go by another" in result.stderr
    assert "(imported as 'nix_da' in app.py:3)" in result.stderr


def test_files_that_cannot_be_read_are_all_named(project: Write) -> None:
    project({"bad.py": "a = = 1", "worse.py": "(", "fine.py": ""})
    result = run()
    assert result.exit_code == 1
    assert "bad.py:1: invalid syntax" in result.stderr
    assert "worse.py:1: " in result.stderr
    assert not FILE.exists()
    assert run("--ignore", "bad.py", "--ignore", "worse.py").exit_code == 0


def test_a_file_that_cannot_be_reached_is_told(project: Write) -> None:
    result = run("-o", "nowhere/requirements.txt")
    assert result.exit_code == 1
    assert "requirements.txt cannot be written: [Errno 2]" in result.stderr
    pathlib.Path("wide.txt").write_text("click", encoding="utf-16")
    assert "wide.txt cannot be read: 'utf-8' codec" in run("-o", "wide.txt", "--check").stderr


def test_a_folder_without_python(write: Write) -> None:
    result = run()
    assert result.exit_code == 1
    assert "There are no Python files below '.'" in result.stderr


def test_a_path_that_is_not_there(write: Write) -> None:
    assert "'nowhere' does not exist" in run("nowhere").stderr


def test_without_packaging_the_mend_is_named(
    project: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "packaging", None)
    result = run()
    assert result.exit_code == 1
    assert "pip install 'erlen[deps]'" in result.stderr


@pytest.mark.parametrize("terminal", [True, False])
def test_progress_is_shown_on_a_terminal(
    project: Write, monkeypatch: pytest.MonkeyPatch, terminal: bool
) -> None:
    shown: list[dict[str, t.Any]] = []
    progressbar = deps.callback.__globals__["click"].progressbar  # type: ignore[union-attr]

    def bar(files: list[pathlib.Path], **options: t.Any) -> t.Any:
        shown.append(options)
        return progressbar(files, **{**options, "hidden": True})

    project({f"many/m{number}.py": "" for number in range(200)})
    monkeypatch.setattr("click.progressbar", bar)
    if terminal:
        monkeypatch.setattr("erlen.deps.command._is_terminal", lambda: True)
    assert run("--print").output == f"{CLICK}\n{YAML}\n"
    assert [options["label"] for options in shown] == (["Reading files"] if terminal else [])
