"""The life of a database: made, changed, taken back, on each kind of database."""

from __future__ import annotations

import typing as t

from erlen.db import SQLAlchemy
from tests.migrate.conftest import Define, Project


def first(db: SQLAlchemy) -> None:
    class Author(db.Model):  # type: ignore[name-defined,misc]
        id = db.Column(db.Integer, primary_key=True)
        name = db.Column(db.String(40), nullable=False)

    class Book(db.Model):  # type: ignore[name-defined,misc]
        id = db.Column(db.Integer, primary_key=True)
        title = db.Column(db.String(20))
        pages = db.Column(db.Integer)
        author_id: t.Any = db.Column(db.ForeignKey("author.id", ondelete="CASCADE"))


def second(db: SQLAlchemy) -> None:
    class Author(db.Model):  # type: ignore[name-defined,misc]
        id = db.Column(db.Integer, primary_key=True)
        name = db.Column(db.String(80), nullable=False, unique=True)
        born = db.Column(db.Date, index=True)

    class Book(db.Model):  # type: ignore[name-defined,misc]
        id = db.Column(db.Integer, primary_key=True)
        title = db.Column(db.String(200), nullable=False)
        author_id: t.Any = db.Column(db.ForeignKey("author.id", ondelete="CASCADE"))

    class Tag(db.Model):  # type: ignore[name-defined,misc]
        name = db.Column(db.String(30), primary_key=True)


NAMES = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


def named(define: Define) -> Define:
    """Let *define* give every constraint a name, as migrations of constraints on SQLite need."""

    def define_named(db: SQLAlchemy) -> None:
        db.metadata.naming_convention = NAMES
        define(db)

    return define_named


def test_a_full_cycle(project_anywhere: Project) -> None:
    project = project_anywhere
    project.load(named(first))
    project.erlen("init")
    project.erlen("migrate", "-m", "first tables")
    project.erlen("upgrade")
    assert project.columns("book") == ["id", "title", "pages", "author_id"]
    assert "No new upgrade operations" in project.erlen("check")
    project.execute("INSERT INTO author (id, name) VALUES (1, '李白')")
    project.execute("INSERT INTO book (id, title, pages, author_id) VALUES (1, 't', 3, 1)")

    project.load(named(second))
    assert "add_table: tag" in project.erlen("check", fails=True)
    project.erlen("migrate", "-m", "longer titles")
    project.erlen("upgrade")
    project.erlen("check")
    assert project.columns("book") == ["id", "title", "author_id"]
    assert project.columns("author") == ["id", "name", "born"]
    assert project.columns("tag") == ["name"]
    assert project.execute("SELECT name FROM author") == ["李白"]
    assert project.execute("SELECT count(*) FROM book") == [1]

    project.erlen("downgrade")
    assert project.columns("book") == ["id", "title", "author_id", "pages"]
    assert project.columns("tag") == []
    assert project.execute("SELECT title FROM book") == ["t"]
    project.erlen("downgrade", "base")
    assert project.columns("book") == []
    assert len(project.versions()) == 2


def test_a_parent_tables_move_on_sqlite_keeps_its_children(project: Project) -> None:
    """With foreign keys on, SQLite would delete the books when the authors' table is replaced."""
    project.load(first)
    project.erlen("init")
    project.erlen("migrate")
    project.erlen("upgrade")
    project.execute("INSERT INTO author (id, name) VALUES (1, 'a')")
    project.execute("INSERT INTO book (id, author_id) VALUES (1, 1)")

    def wider(db: SQLAlchemy) -> None:
        first(db)
        t.cast(t.Any, db.metadata.tables["author"].c.name.type).length = 90

    project.load(wider)
    project.erlen("migrate")
    project.erlen("upgrade")
    assert project.execute("SELECT count(*) FROM book") == [1]
    assert project.execute("PRAGMA foreign_keys") == [1]
