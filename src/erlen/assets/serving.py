"""Sending static files: compressed where that helps, and for a year where it is safe."""

from __future__ import annotations

import collections.abc as cabc
import mimetypes
import re
import typing as t

from werkzeug.security import safe_join

from ..globals import request
from ..helpers import send_from_directory
from .fingerprints import Fingerprints, Stamp, stamp_of
from .manifest import Manifests
from .sidecars import Sidecar, Sidecars

if t.TYPE_CHECKING:
    from ..app import Erlen
    from ..blueprints import Blueprint
    from ..wrappers import Response

_FOR_A_YEAR = "public, max-age=31536000, immutable"
#: The digest in a name that ``erlen assets build`` made.
_digest_in = re.compile(r"\.([0-9a-f]{16})(?:\.[^./]+)?\Z").search


class StaticFiles:
    """Answers the requests for the static files of an application and its blueprints."""

    def __init__(self, app: Erlen) -> None:
        self._config = app.config
        self.fingerprints = Fingerprints()
        self.manifests = Manifests()
        self._sidecars = Sidecars(self.fingerprints, self.manifests)
        #: The digests that files had when the current release was first asked for them.
        self._released: dict[tuple[str, str], str] = {}

    def send(
        self, owner: Erlen | Blueprint, plainly: cabc.Callable[[str], t.Any], filename: str
    ) -> Response:
        """Answer a request for *filename* of *owner*, who would send it *plainly*."""
        folder = t.cast(str, owner.static_folder)
        path = safe_join(folder, filename)
        stamp = stamp_of(path)
        if path is None or stamp is None:
            return t.cast("Response", plainly(filename))
        sidecars = self._sidecars.beside(folder, path, stamp)
        sidecar = _best_accepted(sidecars)
        if sidecar is None:
            response: Response = plainly(filename)
        else:
            response = _send_compressed(owner, folder, filename, sidecar)
        if sidecars:
            response.vary.add("Accept-Encoding")
        version = _asked_version(filename)
        if version is not None:
            self._set_lifetime(response, path, stamp, sidecar, version)
        return response

    def version_of(self, path: str | None) -> str | None:
        """Return the version of a file: the release's, or its digest; None when it is missing."""
        return self._config.get("RELEASE_VERSION") or self.fingerprints.of(path)

    def _set_lifetime(
        self, response: Response, path: str, stamp: Stamp, sidecar: Sidecar | None, version: str
    ) -> None:
        """Let what was asked for by its version be kept, and nothing else.

        The file was opened after the first look at it: if it still looks the same, it is the
        one that was sent.
        """
        same = self._is_version(path, stamp, version) and stamp_of(path) == stamp
        if sidecar is not None:
            same = same and stamp_of(sidecar.path) == sidecar.stamp
        headers = response.headers
        if same:
            headers["Cache-Control"] = _FOR_A_YEAR
        else:
            # Somebody has a link to another version of it. What they get must not stay with
            # them under that version, not even for SEND_FILE_MAX_AGE_DEFAULT.
            headers["Cache-Control"] = "no-cache"
        headers.pop("Expires", None)

    def _is_version(self, path: str, stamp: Stamp, version: str) -> bool:
        digest = self.fingerprints.of(path, stamp)
        if digest is None:
            return False
        if version == digest:
            return True
        release = self._config.get("RELEASE_VERSION")
        # A release has one content for each file; a file that is changed within it is no version.
        return version == release and self._released.setdefault((release, path), digest) == digest


def _asked_version(filename: str) -> str | None:
    """Return the version in the query, or in the name."""
    version = request.args.get("ver")
    if version is not None:
        return version
    found = _digest_in(filename)
    return None if found is None else found[1]


def _best_accepted(sidecars: list[Sidecar]) -> Sidecar | None:
    """Return the sidecar that the client likes best; None when it shall have the original.

    Ranges are cut from the original.
    """
    if not sidecars or "Range" in request.headers:
        return None
    accepted = request.accept_encodings
    best = max(sidecars, key=lambda each: accepted.quality(each.encoding))  # the first of equals
    quality = accepted.quality(best.encoding)
    return best if quality > 0 and quality >= accepted.quality("identity") else None


def _send_compressed(
    owner: Erlen | Blueprint, folder: str, filename: str, sidecar: Sidecar
) -> Response:
    response = send_from_directory(
        folder, filename + sidecar.extension, max_age=owner.get_send_file_max_age(filename)
    )
    kind = mimetypes.guess_type(filename)[0] or "application/octet-stream"
    response.mimetype = kind
    del response.headers["Content-Disposition"]  # it has the name with the extension
    response.headers["Content-Encoding"] = sidecar.encoding
    return response
