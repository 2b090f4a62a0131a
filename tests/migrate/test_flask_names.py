"""Files of Flask-Migrate, which import ``flask``."""

from __future__ import annotations

import collections.abc as cabc
import importlib
import pathlib
import sys
import types

import pytest

import erlen
from erlen.migrate.flask_names import prepare


def stands_for_flask(name: str) -> bool:
    return name.partition(".")[0] == "flask" or name.startswith("erlen.as_flask")


@pytest.fixture
def modules(monkeypatch: pytest.MonkeyPatch) -> cabc.Iterator[dict[str, types.ModuleType]]:
    """The modules that are imported, without any Flask; all is put back afterwards."""
    monkeypatch.setenv("ERLEN_AS_FLASK_CHILDREN", "0")
    for places in ("meta_path", "path"):
        monkeypatch.setattr(sys, places, list(getattr(sys, places)))
    kept = {name: sys.modules.pop(name) for name in [*sys.modules] if stands_for_flask(name)}
    yield sys.modules
    for name in filter(stands_for_flask, [*sys.modules]):
        del sys.modules[name]
    sys.modules.update(kept)


def test_files_that_do_not_import_flask_change_nothing(
    tmp_path: pathlib.Path, modules: dict[str, types.ModuleType]
) -> None:
    (tmp_path / "env.py").write_text("import logging  # not flask")
    prepare(str(tmp_path))
    assert "flask" not in modules


def test_flask_stands_for_erlen_where_a_file_imports_it(
    tmp_path: pathlib.Path, modules: dict[str, types.ModuleType]
) -> None:
    (tmp_path / "env.py").write_text("import logging\n\nfrom flask import current_app\n")
    (tmp_path / "script.py.mako").write_text("<%! from flask import current_app %>\nimport flask\n")
    prepare(str(tmp_path))
    assert importlib.import_module("flask").current_app is erlen.current_app
    prepare(str(tmp_path))  # the next command of the same process
    assert "as_flask" in str(modules["flask"].__file__)


def test_the_real_flask_is_told_of(
    tmp_path: pathlib.Path, modules: dict[str, types.ModuleType]
) -> None:
    (tmp_path / "env.py").write_text("import flask\n")
    modules["flask"] = types.ModuleType("flask")
    with pytest.raises(RuntimeError, match=r"env\.py' imports 'current_app' from flask"):
        prepare(str(tmp_path))
