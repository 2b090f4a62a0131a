"""What ``erlen assets build`` made for the files of one folder."""

from __future__ import annotations

import dataclasses
import json
import os

from .fingerprints import Stamp, stamp_of

NAME = "assets-manifest.json"
_FORMAT = 1


@dataclasses.dataclass
class Entry:
    """What was made of one file. Names are relative to the folder, with slashes."""

    digest: str  #: of its content
    name: str  #: of the copy that has the digest in its name
    compressed: dict[str, str] = dataclasses.field(default_factory=dict)
    """The digest of the compressed file, for each encoding."""


@dataclasses.dataclass
class Manifest:
    """The entries for a folder's files, and every file that was written."""

    files: dict[str, Entry] = dataclasses.field(default_factory=dict)
    written: list[str] = dataclasses.field(default_factory=list)

    def save(self, folder: str) -> None:
        """Write the manifest in one step: a server that reads it has the old one or the new."""
        content = {
            "format": _FORMAT,
            "files": {name: dataclasses.asdict(self.files[name]) for name in sorted(self.files)},
            "written": sorted(self.written),
        }
        path = os.path.join(folder, NAME)
        with open(f"{path}.new", "w", encoding="utf-8") as file:
            json.dump(content, file, indent=1, ensure_ascii=False)
            file.write("\n")
        os.replace(f"{path}.new", path)


def load(folder: str) -> Manifest:
    """Read a folder's manifest; an empty one when there is none, or none that is understood."""
    try:
        with open(os.path.join(folder, NAME), encoding="utf-8") as file:
            content = json.load(file)
        if content["format"] != _FORMAT:
            return Manifest()
        entries = {name: Entry(**entry) for name, entry in content["files"].items()}
        return Manifest(entries, [*content["written"]])
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return Manifest()


class Manifests:
    """The manifests of folders, read again when they changed."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[Stamp | None, Manifest]] = {}

    def of(self, folder: str) -> Manifest:
        """Return what is known of *folder*; entries whose copies were lost are left out."""
        stamp = stamp_of(f"{folder}/{NAME}")
        known = self._known.get(folder)
        if known is None or known[0] != stamp:
            known = self._known[folder] = stamp, _load_present(folder)
        return known[1]


def _load_present(folder: str) -> Manifest:
    found = load(folder)
    for name, entry in [*found.files.items()]:
        if not os.path.isfile(os.path.join(folder, entry.name)):
            del found.files[name]
    return found
