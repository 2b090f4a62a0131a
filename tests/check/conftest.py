"""An application in a folder of its own, without faults, and ways to look it over."""

from __future__ import annotations

import pathlib
import textwrap
import typing as t

import pytest

from erlen import Erlen
from erlen.check import Finding, check_app

KEY = "6b1f4c0d9e7a4f5f8a2d3c1b0e9f8a7d"


class Folder:
    """A folder to write templates, static files and modules into."""

    def __init__(self, path: pathlib.Path) -> None:
        self.path = path

    def write(self, name: str, source: str = "") -> pathlib.Path:
        path = self.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(source), encoding="utf-8")
        return path


@pytest.fixture
def folder(tmp_path: pathlib.Path) -> Folder:
    return Folder(tmp_path)


def make_app(folder: pathlib.Path, **options: t.Any) -> Erlen:
    options.setdefault("instance_path", str(folder / "instance"))
    app = Erlen("shop", root_path=str(folder), **options)
    app.secret_key = KEY
    return app


@pytest.fixture
def app(tmp_path: pathlib.Path) -> Erlen:
    return make_app(tmp_path)


def ids(app: Erlen, **options: t.Any) -> list[str]:
    """Return the ids of what is found, in order."""
    return [finding.id for finding in check_app(app, **options)]


def only(app: Erlen, **options: t.Any) -> Finding:
    """Return the one finding that there is."""
    (finding,) = check_app(app, **options)
    return finding
