"""Flask-Script 2.0.6, of 2017, runs the `manage.py` of an application under `erlen.as_flask`."""

from __future__ import annotations

import http.client
import os
import pathlib
import subprocess
import time

import pytest

from tests.compat.environment import ROOT, Unavailable, interpreter, sdist
from tests.processes import PATIENCE, clean_environment, free_port

MANAGE = """
from flask import Flask, current_app
from flask_script import Command, Manager, Option
from flask_script.commands import ShowUrls

app = Flask(__name__)
manager = Manager(app)
books = Manager(usage="books of the shop")
manager.add_command("books", books)
manager.add_command("urls", ShowUrls())

@app.route("/")
def index():
    return "served"

@manager.command
def hello(name, greeting="Hello"):
    print(greeting, name, "from", current_app.name)

@manager.option("-n", "--name", dest="name", default="nobody")
def called(name):
    print("called", name)

@books.command
def add(title):
    print("added", title)

class Count(Command):
    option_list = (Option("--to", "-t", dest="to", type=int),)

    def run(self, to):
        print(*range(to))

manager.add_command("count", Count())

if __name__ == "__main__":
    manager.run()
"""


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """Return the command that runs ``manage.py``, in an environment without Flask."""
    try:
        python, source = interpreter("newest"), sdist("Flask-Script==2.0.6")
    except Unavailable:
        if os.environ.get("CI") == "true":
            raise
        pytest.skip("the package index cannot be reached")
    manage = tmp_path_factory.mktemp("manage") / "manage.py"
    manage.write_text(MANAGE)
    path = os.pathsep.join([str(ROOT / "src"), str(source)])
    return ["/usr/bin/env", f"PYTHONPATH={path}", str(python), "-m", "erlen.as_flask", str(manage)]


def run(program: list[str], *arguments: str, typed: str = "") -> list[str]:
    done = subprocess.run(
        [*program, *arguments],
        env=clean_environment(),
        input=typed,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout.splitlines()


@pytest.mark.parametrize(
    "arguments, output",
    [
        ("hello anna", "Hello anna from manage"),
        ("hello anna --greeting Hi", "Hi anna from manage"),
        ("called -n bert", "called bert"),
        ("books add Momo", "added Momo"),
        ("count -t 3", "0 1 2"),
    ],
)
def test_a_command_runs(program: list[str], arguments: str, output: str) -> None:
    assert run(program, *arguments.split()) == [output]


def test_the_urls_are_listed(program: list[str]) -> None:
    assert any(line.split() == ["/", "index"] for line in run(program, "urls"))


def test_the_shell_has_the_application(program: list[str]) -> None:
    output = run(program, "shell", "--no-ipython", "--no-bpython", typed="print(app.name * 2)\n")
    assert any("managemanage" in line for line in output)


def test_the_server_answers(program: list[str], tmp_path: pathlib.Path) -> None:
    port = free_port()
    log = (tmp_path / "log").open("w+")
    server = subprocess.Popen(
        [*program, "runserver", "-h", "127.0.0.1", "-p", str(port)],
        env=clean_environment(),
        stdout=log,
        stderr=subprocess.STDOUT,
    )
    try:
        assert _body(port, time.monotonic() + PATIENCE) == b"served"
    finally:
        server.kill()
        server.wait(PATIENCE)
        log.close()


def _body(port: int, until: float) -> bytes:
    while True:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        try:
            connection.request("GET", "/")
            return connection.getresponse().read()
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.05)
        finally:
            connection.close()
