"""What the guide's page on manage.py says."""

import os
import pathlib
import subprocess
import sys

import pytest

MANAGE = pathlib.Path(__file__).with_name("manage.py")


@pytest.fixture
def manage(tmp_path):
    """Run a line in a folder with settings of its own."""
    settings = tmp_path / "test.cfg"
    settings.write_text(f"SQLALCHEMY_DATABASE_URI = 'sqlite:///{tmp_path}/test.db'\n")

    def run(line, typed=""):
        return subprocess.run(
            [sys.executable, MANAGE, "-c", settings, *line.split()],
            cwd=tmp_path,
            env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
            input=typed,
            capture_output=True,
            text=True,
            check=False,
        )

    return run


def test_books_are_added_listed_and_raised(manage):
    assert manage("tables make").returncode == 0
    assert manage("add Momo --price 100").stdout == "Added Momo.\n"
    assert manage("add Emma -p 90 -q").stdout == ""
    assert manage("raise 10 --round").returncode == 0
    assert manage("books --sort price").stdout == "Emma 100\nMomo 110\n"
    assert manage("tables drop", typed="no\n").stdout.startswith("Lose all data? [n]")


def test_the_commands_for_migrations_are_there(manage, tmp_path):
    done = manage("db init")
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "migrations" / "env.py").exists()


def test_a_wrong_line_helps(manage):
    done = manage("boks")
    assert done.returncode == 2
    assert "Did you mean 'books'?" in done.stderr
