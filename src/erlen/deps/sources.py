"""Which files belong to a project."""

from __future__ import annotations

import collections.abc as cabc
import fnmatch
import os
import pathlib
import subprocess

#: Folders of other people's or generated code, where git has no word on them.
SKIPPED = frozenset({"build", "dist", "env", "node_modules", "site-packages", "venv"})


def find_sources(path: pathlib.Path, ignore: cabc.Sequence[str] = ()) -> list[pathlib.Path]:
    """Return the Python files below *path*, or *path* itself, sorted.

    Hidden folders, virtual environments and what git ignores are left out.

    :param ignore: files and folders to leave out as well, relative to *path*, with ``*``.
    """
    if path.is_file():
        return [path]

    names = _tracked_by_git(path)

    if not names:
        names = list(_walk(path))

    kept = (name for name in names if not _is_skipped(path, name, ignore))
    return [path / name for name in sorted(kept)]


def _tracked_by_git(path: pathlib.Path) -> list[pathlib.PurePath]:
    """Return the files that git knows or would add; none where there is no git."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", "*.py"]

    try:
        done = subprocess.run(command, cwd=path, capture_output=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return []

    names = map(pathlib.PurePath, filter(None, os.fsdecode(done.stdout).split("\0")))
    return [name for name in names if (path / name).is_file()]  # not deleted meanwhile


def _walk(path: pathlib.Path) -> cabc.Iterator[pathlib.PurePath]:
    for folder, folders, files in os.walk(path):
        here = pathlib.Path(folder)
        folders[:] = [name for name in folders if not _is_foreign(here / name)]

        for name in files:
            if name.endswith(".py"):
                yield (here / name).relative_to(path)


def _is_foreign(folder: pathlib.Path) -> bool:
    is_environment = (folder / "pyvenv.cfg").is_file()
    return folder.name.startswith(".") or folder.name in SKIPPED or is_environment


def _is_skipped(path: pathlib.Path, name: pathlib.PurePath, ignore: cabc.Sequence[str]) -> bool:
    parents = list(name.parents)[:-1]

    if any(parent.name.startswith(".") for parent in parents):
        return True
    if any((path / parent / "pyvenv.cfg").is_file() for parent in parents):
        return True

    wanted = [pattern.rstrip("/").removeprefix("./") for pattern in ignore]
    places = [str(place) for place in (name, *parents)]
    return any(fnmatch.fnmatch(place, pattern) for place in places for pattern in wanted)
