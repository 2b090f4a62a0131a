"""The same program, asked the same, on Flask-Script itself and on Erlen's."""

from __future__ import annotations

import collections.abc as cabc
import os
import pathlib
import shutil
import subprocess
import sys

import pytest

from tests.compat.environment import ROOT, Unavailable, interpreter, sdist
from tests.processes import PATIENCE, clean_environment

from .test_scripts import SCRIPTS, Manage

Run = cabc.Callable[[str], tuple[int, list[str]]]


@pytest.fixture(scope="module")
def on_flask_script(tmp_path_factory: pytest.TempPathFactory) -> Run:
    try:
        python, source = interpreter("newest"), sdist("Flask-Script==2.0.6")
    except Unavailable:
        if os.environ.get("CI") == "true":
            raise
        pytest.skip("the package index cannot be reached")
    folder = tmp_path_factory.mktemp("flask_script")
    shutil.copy(SCRIPTS / "factory.py", folder / "manage.py")
    path = os.pathsep.join([str(ROOT / "src"), str(source)])

    def run(line: str) -> tuple[int, list[str]]:
        return _run([str(python), "-m", "erlen.as_flask", "manage.py"], folder, line, path)

    return run


@pytest.fixture(scope="module")
def on_erlen(tmp_path_factory: pytest.TempPathFactory) -> Run:
    manage = Manage(tmp_path_factory.mktemp("erlen"), "factory.py")
    return lambda line: _run([sys.executable, "manage.py"], manage.folder, line)


def _run(
    command: list[str], folder: pathlib.Path, line: str, path: str | None = None
) -> tuple[int, list[str]]:
    environ = clean_environment()
    done = subprocess.run(
        [*command, *line.split()],
        cwd=folder,
        env={**environ, "PYTHONPATH": path or environ["PYTHONPATH"]},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    return done.returncode, [line.rstrip() for line in done.stdout.splitlines()]


@pytest.mark.parametrize(
    "line",
    [
        "hello --uppercase anna",
        "gunicorn -t 0.0.0.0 -p 8001 --workers=2",
        "database create --sample_data",
        "export --file=x -l 3",
        "urls",
        "export -f x --format xml",
    ],
)
def test_both_say_the_same(on_flask_script: Run, on_erlen: Run, line: str) -> None:
    assert on_erlen(line) == on_flask_script(line)
