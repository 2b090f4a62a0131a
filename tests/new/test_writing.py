from __future__ import annotations

import pathlib
import re
import subprocess
import sys
import zipfile

import pytest

from erlen.new import Names, ProjectError, write_project
from tests.processes import clean_environment

ROOT = pathlib.Path(__file__).parents[2]
NAMES = Names.of("Book Shop")


def texts(folder: pathlib.Path) -> dict[str, str]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): path.read_text() for path in files}


def test_the_files_that_are_named_are_those_that_are_there(tmp_path: pathlib.Path) -> None:
    named = {str(path) for path in write_project(NAMES, tmp_path / "new")}
    assert set(texts(tmp_path / "new")) == named
    assert {"book_shop/__init__.py", "deploy/book_shop.service", ".env"} <= named


def test_nothing_of_the_skeletons_names_is_left(project: pathlib.Path) -> None:
    for path, text in texts(project).items():
        assert not re.search("projectname|project-name|Project Name", f"{path}\n{text}"), path


def test_the_secret_key_of_nobody_is_written(project: pathlib.Path) -> None:
    for path, text in texts(project).items():
        assert not re.search(r"[0-9a-f]{32}", text), path


def test_what_tools_leave_in_the_skeleton_is_not_written(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for path in ("a.py", "__pycache__/a.pyc", ".ruff_cache/x/y", ".env.example"):
        (tmp_path / "skeleton" / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "skeleton" / path).touch()
    monkeypatch.setattr("erlen.new.writing.SKELETON", tmp_path / "skeleton")
    written = write_project(NAMES, tmp_path / "new")
    assert [*map(str, written)] == [".env.example", "a.py", ".env"]


def test_an_empty_folder_is_taken(tmp_path: pathlib.Path) -> None:
    assert write_project(NAMES, tmp_path)


def test_nothing_is_written_where_something_is(tmp_path: pathlib.Path) -> None:
    (tmp_path / "README.md").write_text("mine")
    with pytest.raises(ProjectError, match="not empty. Nothing is ever overwritten"):
        write_project(NAMES, tmp_path)
    assert texts(tmp_path) == {"README.md": "mine"}


def test_a_file_in_the_place_of_the_folder_stays(tmp_path: pathlib.Path) -> None:
    (tmp_path / "book-shop").write_text("mine")
    with pytest.raises(ProjectError, match="is not a folder"):
        write_project(NAMES, tmp_path / "book-shop")


def test_a_place_that_cannot_be_written_is_named(tmp_path: pathlib.Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ProjectError, match="Cannot write .*file/book-shop"):
        write_project(NAMES, tmp_path / "file" / "book-shop")


def test_the_migrations_folder_is_the_one_of_erlen_db_init(
    project: pathlib.Path, tmp_path: pathlib.Path
) -> None:
    (tmp_path / "app.py").write_text("from erlen import Erlen\napp = Erlen(__name__)\n")
    command = [sys.executable, "-m", "erlen", "db", "init"]
    subprocess.run(command, cwd=tmp_path, env=clean_environment(), check=True, capture_output=True)
    ours = texts(project / "migrations")
    del ours["versions/0001_users_and_notes.py"]
    assert ours == texts(tmp_path / "migrations")


def test_the_wheel_has_the_whole_skeleton(tmp_path: pathlib.Path) -> None:
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "-w", str(tmp_path)]
    environ = clean_environment(ERLEN_WITHOUT_COMPILER="1")  # it has no part in this
    subprocess.run([*command, str(ROOT)], env=environ, check=True)
    (wheel,) = tmp_path.glob("erlen-*.whl")
    prefix = "erlen/new/skeleton/"
    with zipfile.ZipFile(wheel) as archive:
        shipped = {name.removeprefix(prefix) for name in archive.namelist() if prefix in name}
    known = write_project(Names("projectname", "project-name", "Project Name"), tmp_path / "new")
    assert shipped == {str(path) for path in known} - {".env"}


def test_make_run_installs_what_the_project_needs(project: pathlib.Path) -> None:
    needed = re.search(r'"erlen(\[.+\])"', (project / "pyproject.toml").read_text())
    assert needed is not None
    assert f'install --editable ".{needed[1]}"' in (ROOT / "Makefile").read_text()
