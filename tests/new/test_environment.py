from __future__ import annotations

import pathlib

import pytest

from erlen.new import ProjectError, make_environment

#: A project that pip installs in a moment, without asking an index.
PYPROJECT = """\
[build-system]
requires = []
build-backend = "backend"
backend-path = ["."]
"""
BACKEND = """\
import pathlib
import zipfile

FILES = {
    "tiny.py": "",
    "tiny-1.dist-info/METADATA": "Metadata-Version: 2.1\\nName: tiny\\nVersion: 1\\n",
    "tiny-1.dist-info/WHEEL":
        "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n",
    "tiny-1.dist-info/RECORD": "",
}

def build_editable(folder, *_):
    wheel = pathlib.Path(folder, "tiny-1-py3-none-any.whl")
    with zipfile.ZipFile(wheel, "w") as archive:
        for name, text in FILES.items():
            archive.writestr(name, text)
    return wheel.name
"""


@pytest.fixture
def tiny(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> pathlib.Path:
    monkeypatch.setattr("erlen.new.environment.erlen_arguments", list)
    (tmp_path / "pyproject.toml").write_text(PYPROJECT)
    (tmp_path / "backend.py").write_text(BACKEND)
    return tmp_path


def test_the_project_is_installed_into_an_environment_of_its_own(
    tiny: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tiny.parent)
    told: list[str] = []
    make_environment(pathlib.Path(tiny.name), told.append)
    assert any(text.startswith("Installing") for text in told)
    assert list(tiny.glob(".venv/lib/python3*/site-packages/tiny*"))
    assert (tiny / ".venv/.ready").exists()


def test_what_pip_said_last_is_told_when_it_fails(tiny: pathlib.Path) -> None:
    (tiny / "backend.py").write_text("raise RuntimeError('the disk is full')")
    with pytest.raises(ProjectError) as caught:
        make_environment(tiny, lambda text: None)
    message = str(caught.value)
    assert "the disk is full" in message
    assert "pip --disable-pip-version-check --no-input install" in message
    assert f"run that line again in {tiny}" in message
    assert not (tiny / ".venv/.ready").exists()


def test_a_python_that_cannot_make_environments_is_no_traceback(
    tiny: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.executable", "/bin/false")
    with pytest.raises(ProjectError, match="/bin/false -m venv"):
        make_environment(tiny, lambda text: None)
