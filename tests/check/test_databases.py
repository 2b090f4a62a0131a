from __future__ import annotations

import pathlib
import typing as t

import pytest
import sqlalchemy as sa

from erlen import Erlen
from erlen.check import check_app, databases
from erlen.db import SQLAlchemy
from erlen.migrate import Migrate
from tests.check.conftest import Folder, ids, make_app, only
from tests.check.test_stores import closed_port
from tests.databases import database_url as database_url

MIGRATION = """
    import sqlalchemy as sa
    from alembic import op

    revision = {revision!r}
    down_revision = {down!r}

    def upgrade():
        op.create_table("t_" + revision, sa.Column("id", sa.Integer, primary_key=True))

    def downgrade():
        op.drop_table("t_" + revision)
"""


class Site:
    """An application with a database and a folder of migrations."""

    def __init__(self, folder: Folder, url: str, **options: t.Any) -> None:
        self.folder = folder
        self.app = make_app(folder.path)
        self.app.config["SQLALCHEMY_DATABASE_URI"] = url
        self.db = SQLAlchemy(self.app)
        Migrate(self.app, self.db, directory=str(folder.path / "migrations"), **options)

    def db_command(self, *arguments: str) -> None:
        result = self.app.test_cli_runner().invoke(args=["db", *arguments])
        assert result.exit_code == 0, result.output

    def add_migration(self, revision: str, down: str | None = None) -> None:
        source = MIGRATION.format(revision=revision, down=down)
        self.folder.write(f"migrations/versions/{revision}_.py", source)


@pytest.fixture
def site(folder: Folder, database_url: str) -> t.Iterator[Site]:
    site = Site(folder, database_url)
    yield site
    with site.app.app_context():
        site.db.engine.dispose()


def test_a_database_that_answers_and_has_all(site: Site) -> None:
    assert ids(site.app) == []
    site.db_command("init")
    site.add_migration("a")
    site.db_command("upgrade")
    assert ids(site.app) == []


def test_migrations_that_were_not_applied(site: Site) -> None:
    site.db_command("init")
    site.add_migration("a")
    site.db_command("upgrade")
    site.add_migration("b", "a")
    site.add_migration("c", "b")
    finding = only(site.app)
    assert (finding.id, finding.place) == ("migrations-pending", "SQLALCHEMY_DATABASE_URI")
    assert finding.reason.startswith("The database lacks b (")
    assert finding.mend == "erlen db upgrade"


def test_a_fresh_database(site: Site) -> None:
    site.db_command("init")
    for revision, down in ("a", None), ("b", "a"), ("c", "b"), ("d", "c"):
        site.add_migration(revision, down)
    assert only(site.app).reason.endswith(" and 1 more.")


def test_two_newest_migrations(site: Site) -> None:
    site.db_command("init")
    for revision, down in ("a", None), ("b", "a"), ("c", "a"):
        site.add_migration(revision, down)
    finding = only(site.app)
    assert (finding.id, finding.mend) == ("migrations-branched", "erlen db merge heads")


def test_a_database_at_a_migration_nobody_has(site: Site) -> None:
    site.db_command("init")
    site.add_migration("a")
    site.db_command("upgrade")
    (site.folder.path / "migrations/versions/a_.py").unlink()
    site.add_migration("b")
    assert only(site.app).id == "migrations-unknown"


def test_no_folder_of_migrations(site: Site) -> None:
    tags = ["services"]
    assert ids(site.app, tags=tags) == []
    assert ids(site.app, tags=tags, deploy=True) == ["migrations-missing"]


def test_the_table_of_versions_may_have_another_name(folder: Folder) -> None:
    site = Site(folder, f"sqlite:///{folder.path / 'a.db'}", version_table="versions")
    site.db_command("init")
    site.add_migration("a")
    site.db_command("upgrade")
    assert ids(site.app) == []


