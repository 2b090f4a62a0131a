from __future__ import annotations

import importlib
import importlib.abc
import importlib.machinery
import pathlib
import sys
import types
import typing as t

import pytest

from erlen.packages import find_package, get_root_path


@pytest.fixture
def project(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> pathlib.Path:
    """A folder on the import path."""
    folder = tmp_path / "project"
    folder.mkdir()
    monkeypatch.syspath_prepend(str(folder))
    return folder


def make_package(folder: pathlib.Path, name: str) -> None:
    (folder / name).mkdir(parents=True)
    (folder / name / "__init__.py").touch()


def test_the_root_path_of_an_imported_module_is_its_folder() -> None:
    assert get_root_path(__name__) == str(pathlib.Path(__file__).parent)


def test_the_root_path_is_found_without_importing(project: pathlib.Path) -> None:
    (project / "broken_module.py").write_text("raise NotImplementedError")
    make_package(project, "some_package")
    assert get_root_path("broken_module") == str(project)
    assert get_root_path("some_package") == str(project / "some_package")
    assert "broken_module" not in sys.modules


@pytest.mark.parametrize("name", ["no_such_module", "no_such.module", "", "not a name"])
def test_an_unknown_name_lives_in_the_working_directory(
    name: str, tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert get_root_path(name) == str(tmp_path)
    assert find_package(name or "nothing") == (None, str(tmp_path))


def test_a_namespace_package_has_no_root_path(project: pathlib.Path) -> None:
    (project / "some_namespace").mkdir()
    importlib.import_module("some_namespace")
    with pytest.raises(RuntimeError, match="No root path can be found.*'some_namespace'"):
        get_root_path("some_namespace")


def test_a_module_or_package_that_is_not_installed_has_no_prefix(project: pathlib.Path) -> None:
    (project / "plain_module.py").touch()
    make_package(project, "plain_package")
    assert find_package("plain_module") == (None, str(project))
    assert find_package("plain_package") == (None, str(project))


def test_a_package_of_a_namespace_is_found_in_its_own_portion(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for portion in ("one", "two"):
        make_package(tmp_path / portion / "portions", f"package_{portion}")
        monkeypatch.syspath_prepend(str(tmp_path / portion))
    assert find_package("portions.package_one") == (None, str(tmp_path / "one"))
    assert find_package("portions.package_two") == (None, str(tmp_path / "two"))


def test_a_package_of_the_interpreters_own_has_its_prefix(
    project: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_package(project, "own_package")
    monkeypatch.setattr(sys, "prefix", str(project.parent))
    assert find_package("own_package") == (str(project.parent), str(project))


@pytest.mark.parametrize(
    "folder", ["lib/python3.11/site-packages", "Lib/site-packages", "site-packages"]
)
def test_an_installed_package_has_the_prefix_of_its_environment(
    folder: str, tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_package(tmp_path / folder, "installed_package")
    monkeypatch.syspath_prepend(str(tmp_path / folder))
    assert find_package("installed_package") == (str(tmp_path), str(tmp_path / folder))


def test_a_loader_that_names_no_file_is_asked_through_the_module(
    project: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Loader(importlib.abc.Loader):
        def exec_module(self, module: types.ModuleType) -> None:
            module.__file__ = str(project / "made.py")

    class Finder(importlib.abc.MetaPathFinder):
        def find_spec(self, fullname: str, *args: t.Any) -> importlib.machinery.ModuleSpec | None:
            made = fullname == "made_module"
            return importlib.machinery.ModuleSpec(fullname, Loader()) if made else None

    monkeypatch.setattr(sys, "meta_path", [*sys.meta_path, Finder()])
    assert get_root_path("made_module") == str(project)
    monkeypatch.delitem(sys.modules, "made_module")
    assert get_root_path("made_module") == str(project)


def test_a_namespace_itself_is_found_in_its_first_portion(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for portion in ("two", "one"):
        make_package(tmp_path / portion / "split", f"package_{portion}")
        monkeypatch.syspath_prepend(str(tmp_path / portion))
    assert find_package("split") == (None, str(tmp_path / "one"))
