"""What the project promises about itself: packaging, documentation, change notes."""

from __future__ import annotations

import importlib.metadata
import pathlib
import re
import subprocess
import tomllib
import typing as t

import pytest

import erlen

ROOT = pathlib.Path(__file__).parent.parent
PAGES = sorted(ROOT.glob("docs/**/*.md"))
PYPROJECT: dict[str, t.Any] = tomllib.loads((ROOT / "pyproject.toml").read_text())
FENCE = re.compile(r"^(`{3,})\s*(\S*)[^\n]*\n(.*?)^\1\s*$", re.M | re.S)


def fences(page: pathlib.Path, *kinds: str) -> list[str]:
    return [body for _, kind, body in FENCE.findall(page.read_text()) if kind in kinds]


def test_the_version_is_the_installed_one() -> None:
    assert importlib.metadata.version("erlen") == PYPROJECT["project"]["version"]


def test_the_extra_all_is_every_extra() -> None:
    extras = dict(PYPROJECT["project"]["optional-dependencies"])
    (everything,) = extras.pop("all")
    assert everything == f"erlen[{','.join(sorted(extras))}]"


def test_the_package_says_that_it_is_typed() -> None:
    assert pathlib.Path(erlen.__file__).with_name("py.typed").exists()


def test_flask_is_not_a_dependency() -> None:
    needed = [*PYPROJECT["project"]["dependencies"]]
    for extra in PYPROJECT["project"]["optional-dependencies"].values():
        needed.extend(extra)
    assert not [name for name in needed if name.lower().startswith("flask")]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_code_in_the_docs_comes_from_files(page: pathlib.Path) -> None:
    assert fences(page, "python", "py", "python3", "pycon", "{code-block}") == []


def test_every_configuration_key_is_documented() -> None:
    page = (ROOT / "docs/reference/configuration.md").read_text()
    documented = set(re.findall(r"^\| `([A-Z_]+)` \|", page, re.M))
    paths = (path for path in ROOT.glob("src/erlen/**/*.py") if "skeleton" not in path.parts)
    code = "".join(path.read_text() for path in paths)
    read = set(re.findall(r"config(?:\.get\(|\[)\"([A-Z_]+)\"(?!\]\[)", code))
    assert read | set(erlen.Erlen.default_config) == documented


@pytest.mark.parametrize("kind", ["python"])
def test_the_readmes_code_is_a_tested_file(kind: str) -> None:
    (code,) = fences(ROOT / "README.md", kind)
    assert code == (ROOT / "examples/snippets/readme.py").read_text()


def test_every_note_on_a_change_has_a_kind() -> None:
    kinds = {kind["directory"] for kind in PYPROJECT["tool"]["towncrier"]["type"]}
    notes = [path for path in (ROOT / "changes.d").iterdir() if path.name != "README.md"]
    assert all(path.suffix == ".md" for path in notes)
    assert {_kind(path) for path in notes} <= kinds


def _kind(note: pathlib.Path) -> str:
    return note.name.split(".")[1]


def test_every_target_of_the_readme_exists() -> None:
    named = set(re.findall(r"`?make ([a-z]+)`?", (ROOT / "README.md").read_text()))
    offered = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True).stdout
    assert named
    assert named <= {line.split()[0] for line in offered.splitlines()}


def test_what_tests_the_kernel_runs_on_its_interpreted_form_as_well() -> None:
    packages = {types.parent.relative_to(ROOT / "src/erlen") for types in ROOT.glob("src/**/*.pxd")}
    (patterns,) = re.findall(r"^OF_KERNEL := (.*)$", (ROOT / "Makefile").read_text(), re.M)
    run = {path for pattern in patterns.split() for path in ROOT.glob(pattern)}
    tests = [path for package in packages for path in (ROOT / "tests" / package).glob("test_*.py")]
    assert [path for path in tests if not run & {path, path.parent}] == []
