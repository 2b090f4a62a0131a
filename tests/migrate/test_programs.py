"""``erlen db`` as a user runs it: programs in files, folders of Flask-Migrate."""

from __future__ import annotations

import pathlib
import shutil
import subprocess
import sys
from importlib import metadata

import pytest

from tests.migrate.conftest import Shell

SHOP = """
from erlen import Erlen
from erlen.db import SQLAlchemy
from erlen.migrate import Migrate

db = SQLAlchemy()
migrate = Migrate()


def create_app():
    app = Erlen(__name__)
    db.init_app(app)
    migrate.init_app(app, db)
    from .cart.views import bp
    app.register_blueprint(bp)
    return app
"""
CART = "from erlen import Blueprint\n\nbp = Blueprint('cart', __name__)\n"
CART_MODELS = """
from .. import db


class CartItem(db.Model):
    id = db.Column(db.Integer, primary_key=True)
"""


def test_models_beside_a_blueprint_are_found(shell: Shell) -> None:
    shell.write("shop/__init__.py", SHOP)
    shell.write("shop/cart/__init__.py", "")
    shell.write("shop/cart/views.py", CART)
    shell.write("shop/cart/models.py", CART_MODELS)
    output = shell.erlen(
        "--app shop db init", "--app shop db migrate -m first", "--app shop db upgrade"
    )
    (script,) = (shell.folder / "migrations/versions").glob("*_first.py")
    assert "create_table('cart_item'" in script.read_text()
    assert "Running upgrade  -> " in output


APP = """
from erlen import Erlen
from erlen.db import SQLAlchemy
from erlen.migrate import Migrate

app = Erlen(__name__)
app.config["SQLALCHEMY_DATABASE_URI"] = "sqlite:///app.db"
app.config["SQLALCHEMY_BINDS"] = BINDS
db = SQLAlchemy(app)
migrate = Migrate(app, db)


class User(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    name = db.Column(db.String(20))
    EXTRA


class Visit(db.Model):
    __bind_key__ = KEY
    id = db.Column(db.Integer, primary_key=True)
"""


FIRST = """
import sqlalchemy as sa
from alembic import op

revision = "aaa1"
down_revision = None


def make_user():
    op.create_table(
        "user",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("name", sa.String(20)),
    )


def make_visit():
    op.create_table("visit", sa.Column("id", sa.Integer(), primary_key=True))
"""
FIRST_OF_ONE = """
def upgrade():
    make_user()
    make_visit()
"""
FIRST_OF_TWO = """
def upgrade(engine_name):
    {"": make_user, "log": make_visit}[engine_name]()
"""


def make_as_flask_migrate_does(folder: pathlib.Path, template: str) -> None:
    """Make a folder of migrations with the files that the real Flask-Migrate puts there."""
    package = metadata.distribution("flask-migrate").locate_file("flask_migrate")
    shutil.copytree(str(package / "templates" / template), folder)
    (folder / "alembic.ini.mako").rename(folder / "alembic.ini")
    assert "from flask import current_app" in (folder / "env.py").read_text()


@pytest.mark.parametrize(
    "template,binds,key,added",
    [
        ("flask", "{}", "None", FIRST_OF_ONE),
        ("flask-multidb", "{'log': 'sqlite:///log.db'}", "'log'", FIRST_OF_TWO),
    ],
    ids=["single", "multidb"],
)
def test_a_folder_of_flask_migrate_is_used_as_it_is(
    shell: Shell, template: str, binds: str, key: str, added: str
) -> None:
    make_as_flask_migrate_does(shell.folder / "migrations", template)
    shell.write("migrations/versions/aaa1_first.py", FIRST + added)
    code = APP.replace("= BINDS", f"= {binds}").replace("KEY", key)
    shell.write("app.py", code.replace("EXTRA", ""))
    shell.erlen("db upgrade", "db check")
    shell.write("app.py", code.replace("EXTRA", "city = db.Column(db.String(9))"))
    output = shell.erlen("db migrate -m city --rev-id bbb2", "db upgrade", "db current")
    assert "bbb2 (head)" in output
    script = (shell.folder / "migrations/versions/bbb2_city.py").read_text()
    assert "batch_op.add_column(sa.Column('city'" in script


def test_an_applications_own_group_of_that_name_is_not_lost(shell: Shell) -> None:
    shell.write(
        "app.py",
        "from erlen import Erlen\napp = Erlen(__name__)\n"
        "@app.cli.group('db')\ndef db():\n    pass\n"
        "@db.command()\ndef seed():\n    print('seeded', app.name)\n",
    )
    output = shell.erlen("db seed", "db --help")
    assert "seeded app" in output
    assert "  seed" in output


def test_help_waits_for_neither_alembic_nor_sqlalchemy(shell: Shell) -> None:
    shell.write("app.py", "from erlen import Erlen\napp = Erlen(__name__)\n")
    shell.write(
        "probe.py",
        "import sys, erlen.cli\n"
        "try:\n    erlen.cli.main()\n"
        "except SystemExit:\n    pass\n"
        "print(sorted({'alembic', 'sqlalchemy', 'sqlacodegen'} & set(sys.modules)))\n",
    )
    for arguments in (["--help"], ["db", "--help"], ["db", "upgrade", "--help"]):
        output = subprocess.run(
            [sys.executable, "probe.py", *arguments],
            cwd=shell.folder,
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        assert output.splitlines()[-1] == "[]"
