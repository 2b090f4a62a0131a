"""Which form of the kernel runs: compiled, or as Python reads it."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from importlib.machinery import EXTENSION_SUFFIXES
from pathlib import Path

from erlen._core.kernel import is_compiled
from tests.processes import PATIENCE, SOURCE

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
AS_SOURCE = ["/here", *(str(SOURCE / f"erlen/_core/{name}.py") for name in ("dispatch", "states"))]


def run(refused: str, **environ: str) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(PROGRAM), refused],
        capture_output=True,
        text=True,
        check=True,
        timeout=PATIENCE,
        env={**os.environ, **environ},
    )
    return done.stdout.split()


def test_the_kernel_is_interpreted_where_its_compiled_form_is_refused() -> None:
    assert run("erlen._core.states", ERLEN_INTERPRETED="") == AS_SOURCE


def test_the_kernel_is_compiled_where_it_can_be() -> None:
    suffix = EXTENSION_SUFFIXES[0] if is_compiled(SOURCE / "erlen/_core") else ".py"
    found = [file.removesuffix(suffix) for file in run("", ERLEN_INTERPRETED="")[1:]]
    assert found == [str(SOURCE / f"erlen/_core/{name}") for name in ("dispatch", "states")]


def test_the_kernel_is_interpreted_where_the_environment_says_so() -> None:
    assert run("", ERLEN_INTERPRETED="1") == AS_SOURCE


def test_a_kernel_of_which_a_part_is_missing_is_not_compiled(tmp_path: Path) -> None:
    for name in ("plan.pxd", "states.pxd", f"plan{EXTENSION_SUFFIXES[0]}", "states.other.so"):
        tmp_path.joinpath(name).touch()
    assert not is_compiled(tmp_path)
    tmp_path.joinpath(f"states{EXTENSION_SUFFIXES[0]}").touch()
    assert is_compiled(tmp_path)
