"""Cover images: what is let in, under which name it is kept, how it is sent back."""

from __future__ import annotations

import secrets
import typing as t
from pathlib import Path

from erlen import Response, current_app, send_from_directory

if t.TYPE_CHECKING:
    from werkzeug.datastructures import FileStorage

ONE_YEAR = 365 * 24 * 3600


class Refused(Exception):
    """The upload is not an image of a kind that is accepted."""


def save(upload: FileStorage) -> str:
    """Keep *upload* and return the name it got. Raises :exc:`Refused`.

    Neither the file's name nor the type the browser claims is believed: the first bytes decide,
    and the name is drawn. SVG is not accepted, since it can carry scripts.
    """
    suffix = _suffix_of(upload.stream.read(16))
    if suffix is None:
        raise Refused("A cover must be a PNG, JPEG, GIF or WebP image.")
    upload.stream.seek(0)
    name = secrets.token_hex(12) + suffix
    folder = _folder()
    folder.mkdir(parents=True, exist_ok=True)
    upload.save(folder / name)
    return name


def remove(name: str | None) -> None:
    if name:
        (_folder() / name).unlink(missing_ok=True)


def send(name: str) -> Response:
    """Answer with a kept cover; anything that is not one is a 404."""
    # A name is never used twice, so a browser may keep the image for good.
    response = send_from_directory(_folder(), name, max_age=ONE_YEAR)
    response.cache_control.immutable = True
    # Should an image ever turn out to be a document, it is one that can do nothing.
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def _folder() -> Path:
    return Path(current_app.config["UPLOAD_FOLDER"])


def _suffix_of(head: bytes) -> str | None:
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return ".png"
    if head.startswith(b"\xff\xd8\xff"):
        return ".jpg"
    if head.startswith((b"GIF87a", b"GIF89a")):
        return ".gif"
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return ".webp"
    return None
