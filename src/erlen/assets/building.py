"""``erlen assets build``: copies with versioned names, compressed files, and a manifest."""

from __future__ import annotations

import collections.abc as cabc
import gzip
import importlib
import importlib.util
import os
import typing as t

from werkzeug.security import safe_join

from . import manifest
from .fingerprints import digest_of
from .manifest import Entry, Manifest
from .sidecars import EXTENSIONS

if t.TYPE_CHECKING:
    from ..app import Erlen

#: Extensions of files that get smaller; pictures, fonts and archives are compressed already.
COMPRESSIBLE = frozenset(
    {"css", "csv", "eot", "htm", "html", "ico", "js", "json", "map", "md", "mjs", "otf"}
    | {"rss", "svg", "ttf", "txt", "vtt", "wasm", "webmanifest", "xml"}
)
#: A compressed file is kept if it has at most this share of the original's bytes.
_WORTH_IT = 0.95
#: Bytes below which a file fits into the first packets anyway.
_SMALL = 256


def folders_of(app: Erlen) -> list[str]:
    """Return the folders of static files, the application's and its blueprints', that exist."""
    owners = [app, *app.iter_blueprints()]
    folders = (owner.static_folder for owner in owners)
    return sorted({os.path.realpath(each) for each in folders if each and os.path.isdir(each)})


def build(folder: str, brotli: bool | None = None, keep: bool = False) -> Manifest:
    """Make copies with versioned names, and compressed files, for all files of *folder*.

    :param brotli: make ``.br`` files too; by default if the library is there.
    :param keep: leave what an earlier build made for contents that have changed since.
    """
    if brotli is None:
        brotli = importlib.util.find_spec("brotli") is not None
    earlier = manifest.load(folder)
    made = Manifest()
    for name in _sources(folder, earlier):
        with open(os.path.join(folder, name), "rb") as file:
            content = file.read()
        _make_for(folder, name, content, brotli, earlier, made)
    stale = {*earlier.written} - {*made.written}
    if keep:
        made.written += sorted(each for each in stale if _is_there(folder, each))
    made.save(folder)
    if not keep:
        _remove(folder, stale)
    return made


def clean(folder: str) -> list[str]:
    """Remove what builds made in *folder*; return the names."""
    written = [name for name in manifest.load(folder).written if _is_there(folder, name)]
    _remove(folder, written)
    if _is_there(folder, manifest.NAME):
        os.unlink(os.path.join(folder, manifest.NAME))
    return written


def _sources(folder: str, earlier: Manifest) -> cabc.Iterator[str]:
    """Yield the names of the files that somebody wrote."""
    made = {*earlier.written, manifest.NAME, f"{manifest.NAME}.new"}
    for place, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for file in sorted(files):
            path = os.path.join(place, file)
            name = os.path.relpath(path, folder).replace(os.sep, "/")
            if name not in made and not file.startswith(".") and not _is_made_of_another(path):
                yield name


def _is_made_of_another(path: str) -> bool:
    """Tell whether a file is a link, or the compressed form of one that lies beside it."""
    if os.path.islink(path):
        return True
    stem, extension = os.path.splitext(path)
    return extension in EXTENSIONS.values() and os.path.isfile(stem)


def _make_for(
    folder: str, name: str, content: bytes, brotli: bool, earlier: Manifest, made: Manifest
) -> None:
    digest = digest_of(content)
    stem, extension = os.path.splitext(name)
    entry = Entry(digest, f"{stem}.{digest}{extension}")
    copy = Entry(digest, entry.name)  # which is asked for by its own name
    _write(folder, copy.name, content, earlier, made)
    for encoding, compressed in _compressed(extension, content, brotli):
        for each, its_entry in ((name, entry), (copy.name, copy)):
            if _write(folder, each + EXTENSIONS[encoding], compressed, earlier, made):
                its_entry.compressed[encoding] = digest_of(compressed)
    made.files[name] = entry
    made.files[copy.name] = copy


def _compressed(extension: str, content: bytes, brotli: bool) -> cabc.Iterator[tuple[str, bytes]]:
    if extension.lower().removeprefix(".") not in COMPRESSIBLE or len(content) < _SMALL:
        return
    most = len(content) * _WORTH_IT
    if brotli:
        packed: bytes = importlib.import_module("brotli").compress(content)
        if len(packed) <= most:
            yield "br", packed
    packed = gzip.compress(content, 9, mtime=0)  # the same bytes each time
    if len(packed) <= most:
        yield "gzip", packed


def _write(folder: str, name: str, content: bytes, earlier: Manifest, made: Manifest) -> bool:
    """Write a file in one step, unless it is there already; False if it is somebody else's."""
    path = os.path.join(folder, name)
    is_ours = name in earlier.written or not os.path.lexists(path)
    if is_ours:
        made.written.append(name)
    try:
        with open(path, "rb") as file:
            if file.read() == content:
                return True
    except FileNotFoundError:
        pass
    if not is_ours:
        return False
    with open(f"{path}.new", "wb") as file:
        file.write(content)
    os.replace(f"{path}.new", path)
    return True


def _is_there(folder: str, name: str) -> bool:
    return os.path.isfile(os.path.join(folder, name))


def _remove(folder: str, names: cabc.Iterable[str]) -> None:
    for name in names:
        path = safe_join(folder, name)  # the manifest is a file as any other
        if path is not None and os.path.isfile(path):
            os.unlink(path)
