"""Programs written for Flask-Script run once their imports are changed."""

from __future__ import annotations

import pathlib
import subprocess
import sys
import typing as t

import pytest

from tests.processes import PATIENCE, Program, clean_environment, free_port

SCRIPTS = pathlib.Path(__file__).with_name("scripts")
CHANGES = {
    "from flask import": "from erlen import",
    "from flask_migrate import": "from erlen.migrate import",
    "from flask_script import": "from erlen.manager import",
    "from flask_script.cli import": "from erlen.manager import",
    "from flask_script.commands import": "from erlen.manager.commands import",
    "from flask_sqlalchemy import": "from erlen.db import",
}


class Manage:
    """A ``manage.py`` in a folder of its own."""

    def __init__(self, folder: pathlib.Path, name: str) -> None:
        self.folder = folder
        source = (SCRIPTS / name).read_text()
        for old, new in CHANGES.items():
            source = source.replace(old, new)
        (folder / "manage.py").write_text(source)

    def run(self, *words: str, typed: str = "") -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "manage.py", *words],
            cwd=self.folder,
            env=clean_environment(),
            input=typed,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )

    def output(self, line: str, typed: str = "") -> str:
        done = self.run(*line.split(), typed=typed)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout.strip()


@pytest.fixture
def factory(tmp_path: pathlib.Path) -> Manage:
    (tmp_path / "dev.cfg").write_text('GREETING = "Hi"\n')
    return Manage(tmp_path, "factory.py")


def test_options_of_the_factory_and_of_commands(factory: Manage) -> None:
    assert factory.output("hello anna") == "Hello, anna!"
    assert factory.output("-c dev.cfg hello anna -u") == "HI, ANNA!"
    assert factory.output("gunicorn -w 2") == "gunicorn manage 127.0.0.1 8000 2"
    assert factory.output("database create -s") == "created True True"
    assert factory.output("database drop", typed="y\n").endswith("dropped")
    assert factory.output("export -f x --format json") == "x 10 json"


@pytest.mark.parametrize(
    "line,status,words",
    [
        ("", 2, "database "),
        ("database", 2, "Drops database tables"),
        ("export", 2, "Missing option '-f' / '--file'"),
        ("export -f x -l -1", 1, "The limit cannot be negative"),
    ],
)
def test_wrong_lines_have_a_sentence_and_a_status(
    factory: Manage, line: str, status: int, words: str
) -> None:
    done = factory.run(*line.split())
    assert done.returncode == status
    assert words in done.stdout + done.stderr
    assert "Traceback" not in done.stderr


def test_the_server_is_started_with_runserver(factory: Manage, request: t.Any) -> None:
    port = free_port()
    program = Program(
        factory.folder, "-c", "dev.cfg", "runserver", "-h", "127.0.0.1", "-p", str(port),
        module="manage",
    )  # fmt: skip
    request.addfinalizer(program.end)
    assert program.answers(port).body == "Hi"
    program.interrupt()
    assert program.exit_code() == 0, program.output


def test_users_and_migrations(tmp_path: pathlib.Path) -> None:
    manage = Manage(tmp_path, "shop.py")
    manage.output("db init")
    assert "Generating" in manage.output("db migrate -m first")
    manage.output("db upgrade")
    assert manage.output("adduser anna") == "User anna was registered."
    shell = "shell --no-ipython --no-bpython --no-ptpython --no-ptipython"
    assert "['anna']" in manage.output(shell, "print([u.username for u in User.query])\n")
    failed = manage.run("test", "--coverage")
    assert failed.returncode == 1
    assert "no coverage here" in failed.stderr


def test_a_manager_of_its_own_class(tmp_path: pathlib.Path) -> None:
    manage = Manage(tmp_path, "short.py")
    assert manage.output("") == "/ /"
    assert manage.output("runtests -x --fast a.py") == "py.test ['-x', 'a.py'] True False"
    assert manage.output("colour -s light", typed="GREEN\n").endswith("light green")
    assert "42" in manage.output("shell", typed="print(answer)\n")
    assert "exclude each other" in manage.run("runtests", "--fast", "--slow").stderr
