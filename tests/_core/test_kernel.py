"""Which form of the kernel runs: compiled, or as Python reads it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import textwrap
import traceback
from importlib.machinery import EXTENSION_SUFFIXES
from pathlib import Path

import pytest

from erlen import Erlen
from erlen._core import kernel
from erlen._core.kernel import SourceFinder, changed_files, is_compiled, modules_in
from tests.processes import PATIENCE, SOURCE
from tests.wsgi import ask

PROGRAM = """
    import sys

    class Refusing:  # as in the second interpreter of a process an extension module of Cython's
        @staticmethod
        def find_spec(name, path=None, target=None):
            if name == sys.argv[1] and Refusing in sys.meta_path[:1]:
                raise ImportError("this module can only be loaded into one interpreter")

    sys.meta_path.insert(0, Refusing)
    from erlen import Erlen, request
    from erlen._core import dispatch, states

    with Erlen("app").test_request_context("/here"):
        print(request.path, dispatch.__file__, states.__file__)
"""
KERNEL = modules_in(SOURCE / "erlen")
COMPILED = is_compiled(KERNEL) and not list(changed_files(KERNEL))
AS_SOURCE = ["/here", *(str(SOURCE / f"erlen/_core/{name}.py") for name in ("dispatch", "states"))]


def start(refused: str, source: Path = SOURCE, **environ: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", textwrap.dedent(PROGRAM), refused],
        capture_output=True,
        text=True,
        check=True,
        timeout=PATIENCE,
        env={**os.environ, "PYTHONPATH": str(source), **environ},
    )


def run(refused: str, source: Path = SOURCE, **environ: str) -> list[str]:
    return start(refused, source, **environ).stdout.split()


def test_the_kernel_is_interpreted_where_its_compiled_form_is_refused() -> None:
    assert run("erlen._core.states", ERLEN_INTERPRETED="") == AS_SOURCE


@pytest.mark.parametrize("off", ["", "0", "False", "no"])
def test_the_kernel_is_compiled_where_it_can_be(off: str) -> None:
    suffix = EXTENSION_SUFFIXES[0] if COMPILED else ".py"
    found = [file.removesuffix(suffix) for file in run("", ERLEN_INTERPRETED=off)[1:]]
    assert found == [str(SOURCE / f"erlen/_core/{name}") for name in ("dispatch", "states")]


@pytest.mark.parametrize("on", ["1", "yes"])
def test_the_kernel_is_interpreted_where_the_environment_says_so(on: str) -> None:
    assert run("", ERLEN_INTERPRETED=on) == AS_SOURCE


def make_package(folder: Path, *files: str) -> Path:
    for name in ("_core/", "json/", "sessions/", "sessions/stores/", *files):
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.mkdir(exist_ok=True) if name.endswith("/") else path.touch()
    return folder


def test_a_kernel_of_which_a_part_is_missing_is_not_compiled(tmp_path: Path) -> None:
    suffix = EXTENSION_SUFFIXES[0]
    make_package(tmp_path, "_core/plan.pxd", f"_core/plan{suffix}")
    assert is_compiled(modules_in(tmp_path))
    make_package(tmp_path, "sessions/plainness.pxd", "sessions/plainness.other.so")
    assert not is_compiled(modules_in(tmp_path))
    make_package(tmp_path, f"sessions/plainness{suffix}")
    assert is_compiled(modules_in(tmp_path))


def test_all_modules_with_types_are_of_the_kernel() -> None:
    paths = {Path(module.path) for module in KERNEL}
    assert paths == {types.with_suffix("") for types in SOURCE.rglob("*.pxd")}


@pytest.mark.parametrize("ending", [".py", ".pxd"])
def test_a_source_that_is_newer_than_its_compiled_form_has_changed(
    tmp_path: Path, ending: str
) -> None:
    compiled = f"_core/plan{EXTENSION_SUFFIXES[0]}"
    make_package(tmp_path, "_core/plan.py", "_core/plan.pxd", compiled)
    os.utime(tmp_path / compiled, (2e9, 2e9))
    assert list(changed_files(modules_in(tmp_path))) == []
    os.utime(tmp_path / f"_core/plan{ending}", (2e9 + 1, 2e9 + 1))
    assert list(changed_files(modules_in(tmp_path))) == [str(tmp_path / f"_core/plan{ending}")]


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A copy of the packages, compiled before one of them was changed."""
    source = tmp_path / "checkout/src"
    shutil.copytree(SOURCE / "erlen", source / "erlen", ignore=shutil.ignore_patterns("new"))
    for module in modules_in(source / "erlen"):
        Path(f"{module.path}{module.suffix or EXTENSION_SUFFIXES[0]}").touch()
    os.utime(source / "erlen/_core/plan.pxd", (2e9, 2e9))
    return source


