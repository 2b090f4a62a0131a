"""The public names are a list under test: one that is added or lost is a decision."""

from __future__ import annotations

import runpy
import subprocess
import sys
import types

import flask
import pytest

import erlen

ADDED = {"Erlen", "signals"}
SUBMODULES = [
    "app",
    "blueprints",
    "cli",
    "config",
    "ctx",
    "debughelpers",
    "globals",
    "helpers",
    "json",
    "json.provider",
    "json.tag",
    "logging",
    "sessions",
    "signals",
    "templating",
    "testing",
    "typing",
    "views",
    "wrappers",
]


def flasks_names() -> list[str]:
    return sorted(
        name
        for name, value in vars(flask).items()
        if not name.startswith("_")
        and not (isinstance(value, types.ModuleType) and name not in {"json"})
    )


@pytest.mark.parametrize("name", flasks_names())
def test_every_name_of_flask_is_offered(name: str) -> None:
    assert hasattr(erlen, name)


def test_the_public_names_are_flasks_and_few_more() -> None:
    assert set(erlen.__all__) - set(flasks_names()) == ADDED


def test_flask_is_the_erlen_class() -> None:
    assert erlen.Flask is erlen.Erlen


def test_an_unknown_name_is_an_error() -> None:
    with pytest.raises(AttributeError, match="no_such_name"):
        _ = erlen.no_such_name


@pytest.mark.parametrize("module", SUBMODULES)
def test_every_public_submodule_of_flask_can_be_imported_alone(module: str) -> None:
    subprocess.run([sys.executable, "-c", f"import erlen.{module}"], check=True)


def test_star_import_gives_the_public_names() -> None:
    namespace: dict[str, object] = {}
    exec("from erlen import *", namespace)
    assert set(erlen.__all__) <= set(namespace)


def test_importing_erlen_does_not_load_what_many_applications_never_use() -> None:
    code = "import sys, erlen; print(*sorted(sys.modules))"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout
    assert {"flask", "erlen.testing", "asyncio"}.isdisjoint(loaded.split())


def test_dir_names_what_is_still_to_be_loaded() -> None:
    code = "import erlen; print(*dir(erlen), erlen.json.__name__)"
    listed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout
    assert {*erlen.__all__, "erlen.json"} <= set(listed.split())


def test_names_are_looked_up_as_in_a_fresh_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(erlen, "json")
    monkeypatch.delattr(erlen, "jsonify", raising=False)
    assert {"json", "jsonify"} <= set(dir(erlen))
    assert erlen.json is sys.modules["erlen.json"]
    assert erlen.jsonify is sys.modules["erlen.json"].jsonify


def test_the_package_can_be_run(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["erlen", "--version"])
    with pytest.raises(SystemExit) as exit:
        runpy.run_module("erlen", run_name="__main__", alter_sys=True)
    assert exit.value.code == 0
    assert "Erlen" in capsys.readouterr().out
