from __future__ import annotations

import json
import pathlib
import sys
import typing as t

import pytest
from click.shell_completion import ShellComplete
from click.testing import CliRunner, Result

from erlen.check.command import check_command
from erlen.check.kinds import KINDS, TAGS
from erlen.cli import ErlenGroup
from tests.check.conftest import Folder

SHOP = """
    from erlen import Erlen

    app = Erlen(__name__)
    app.secret_key = "dev"
    app.config["SESSION_COOKIE_HTTPONLY"] = False
"""


@pytest.fixture(autouse=True)
def _forgets_modules(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> t.Iterator[None]:
    before = set(sys.modules)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", sys.path[:])
    for name in ("ERLEN_APP", "FLASK_APP", "ERLEN_DEBUG", "FLASK_DEBUG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("FLASK_RUN_FROM_CLI", "true")
    yield
    for name in set(sys.modules) - before:
        if str(tmp_path) in (getattr(sys.modules[name], "__file__", None) or ""):
            del sys.modules[name]


def run(*args: str, name: str = "shop", **options: t.Any) -> Result:
    group = ErlenGroup(load_dotenv=False)
    return CliRunner().invoke(group, ["--app", name, "check", *args], **options)


def test_findings_as_text(folder: Folder) -> None:
    folder.write("shop.py", SHOP)
    result = run()
    assert result.exit_code == 1
    lines = result.stdout.splitlines()
    assert lines[0] == "error    SECRET_KEY  secret-key-weak"
    assert lines[1].startswith("    The key is easy to guess: it has only 3 bytes")
    assert lines[2].startswith("    -> Set SECRET_KEY")
    assert lines[4] == "warning  SESSION_COOKIE_HTTPONLY  cookie-not-httponly"
    assert lines[-1] == (
        "1 error, 1 warning. The rules for production are looked at with --deploy."
    )


def test_nothing_was_found(folder: Folder) -> None:
    folder.write("shop.py", "from erlen import Erlen\n\napp = Erlen(__name__)")
    result = run()
    assert result.exit_code == 0
    assert result.stdout.startswith("Nothing was found. The rules for production")


def test_findings_as_json(folder: Folder) -> None:
    folder.write("shop.py", SHOP)
    result = run("--json")
    assert result.exit_code == 1
    data = json.loads(result.stdout)
    assert (data["errors"], data["warnings"]) == (1, 1)
    assert data["findings"][0]["id"] == "secret-key-weak"
    assert set(data["findings"][0]) == {"id", "level", "place", "reason", "mend"}


def test_colours_are_for_terminals(folder: Folder) -> None:
    folder.write("shop.py", SHOP)
    assert "\x1b[" not in run().stdout
    assert "\x1b[31m" in run(color=True).stdout


@pytest.mark.parametrize(
    "args,status",
    [
        (["--ignore", "secret-key-weak"], 0),
        (["--ignore", "secret-key-weak", "--fail-level", "warning"], 1),
        (["--ignore", "secret-key-weak", "--ignore", "cookie-not-httponly"], 0),
        (["--tag", "routes"], 0),
        (["--tag", "routes", "--tag", "settings"], 1),
    ],
)
def test_exit_status(folder: Folder, args: list[str], status: int) -> None:
    folder.write("shop.py", SHOP)
    assert run(*args).exit_code == status


def test_rules_for_production(folder: Folder) -> None:
    folder.write("shop.py", SHOP)
    result = run("--deploy")
    assert "any-host" in result.stdout
    assert result.stdout.endswith("2 errors, 4 warnings.\n")


def test_an_unknown_id_to_ignore(folder: Folder) -> None:
    folder.write("shop.py", SHOP)
    result = run("--ignore", "secret-key-week", "--ignore", "xyz")
    assert "Did you mean 'secret-key-weak'?" in result.stderr
    assert "--ignore xyz: there is no such finding. erlen check --list" in result.stderr
    assert result.exit_code == 1


def test_debug_mode_that_the_code_turns_on(folder: Folder) -> None:
    folder.write("shop.py", SHOP + "    app.debug = True\n")
    assert "debug-on" in run().stdout


@pytest.mark.parametrize(
    "source,reason",
    [
        ("import nothing_of_the_kind", "While importing 'shop', an ImportError was raised"),
        ("x = 1", "Failed to find Erlen application or factory in module 'shop'"),
        ("\n1 // 0", "shop.py:2: ZeroDivisionError: integer division or modulo by zero"),
        ("\nx = = 1", "shop.py:2: SyntaxError: invalid syntax"),
    ],
)
def test_an_application_that_cannot_be_loaded(folder: Folder, source: str, reason: str) -> None:
    folder.write("shop.py", source)
    result = run()
    assert result.exit_code == 2
    assert reason in result.stderr
    assert "Traceback" not in result.stderr or "ImportError" in reason
    assert result.stdout == ""
    as_json = run("--json")
    assert (as_json.exit_code, as_json.stderr) == (2, result.stderr)
    [(name, failure)] = json.loads(as_json.stdout).items()
    assert name == "failure"
    assert reason in failure
    assert failure in as_json.stderr


def test_no_application_at_all() -> None:
    result = CliRunner().invoke(ErlenGroup(load_dotenv=False), ["check", "--json"])
    assert result.exit_code == 2
    assert "Could not locate an Erlen application" in result.stderr
    assert "Could not locate an Erlen application" in json.loads(result.stdout)["failure"]


@pytest.mark.parametrize("args", [["--fail-level", "fatal"], ["--tag", "speed"], ["now"]])
def test_wrong_arguments(args: list[str]) -> None:
    assert run(*args).exit_code == 2


def test_the_list_wants_no_application() -> None:
    result = run("--list", name="nothing")
    assert result.exit_code == 0
    assert [line.split()[0] for line in result.stdout.splitlines()] == list(KINDS)
    assert "`" not in result.stdout
    kinds = json.loads(run("--list", "--json", name="nothing").stdout)
    assert {kind["tag"] for kind in kinds} == set(TAGS)


def test_ids_are_completed() -> None:
    complete = ShellComplete(check_command, {}, "check", "_CHECK_COMPLETE")
    found = complete.get_completions(["--ignore"], "secret-key-w")
    assert [item.value for item in found] == ["secret-key-weak"]


def test_the_help_has_examples() -> None:
    result = run("--help", name="nothing")
    assert "erlen --app shop check --deploy --fail-level warning" in result.stdout
