"""A Bookshelf in a folder of its own for every test, and visitors who use it as browsers do."""

from __future__ import annotations

import collections.abc as cabc
import io
import re
import shutil
import sys
import typing as t
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))

from bookshelf import catalogue, create_app, users
from bookshelf.db import db
from bookshelf.drafts import Draft

from erlen.migrate import upgrade

if t.TYPE_CHECKING:
    from werkzeug.test import TestResponse

    from erlen import Erlen
    from erlen.testing import ErlenClient

PASSWORD = "correct horse"
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 64

BOOKS = (
    ("Pride and Prejudice", "Jane Austen", 1813, "Novel", "9780141439518", ""),
    ("Cien años de soledad", "Gabriel García Márquez", 1967, "Novel", None, ""),
    ("The Moonstone", "Wilkie Collins", 1868, "Mystery", None, ""),
)


class Visitor:
    """A browser: keeps cookies, and sends the token of the form it was shown."""

    def __init__(self, client: ErlenClient) -> None:
        self.client = client

    def get(self, path: str, **options: t.Any) -> TestResponse:
        return self.client.get(path, **options)

    def token(self, page: str = "/auth/login") -> str:
        found = re.search(r'name="csrf_token" value="([^"]+)"', self.get(page).text)
        assert found, f"no form on {page}"
        return found[1]

    def post(self, path: str, data: dict[str, t.Any], follow: bool = False) -> TestResponse:
        return self.client.post(
            path, data={"csrf_token": self.token(), **data}, follow_redirects=follow
        )

    def call(self, method: str, path: str, json: t.Any = None) -> TestResponse:
        headers = {"X-CSRF-Token": self.token()}
        return self.client.open(path, method=method, json=json, headers=headers)

    def log_in(self, name: str, password: str = PASSWORD) -> TestResponse:
        return self.post("/auth/login", {"name": name, "password": password})


MakeApp = cabc.Callable[..., "Erlen"]


def make(url: str, uploads: Path, **config: t.Any) -> Erlen:
    defaults = {
        "TESTING": True,
        "DEMO": False,
        "SECRET_KEY": "long enough, and only for tests",
        "SQLALCHEMY_DATABASE_URI": url,
        "UPLOAD_FOLDER": str(uploads),
        "MAX_CONTENT_LENGTH": 20_000,
        "BOOKS_PER_PAGE": 2,
        "PASSWORD_METHOD": "pbkdf2:sha256:1",
    }
    return create_app({**defaults, **config})


def let_go(app: Erlen) -> None:
    """Close the connections that are kept for the next request."""
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def make_app(tmp_path: Path) -> cabc.Iterator[MakeApp]:
    """Return a function that makes a Bookshelf on the database at a URL."""
    apps: list[Erlen] = []

    def make_app(url: str, **config: t.Any) -> Erlen:
        apps.append(make(url, tmp_path / "covers", **config))
        return apps[-1]

    yield make_app
    for app in apps:
        let_go(app)


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database to copy; two readers, of whom the first, ada, owns three books.

    The migrations run once, and not for every test.
    """
    folder = tmp_path_factory.mktemp("filled")
    app = make(f"sqlite:///{folder}/shelf.db", folder)
    with app.app_context():
        upgrade()
        ada = users.register("ada", PASSWORD)
        users.register("jorge", PASSWORD)
        for book in BOOKS:
            catalogue.add(Draft(*book), ada.id)
    let_go(app)
    return folder / "shelf.db"


@pytest.fixture
def app(make_app: MakeApp, filled: Path, tmp_path: Path) -> Erlen:
    path = shutil.copy(filled, tmp_path / "shelf.db")
    return make_app(f"sqlite:///{path}")


@pytest.fixture
def covers(app: Erlen) -> Path:
    return Path(app.config["UPLOAD_FOLDER"])


@pytest.fixture
def visitor(app: Erlen) -> Visitor:
    return Visitor(app.test_client())


@pytest.fixture
def ada(app: Erlen) -> Visitor:
    ada = Visitor(app.test_client())
    assert ada.log_in("ada").status_code == 302
    return ada


@pytest.fixture
def jorge(app: Erlen) -> Visitor:
    jorge = Visitor(app.test_client())
    assert jorge.log_in("jorge").status_code == 302
    return jorge


@pytest.fixture
def form() -> dict[str, t.Any]:
    """A book as the form would send it."""
    return {"title": "Emma", "author": "Jane Austen", "year": "1815", "genre": "Novel"}


@pytest.fixture
def png() -> tuple[io.BytesIO, str]:
    return io.BytesIO(PNG), "cover.png"