def test_a_file_of_sqlite_is_not_made(folder: Folder) -> None:
    path = folder.path / "a.db"
    site = Site(folder, f"sqlite:///{path}")
    site.db_command("init")
    path.unlink(missing_ok=True)
    site.add_migration("a")
    assert ids(site.app) == ["migrations-pending"]
    assert not path.exists()


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///file:x?mode=memory&uri=true"])
def test_a_database_in_memory(folder: Folder, url: str) -> None:
    assert ids(Site(folder, url).app) == []


def make_unreachable(app: Erlen, url: str, **binds: str) -> None:
    app.config.update(SQLALCHEMY_DATABASE_URI=url, SQLALCHEMY_BINDS=binds)
    SQLAlchemy(app)


def test_a_database_that_is_down(app: Erlen, tmp_path: pathlib.Path) -> None:
    port = closed_port()
    make_unreachable(
        app,
        f"postgresql+psycopg://shop:secret@127.0.0.1:{port}/shop",
        archive=f"sqlite:///{tmp_path}/nowhere/archive.db",
    )
    found = {finding.place: finding for finding in check_app(app)}
    assert set(found) == {"SQLALCHEMY_DATABASE_URI", "SQLALCHEMY_BINDS['archive']"}
    assert {finding.id for finding in found.values()} == {"database-unreachable"}
    assert "secret" not in found["SQLALCHEMY_DATABASE_URI"].reason


def test_a_database_that_is_down_lacks_no_migrations(folder: Folder) -> None:
    site = Site(folder, f"sqlite:///{folder.path}/a.db")
    site.db_command("init")
    site.add_migration("a")
    make_down = site.app.extensions["sqlalchemy"]
    with site.app.app_context():
        make_down.engine.dispose()
    folder.write("a.db", "no database, but a text")
    assert ids(site.app) == ["database-unreachable"]


def test_an_application_with_migrations_but_no_database(app: Erlen) -> None:
    Migrate(app)
    assert ids(app) == []


def test_an_error_without_words() -> None:
    assert databases._first_line(ValueError()) == "ValueError"


def test_migrations_of_the_default_database_only(folder: Folder) -> None:
    app = make_app(folder.path)
    app.config["SQLALCHEMY_BINDS"] = {"archive": f"sqlite:///{folder.path}/b.db"}
    app.config["SQLALCHEMY_DATABASE_URI"] = f"sqlite:///{folder.path}/a.db"
    Migrate(app, SQLAlchemy(app), directory=str(folder.path / "migrations"))
    assert app.test_cli_runner().invoke(args=["db", "init"]).exit_code == 0
    source = MIGRATION.format(revision="a", down=None)
    folder.write("migrations/versions/a_.py", source)
    assert only(app).place == "SQLALCHEMY_DATABASE_URI"


def test_several_databases(folder: Folder) -> None:
    app = make_app(folder.path)
    app.config.update(
        SQLALCHEMY_DATABASE_URI=f"sqlite:///{folder.path}/a.db",
        SQLALCHEMY_BINDS={"archive": f"sqlite:///{folder.path}/b.db"},
    )
    db = SQLAlchemy(app)
    directory = str(folder.path / "migrations")
    Migrate(app, db, directory=directory)
    runner = app.test_cli_runner()
    assert runner.invoke(args=["db", "init", "--multidb"]).exit_code == 0
    folder.write(
        "migrations/versions/a_.py",
        """
        revision, down_revision = "a", None

        def upgrade(engine_name):
            pass

        downgrade = upgrade
        """,
    )
    assert ids(app) == ["migrations-pending"] * 2
    assert runner.invoke(args=["db", "upgrade"]).exit_code == 0
    assert ids(app) == []
    with app.app_context(), db.engines["archive"].begin() as connection:
        connection.execute(sa.text("DELETE FROM alembic_version"))
    assert only(app).place == "SQLALCHEMY_BINDS['archive']"
