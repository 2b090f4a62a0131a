"""Each verb of ``erlen db``, and the words for what goes wrong."""

from __future__ import annotations

import pathlib
import re

import pytest
from alembic.util import CommandError

from erlen import Erlen
from erlen.db import SQLAlchemy
from erlen.migrate import Migrate, upgrade
from tests.migrate.conftest import Project


def users(db: SQLAlchemy) -> None:
    db.Table("user", db.Column("id", db.Integer, primary_key=True))


def users_and_posts(db: SQLAlchemy) -> None:
    users(db)
    db.Table("post", db.Column("id", db.Integer, primary_key=True))


def nothing(db: SQLAlchemy) -> None:
    pass


@pytest.fixture
def started(project: Project) -> Project:
    """A project whose first migration is written, but not run."""
    project.load(users)
    project.erlen("init")
    project.erlen("migrate", "-m", "first", "--rev-id", "aaa1")
    return project


def test_init_makes_the_folder_that_flask_migrate_makes(project: Project) -> None:
    project.load(users)
    assert "erlen db migrate" in project.erlen("init")
    found = {path.name for path in (project.folder / "migrations").iterdir()}
    assert found == {"README", "alembic.ini", "env.py", "script.py.mako", "versions"}


def test_init_can_make_packages_elsewhere(project: Project) -> None:
    project.load(users, directory="db/changes")
    project.erlen("init", "--package")
    assert (project.folder / "db/changes/versions/__init__.py").exists()
    project.erlen("-d", "other", "init")
    project.erlen("init", "--directory", "third")
    assert (project.folder / "other/env.py").exists()
    assert (project.folder / "third/env.py").exists()


def test_init_refuses_a_folder_that_is_not_empty(started: Project) -> None:
    assert "not empty" in started.erlen("init", fails=True)


@pytest.mark.parametrize("name", ["flask", "erlen"])
def test_templates_have_flask_migrates_names_too(project: Project, name: str) -> None:
    project.load(users)
    project.erlen("init", "--template", name)
    assert "erlen-multidb - Several" in project.erlen("list-templates")


def test_a_template_can_be_ones_own(project: Project) -> None:
    own = project.folder / "templates" / "mine"
    own.mkdir(parents=True)
    for name in ("README", "alembic.ini.mako", "env.py", "script.py.mako"):
        (own / name).write_text("# mine\n[alembic]\n" if name.endswith("ini.mako") else "# mine\n")
    project.load(users)
    project.erlen("init", "-t", "templates/mine")
    assert (project.folder / "migrations/env.py").read_text() == "# mine\n"


def test_a_migration_is_shown_and_listed(started: Project) -> None:
    started.erlen("upgrade")
    assert "Rev: aaa1 (head)" in started.erlen("show")
    assert started.erlen("current") == "aaa1 (head)\n"
    assert started.erlen("heads") == "aaa1 (head)\n"
    assert "<base> -> aaa1 (head) (current), first" in started.erlen("history", "-i")
    assert "Path:" in started.erlen("history", "-v", "-r", "base:head")
    assert started.erlen("branches") == ""


def test_a_revision_is_empty_unless_generated(started: Project) -> None:
    started.erlen("upgrade")
    started.erlen("revision", "-m", "by hand", "--rev-id", "aaa2", "--branch-label", "shop")
    text = started.versions()[-1].read_text()
    assert "pass" in text
    assert "branch_labels = ('shop',)" in text


def test_nothing_new_writes_no_file(started: Project) -> None:
    started.erlen("upgrade")
    started.erlen("migrate")
    assert len(started.versions()) == 1


def test_sql_is_printed_and_not_run(started: Project) -> None:
    assert "CREATE TABLE" in started.erlen("upgrade", "--sql")
    assert started.columns("user") == []
    started.erlen("upgrade")
    assert "DROP TABLE" in started.erlen("downgrade", "--sql")
    assert started.columns("user") == ["id"]


def test_stamp_writes_down_where_the_database_is(started: Project) -> None:
    started.erlen("stamp", "aaa1")
    assert started.erlen("current") == "aaa1 (head)\n"
    assert started.columns("user") == []
    started.erlen("stamp", "--purge", "base")
    assert started.erlen("current") == ""


