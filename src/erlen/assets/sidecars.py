"""Compressed files beside their originals: ``site.css.br``, ``site.css.gz``."""

from __future__ import annotations

import gzip
import importlib
import io
import os
import typing as t
import zlib

from .fingerprints import Fingerprints, Stamp, digest_of, stamp_of
from .manifest import Manifests

#: Encodings as HTTP names them, with the extensions of their files; the better ones first.
EXTENSIONS = {"br": ".br", "gzip": ".gz"}


class Sidecar(t.NamedTuple):
    encoding: str
    extension: str
    path: str
    stamp: Stamp


class Sidecars:
    """Finds the compressed files that hold just what their originals hold now.

    Times do not tell: copies and checkouts change them. A file is unpacked and compared, once,
    or its manifest says what it holds.
    """

    def __init__(self, fingerprints: Fingerprints, manifests: Manifests) -> None:
        self._fingerprints = fingerprints
        self._manifests = manifests
        self._judged: dict[str, tuple[Stamp, Stamp, bool]] = {}

    def beside(self, folder: str, path: str, stamp: Stamp) -> list[Sidecar]:
        """Return those of the original *path*, which has *stamp*."""
        found = []
        for encoding, extension in EXTENSIONS.items():
            beside = path + extension
            own = stamp_of(beside)
            if own is not None:
                sidecar = Sidecar(encoding, extension, beside, own)
                if self._holds(folder, path, stamp, sidecar):
                    found.append(sidecar)
        return found

    def _holds(self, folder: str, path: str, stamp: Stamp, sidecar: Sidecar) -> bool:
        known = self._judged.get(sidecar.path)
        if known is not None and known[:2] == (stamp, sidecar.stamp):
            return known[2]
        digest = self._fingerprints.of(path, stamp)
        own = self._fingerprints.of(sidecar.path, sidecar.stamp)
        if digest is None or own is None:
            return False
        holds = self._manifest_says(folder, path, digest, sidecar.encoding, own)
        if not holds:
            holds = _unpacks_to(sidecar, digest, stamp.size)
        if stamp.is_settled() and sidecar.stamp.is_settled():
            self._judged[sidecar.path] = stamp, sidecar.stamp, holds
        return holds

    def _manifest_says(self, folder: str, path: str, digest: str, encoding: str, own: str) -> bool:
        manifest = self._manifests.of(folder)
        name = os.path.relpath(path, folder).replace(os.sep, "/")
        entry = manifest.files.get(name)
        if entry is None or entry.digest != digest:
            return False
        return entry.compressed.get(encoding) == own


def _unpacks_to(sidecar: Sidecar, digest: str, size: int) -> bool:
    """Tell whether a compressed file unpacks to *size* bytes with *digest*."""
    try:
        with open(sidecar.path, "rb") as file:
            content = file.read()
        if sidecar.encoding == "gzip":
            with gzip.open(io.BytesIO(content)) as unpacking:
                unpacked = unpacking.read(size + 1)
        else:
            unpacked = importlib.import_module("brotli").decompress(content)
    except ImportError:  # without the library only a manifest tells
        return False
    except (OSError, EOFError, zlib.error):
        return False
    except Exception:  # brotli.error, which has no other base
        return False
    return len(unpacked) == size and digest_of(unpacked) == digest
