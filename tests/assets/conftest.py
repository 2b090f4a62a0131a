from __future__ import annotations

import collections.abc as cabc
import os
import pathlib

import pytest

from erlen import Blueprint, Erlen
from erlen.assets import UrlManager
from erlen.testing import ErlenClient

CSS = "body { color: teal }\n" * 40
#: Some time ago: a file that changed just now may change again without showing it.
SETTLED = 1_700_000_000


def write(path: pathlib.Path, content: str | bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    os.utime(path, (SETTLED, SETTLED))


@pytest.fixture
def static(tmp_path: pathlib.Path) -> pathlib.Path:
    write(tmp_path / "static/css/site.css", CSS)
    write(tmp_path / "static/logo.png", b"\x89PNG" * 100)
    write(tmp_path / "shop/files/shop.js", "let shop = 'open';\n" * 40)
    return tmp_path / "static"


@pytest.fixture
def app(static: pathlib.Path) -> Erlen:
    app = Erlen(__name__, root_path=str(static.parent))
    app.testing = True
    UrlManager(app)
    shop = Blueprint(
        "shop",
        __name__,
        root_path=str(static.parent / "shop"),
        static_folder="files",
        url_prefix="/s",
    )
    app.register_blueprint(shop)
    return app


@pytest.fixture
def client(app: Erlen) -> ErlenClient:
    return app.test_client()


@pytest.fixture
def urls(app: Erlen) -> UrlManager:
    return UrlManager()


@pytest.fixture
def in_request(app: Erlen) -> cabc.Iterator[None]:
    with app.test_request_context():
        yield