def test_edit_opens_the_editor(started: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    editor = started.folder / "editor"
    editor.write_text("#!/bin/sh\necho '# edited' >> \"$1\"\n")
    editor.chmod(0o755)
    monkeypatch.setenv("EDITOR", str(editor))
    started.erlen("edit", "aaa1")
    assert started.versions()[0].read_text().endswith("# edited\n")


def test_arguments_reach_env_py(started: Project) -> None:
    env = started.folder / "migrations/env.py"
    env.write_text(env.read_text() + "\nprint('x is', context.get_x_argument())\n")
    assert "x is ['a=1', 'b']" in started.erlen("upgrade", "-x", "a=1", "-x", "b")
    assert "x is ['c']" in started.erlen("-x", "c", "downgrade")


def test_arguments_of_migrate_reach_alembic(project: Project) -> None:
    def only_users(item: object, name: str, kind: str, *rest: object) -> bool:
        return kind != "table" or name == "user"

    project.load(users_and_posts, include_object=only_users, version_table="versions_of_shop")
    project.erlen("init")
    project.erlen("migrate")
    project.erlen("upgrade")
    assert project.columns("user") == ["id"]
    assert project.columns("post") == []
    assert project.columns("versions_of_shop") == ["version_num"]


def test_the_configuration_can_be_changed(project: Project) -> None:
    project.load(users)
    migrate: Migrate = project.app.extensions["migrate"].migrate

    @migrate.configure
    def name_files(config):  # type: ignore[no-untyped-def]
        config.set_main_option("file_template", "file_%%(rev)s")
        return config

    project.erlen("init")
    project.erlen("migrate", "--rev-id", "abc")
    assert [path.name for path in project.versions()] == ["file_abc.py"]


def test_the_group_can_have_another_name(project: Project) -> None:
    project.load(users, command="database")
    result = project.app.test_cli_runner().invoke(args=["database", "heads"])
    assert "erlen db init" in result.output


def test_the_commands_are_functions_too(started: Project) -> None:
    with started.app.app_context():
        upgrade()
    assert started.columns("user") == ["id"]


def test_an_application_that_says_nothing_has_the_defaults(folder: pathlib.Path) -> None:
    app = Erlen(__name__, instance_path=str(folder))
    users(SQLAlchemy(app))
    with app.app_context(), pytest.raises(CommandError, match="erlen db init"):
        upgrade()


def test_an_application_without_a_database_is_told_how_to_get_one(folder: pathlib.Path) -> None:
    app = Erlen(__name__)
    Migrate(app)
    result = app.test_cli_runner().invoke(args=["db", "upgrade"])
    assert result.exit_code == 1
    assert "db = SQLAlchemy()" in result.output


# The classic confusions


def test_models_that_were_not_imported_are_missed(started: Project) -> None:
    started.erlen("upgrade")
    started.load(nothing)
    output = started.erlen("migrate", fails=True)
    assert "No models are known" in output
    assert "import shop.models" in output
    assert len(started.versions()) == 1


def test_two_heads_are_named_and_can_be_joined(started: Project) -> None:
    started.erlen("upgrade")
    started.erlen("revision", "--rev-id", "bbb1", "-m", "left")
    started.erlen("revision", "--rev-id", "bbb2", "-m", "right", "--head", "aaa1", "--splice")
    output = started.erlen("upgrade", fails=True)
    assert re.search(r"bbb1  left  \(.*bbb1_left.py\)", output)
    assert 'erlen db merge heads -m "merge"' in output
    assert "2 newest migrations" in started.erlen("migrate", fails=True)
    started.erlen("merge", "heads", "-m", "joined", "--rev-id", "ccc1")
    started.erlen("upgrade")
    assert started.erlen("current") == "ccc1 (head) (mergepoint)\n"
    assert "branchpoint" in started.erlen("branches")


@pytest.mark.parametrize("verb", ["migrate", "check"])
def test_a_database_that_is_behind_is_to_be_upgraded(started: Project, verb: str) -> None:
    output = started.erlen(verb, fails=True)
    assert "database: no migration yet" in output
    assert "newest migration: aaa1" in output
    assert "erlen db upgrade" in output


def test_a_database_of_another_branch_is_told_apart(started: Project) -> None:
    started.erlen("upgrade")
    started.execute("UPDATE alembic_version SET version_num = 'zzz9'")
    assert "does not have: zzz9" in started.erlen("upgrade", fails=True)


@pytest.mark.parametrize(
    "command,words",
    [
        (["upgrade", "nnn"], "Can't locate revision"),
        (["downgrade"], "Relative revision -1 didn't produce 1 migrations."),
    ],
)
def test_who_names_a_revision_that_is_not_there_is_shown_where_to_look(
    started: Project, command: list[str], words: str
) -> None:
    output = started.erlen(*command, fails=True)
    assert words in output
    assert "erlen db history --indicate-current" in output


def test_a_difference_is_told_by_name(started: Project) -> None:
    started.erlen("upgrade")
    started.load(users_and_posts)
    output = started.erlen("check", fails=True)
    assert "add_table: post" in output
    assert "erlen db migrate" in output
