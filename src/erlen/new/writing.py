"""Writing a project's files."""

from __future__ import annotations

import os
import pathlib
import shutil

from .failures import ProjectError
from .names import Names

SKELETON = pathlib.Path(__file__).with_name("skeleton")

#: What tools leave behind in the skeleton: pip compiles it when it installs Erlen.
_LEFTOVERS = frozenset({"__pycache__", ".mypy_cache", ".pytest_cache", ".ruff_cache", "instance"})


def write_project(names: Names, folder: str | os.PathLike[str]) -> list[pathlib.Path]:
    """Write a project into *folder*, which is made; return the files, relative to it.

    :raises ProjectError: there is something in the folder already, or it cannot be written.
    """
    root = pathlib.Path(folder)
    try:
        _require_empty(root)
        files = [_write(names, root, source) for source in _sources()]
        # The settings of this machine, which are not for the repository.
        shutil.copyfile(root / ".env.example", root / ".env")
        return [*files, pathlib.Path(".env")]
    except OSError as exc:
        raise ProjectError(f"Cannot write {exc.filename or root}: {exc.strerror or exc}") from exc


def _require_empty(root: pathlib.Path) -> None:
    if root.is_dir():
        if any(root.iterdir()):
            raise ProjectError(
                f"The folder {root} exists and is not empty. Nothing is ever overwritten: choose"
                " another name, or another folder with --directory."
            )
    elif root.exists() or root.is_symlink():
        raise ProjectError(f"{root} exists and is not a folder. Choose another with --directory.")


def _sources() -> list[pathlib.Path]:
    found = (path for path in SKELETON.rglob("*") if path.is_file())
    return sorted(path for path in found if _LEFTOVERS.isdisjoint(path.relative_to(SKELETON).parts))


def _write(names: Names, root: pathlib.Path, source: pathlib.Path) -> pathlib.Path:
    relative = pathlib.Path(_renamed(names, str(source.relative_to(SKELETON))))
    target = root / relative
    target.parent.mkdir(parents=True, exist_ok=True)
    with open(target, "x", encoding="utf-8", newline="\n") as file:
        file.write(_renamed(names, source.read_text(encoding="utf-8")))
    return relative


def _renamed(names: Names, text: str) -> str:
    return (
        text.replace("projectname", names.package)
        .replace("project-name", names.distribution)
        .replace("Project Name", names.title)
    )
