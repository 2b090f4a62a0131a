"""No false alarm: the examples, and a project that `erlen new` wrote, have no findings."""

from __future__ import annotations

import json
import os
import pathlib
import secrets
import shutil
import subprocess
import sys

ROOT = pathlib.Path(__file__).parent.parent.parent
EXAMPLES = ROOT / "examples"

#: What is meant to have faults, and what does have one.
FAULTY = {"checks/corner_shop"}
WEAK_KEY = {
    "snippets/factory": ["secret-key-weak SECRET_KEY"]
}  # "dev", as a page of the guide has it

#: Checks each application in a process of its own: modules of examples have the same names.
DRIVER = """
import json, os, sys, traceback
from erlen.check import check_app
from erlen.cli import locate_app, prepare_import
import erlen.check.running, jinja2

deploy, *places = json.loads(sys.argv[1])
for place in places:
    read_end, write_end = os.pipe()
    if os.fork() == 0:
        try:
            path, _, name = place.partition(":")
            module = prepare_import(path)
            if module in sys.modules:  # "site", which Python has as well
                module = os.path.relpath(path).removesuffix(".py").replace(os.sep, ".")
            app = locate_app(module, name or None)
            found = [each.id + " " + each.place for each in check_app(app, deploy=deploy)]
        except BaseException:
            found = [traceback.format_exc()]
        os.write(write_end, json.dumps(found).encode())
        os._exit(0)
    os.close(write_end)
    with os.fdopen(read_end, "rb") as answer:
        print(place, answer.read().decode(), sep="\\t", flush=True)
    os.wait()
"""


def check_all(places: list[str], deploy: bool = False, **environ: str) -> dict[str, list[str]]:
    """Return what is found in each application, by its place."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ERLEN_")}
    run = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", DRIVER, json.dumps([deploy, *places])],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
        env={**kept, **environ},
    )
    lines = (line.split("\t") for line in run.stdout.splitlines() if "\t" in line)
    return {place: json.loads(found) for place, found in lines}


def applications() -> dict[str, str]:
    """Return where the examples' applications are, by their name below examples/."""
    found = {}
    for path in sorted(EXAMPLES.glob("*/*")):
        source = path / "__init__.py" if path.is_dir() else path
        if source.suffix != ".py" or not source.exists() or path.name.startswith("test_"):
            continue
        text = source.read_text(encoding="utf-8")
        if " = Erlen(__name__" not in text:
            continue
        name = f"{path.parent.name}/{path.stem}"
        wants_argument = "def create_app(url)" in text
        found[name] = f"{path}:create_app('sqlite://')" if wants_argument else str(path)
    return found


def test_the_examples_have_no_findings(tmp_path: pathlib.Path) -> None:
    places = applications()
    assert len(places) > 20
    copy = shutil.copytree(
        EXAMPLES / "bookshelf", tmp_path / "bookshelf", ignore=shutil.ignore_patterns("instance")
    )
    places["bookshelf/bookshelf"] = str(copy / "bookshelf")
    found = check_all([place for name, place in places.items() if name not in FAULTY])
    alarms = {name: found[place] for name, place in places.items() if found.get(place)}
    assert alarms == WEAK_KEY


def erlen(folder: pathlib.Path, *args: str, **environ: str) -> str:
    """Run the command in *folder* and return what it printed; fails when it does."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ERLEN_")}
    command = [sys.executable, "-m", "erlen", *args]
    run = subprocess.run(
        command, capture_output=True, text=True, cwd=folder, env={**kept, **environ}
    )
    assert run.returncode == 0, run.stdout + run.stderr
    return run.stdout


def test_a_new_project_has_no_findings(tmp_path: pathlib.Path) -> None:
    erlen(tmp_path, "new", "shop")
    project = tmp_path / "shop"
    erlen(project, "db", "upgrade")
    assert erlen(project, "check", "--fail-level", "warning").startswith("Nothing was found.")
    production = {
        "APP_ENVIRONMENT": "production",
        "SECRET_KEY": secrets.token_hex(),
        "APP_TRUSTED_HOSTS": '["shop.example"]',
    }
    found = erlen(project, "check", "--deploy", "--fail-level", "warning", **production)
    assert found == "Nothing was found.\n"
