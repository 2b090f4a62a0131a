"""Which modules are the project's own."""

from __future__ import annotations

import collections.abc as cabc
import pathlib

from .imports import Import


class LocalModules:
    """The modules of a project.

    :param sources: its files.
    :param root: its folder, or its only file.
    """

    def __init__(self, sources: cabc.Iterable[pathlib.Path], root: pathlib.Path) -> None:
        self.folder = root if root.is_dir() else _folder_on_path(root)
        self.sources = frozenset(sources)
        # Of a single file only that one was collected, but its neighbours are as near.
        self._is_there = self.sources.__contains__ if root.is_dir() else pathlib.Path.is_file
        self._names = {path.stem for path in self.sources}
        for path in self.sources:
            self._names.update(parent.name for parent in path.relative_to(self.folder).parents)

    def is_near(self, imported: Import) -> bool:
        """Return whether Python finds it in the project's folder, in ``src``, or near the file."""
        roots = (self.folder, self.folder / "src", _folder_on_path(imported.path))
        return any(self._has(root, imported.module) for root in roots)

    def is_anywhere(self, imported: Import) -> bool:
        """Return whether some file or folder of the project has its name."""
        return imported.top in self._names

    def _has(self, root: pathlib.Path, module: str) -> bool:
        place = root

        for part in module.split("."):
            place /= part
            if self._is_there(place.with_name(f"{part}.py")):
                return True
            if self._is_there(place / "__init__.py"):
                return True

        return False


def _folder_on_path(path: pathlib.Path) -> pathlib.Path:
    """Return the folder above the package of a file, or its own when there is no package."""
    folder = path.parent

    while (folder / "__init__.py").is_file() and folder != folder.parent:
        folder = folder.parent

    return folder