def test_in_a_checkout_the_source_is_run_when_it_is_newer(source: Path) -> None:
    compiler = source.parent / "tools/hatch_build.py"
    compiler.parent.mkdir()
    compiler.touch()
    done = start("", source, ERLEN_INTERPRETED="")
    assert str(source / "erlen/_core/dispatch.py") in done.stdout
    assert "RuntimeWarning: The kernel is not compiled anew: _core/plan.pxd was" in done.stderr
    assert start("", source, ERLEN_INTERPRETED="1").stderr == ""


def test_an_installer_may_give_files_what_times_it_likes(source: Path) -> None:
    done = start("", source, ERLEN_INTERPRETED="")
    suffix = EXTENSION_SUFFIXES[0] if is_compiled(KERNEL) else ".py"
    assert str(source / f"erlen/_core/dispatch{suffix}") in done.stdout
    assert done.stderr == ""


@pytest.mark.parametrize("folder", ["here", "elsewhere"])
def test_tracebacks_show_the_lines_of_the_kernel(
    folder: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if folder == "elsewhere":
        monkeypatch.chdir(tmp_path)
    app = Erlen("app", root_path="/", static_folder=None)
    app.add_url_rule("/", "fail", lambda: str(1 / 0))
    app.testing = True
    with pytest.raises(ZeroDivisionError) as caught:
        ask(app)
    frames = traceback.extract_tb(caught.value.__traceback__)
    lines = [frame.line for frame in frames if frame.filename.endswith("_core/dispatch.py")]
    assert "rv = plan.view(**args)" in lines


@pytest.mark.parametrize("sample, finders", [("erlen._core.states", 0), ("erlen._core.nothing", 1)])
def test_a_kernel_that_can_be_imported_is_taken_as_it_is(
    sample: str, finders: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kernel, "_SAMPLE", sample)
    monkeypatch.setattr(kernel, "is_compiled", lambda modules: True)
    monkeypatch.setattr(kernel, "_is_outdated", lambda modules: False)
    usual = [finder for finder in sys.meta_path if finder is not SourceFinder]
    monkeypatch.setattr(sys, "meta_path", usual.copy())
    monkeypatch.delenv("ERLEN_INTERPRETED", raising=False)
    kernel.choose()
    assert sys.meta_path == [SourceFinder] * finders + usual


def test_a_kernel_is_outdated_only_where_it_can_be_compiled_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    compiled = f"_core/plan{EXTENSION_SUFFIXES[0]}"
    make_package(tmp_path, "_core/plan.py", "_core/plan.pxd", compiled)
    os.utime(tmp_path / "_core/plan.py", (2e9, 2e9))
    monkeypatch.setattr(kernel, "_ERLEN", str(tmp_path))
    monkeypatch.setattr(kernel, "_COMPILER", str(tmp_path / "nowhere"))
    assert not kernel._is_outdated(modules_in(tmp_path))
    monkeypatch.setattr(kernel, "_COMPILER", str(tmp_path))
    assert not kernel._is_outdated([])
    with pytest.warns(RuntimeWarning, match="_core/plan.py was changed"):
        assert kernel._is_outdated(modules_in(tmp_path))


def test_all_modules_of_the_kernel_are_known() -> None:
    types = {str(path.with_suffix("")) for path in (SOURCE / "erlen").rglob("*.pxd")}
    assert {module.path for module in modules_in(SOURCE / "erlen")} == types
