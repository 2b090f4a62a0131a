"""Finding modules with models."""

from __future__ import annotations

import collections.abc as cabc
import pathlib
import sys

import pytest

from erlen import Blueprint, Erlen
from erlen.migrate.models import import_models


@pytest.fixture
def folder(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> cabc.Iterator[pathlib.Path]:
    """A folder to import from; what was imported from it is forgotten."""
    monkeypatch.syspath_prepend(tmp_path)
    before = {*sys.modules}
    yield tmp_path
    for name in {*sys.modules} - before:
        del sys.modules[name]


def app_in(folder: pathlib.Path, import_name: str) -> Erlen:
    return Erlen(import_name, root_path=str(folder))


def test_a_module_beside_the_application_and_its_blueprints_is_imported(
    folder: pathlib.Path,
) -> None:
    (folder / "cart").mkdir()
    for name in ("cart/__init__.py", "cart/models.py", "models.py"):
        (folder / name).write_text("")
    app = app_in(folder, "shop")
    for name in ("one", "two"):
        app.register_blueprint(Blueprint(name, "cart.views", root_path=str(folder / "cart")))
    assert import_models(app) == ["models", "cart.models"]
    assert "cart.models" in sys.modules


def test_a_package_of_models_will_do(folder: pathlib.Path) -> None:
    (folder / "models").mkdir()
    (folder / "models/__init__.py").write_text("")
    assert import_models(app_in(folder, "shop")) == ["models"]


def test_there_need_not_be_any(folder: pathlib.Path) -> None:
    assert import_models(app_in(folder, "shop")) == []
    assert import_models(app_in(folder, "__main__")) == []


def test_a_file_that_cannot_be_imported_by_that_name_is_left_alone(
    folder: pathlib.Path, tmp_path: pathlib.Path
) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "models.py").write_text("")
    assert import_models(app_in(elsewhere, "shop")) == []


def test_an_error_in_the_module_is_the_users_to_see(folder: pathlib.Path) -> None:
    (folder / "models.py").write_text("import no_such_module")
    with pytest.raises(ModuleNotFoundError, match="no_such_module"):
        import_models(app_in(folder, "shop"))
