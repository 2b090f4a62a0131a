"""What holds for the whole site: configuration, errors, headers, health, migrations."""

from __future__ import annotations

import pathlib
import re

import pytest
from erlen import Erlen
from erlen.migrate import check, upgrade
from erlen.testing import ErlenClient

from projectname import create_app
from projectname.extensions import db


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch, tmp_path: pathlib.Path) -> pytest.MonkeyPatch:
    """A machine that has said nothing yet."""
    for name in ("APP_ENVIRONMENT", "SECRET_KEY", "DATABASE_URL", "REDIS_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("INSTANCE_PATH", str(tmp_path))
    return monkeypatch


@pytest.mark.usefixtures("machine")
def test_production_needs_a_secret_key() -> None:
    with pytest.raises(RuntimeError, match="SECRET_KEY is not set"):
        create_app()


def test_production_is_careful(machine: pytest.MonkeyPatch) -> None:
    machine.setenv("SECRET_KEY", "the key of this machine")
    app = create_app()
    assert app.config["SECRET_KEY"] == "the key of this machine"
    assert app.config["SESSION_COOKIE_SECURE"]
    assert app.config["LOG_FORMAT"] == "json"
    assert not app.debug


@pytest.mark.usefixtures("machine")
def test_development_keeps_a_key_of_its_own(tmp_path: pathlib.Path) -> None:
    key = create_app("development").config["SECRET_KEY"]
    assert len(key) == 64
    assert create_app("development").config["SECRET_KEY"] == key
    assert (tmp_path / "secret_key").stat().st_mode & 0o077 == 0


def test_the_environment_says_what_differs(machine: pytest.MonkeyPatch) -> None:
    machine.setenv("DATABASE_URL", "postgres://someone@db.example/site")
    machine.setenv("APP_NOTES_PER_PAGE", "3")
    app = create_app("development")
    with app.app_context():
        assert db.engine.url.drivername == "postgresql+psycopg"
    assert app.config["NOTES_PER_PAGE"] == 3


def test_an_unknown_environment_is_refused(machine: pytest.MonkeyPatch) -> None:
    machine.setenv("APP_ENVIRONMENT", "prodution")
    with pytest.raises(RuntimeError, match="development, testing, production"):
        create_app()


@pytest.mark.usefixtures("machine")
def test_the_migrations_make_what_the_models_say() -> None:
    app = create_app("development")
    with app.app_context():
        upgrade()
        check()
        db.engine.dispose()


def test_an_unknown_page_is_a_page_of_the_site(visitor: ErlenClient) -> None:
    answer = visitor.get("/nothing")
    assert answer.status_code == 404
    assert "Not Found" in answer.text
    assert "Log in" in answer.text


def test_an_error_of_the_server_tells_nothing(app: Erlen, visitor: ErlenClient) -> None:
    app.config["PROPAGATE_EXCEPTIONS"] = False

    @app.get("/broken")
    def broken() -> str:
        raise ValueError("a secret")

    answer = visitor.get("/broken")
    assert answer.status_code == 500
    assert "Internal Server Error" in answer.text
    assert "a secret" not in answer.text


def test_what_cannot_be_stored_is_no_error_of_the_server(ann: ErlenClient) -> None:
    assert ann.get(f"/notes/{10**30}").status_code == 400
    answer = ann.post("/notes/new", json={"title": "\ud800"})
    assert answer.status_code == 400
    assert "cannot be stored" in answer.text


def test_pages_tell_browsers_to_be_careful(visitor: ErlenClient) -> None:
    headers = visitor.get("/").headers
    assert "default-src 'self'" in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Request-ID"]


def test_static_files_have_versions_and_are_kept(visitor: ErlenClient) -> None:
    link = re.search(r'href="(/static/site[^"]+)"', visitor.get("/").text)
    assert link is not None
    with visitor.get(link[1]) as answer:
        assert "immutable" in answer.headers["Cache-Control"]


def test_health(visitor: ErlenClient, monkeypatch: pytest.MonkeyPatch) -> None:
    assert visitor.get("/healthz").json == {"status": "alive"}
    assert visitor.get("/readyz").json == {"status": "ready"}
    monkeypatch.setattr("projectname.health.is_draining", lambda: True)
    assert visitor.get("/readyz").status_code == 503
    assert visitor.get("/healthz").status_code == 200


def test_a_server_without_its_redis_is_not_ready(app: Erlen, visitor: ErlenClient) -> None:
    app.config["REDIS_URL"] = "redis://127.0.0.1:1/0"
    answer = visitor.get("/readyz")
    assert answer.status_code == 503
    assert answer.json == {"status": "not ready", "problems": ["redis"]}
