"""Several databases in one set of migrations."""

from __future__ import annotations

from erlen.db import SQLAlchemy
from tests.migrate.conftest import Project


def first(db: SQLAlchemy) -> None:
    db.Table("user", db.Column("id", db.Integer, primary_key=True))
    db.Table("visit", db.Column("id", db.Integer, primary_key=True), bind_key="log")


def second(db: SQLAlchemy) -> None:
    first(db)
    db.Table("error", db.Column("id", db.Integer, primary_key=True), bind_key="log")


def test_each_database_gets_its_own_changes(project: Project) -> None:
    project.config["SQLALCHEMY_BINDS"] = {"log": f"sqlite:///{project.folder}/log.db"}
    project.load(first)
    project.erlen("init", "--multidb")
    project.erlen("migrate", "-m", "first")
    text = project.versions()[-1].read_text()
    assert text.index("def upgrade_():") < text.index("def upgrade_log():")
    project.erlen("upgrade")
    assert (project.columns("user"), project.columns("visit", "log")) == (["id"], ["id"])
    assert (project.columns("user", "log"), project.columns("visit")) == ([], [])

    project.load(second)
    project.erlen("migrate", "-m", "second")
    project.erlen("upgrade")
    project.erlen("check")
    project.erlen("migrate", "-m", "nothing")
    assert len(project.versions()) == 2
    assert project.columns("error", "log") == ["id"]
    project.erlen("downgrade")
    assert project.columns("error", "log") == []
    project.erlen("upgrade", "--sql")
    assert "CREATE TABLE visit" in (project.folder / "log.sql").read_text()
    assert "CREATE TABLE user" in (project.folder / ".sql").read_text()
