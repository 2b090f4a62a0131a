"""What runs where the compiled kernel cannot be imported."""

from __future__ import annotations

import subprocess
import sys
import textwrap
import typing as t

import pytest

from erlen._core import kernel
from tests.processes import PATIENCE, SOURCE

# As in the second interpreter of a process, where an extension module of Cython's refuses.
PROGRAM = """
    import sys

    class Refusing:
        @staticmethod
        def find_spec(name, path=None, target=None):
            if name == "erlen._core.standins":
                raise ImportError("this module can only be loaded into one interpreter")

    sys.meta_path.insert(0, Refusing)
    from erlen import Erlen, request
    from erlen._core.kernel import standins

    with Erlen("app").test_request_context("/here"):
        print(request.path, standins.__file__)
"""


def test_the_kernel_is_interpreted_where_its_compiled_form_is_refused() -> None:
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(PROGRAM)],
        capture_output=True,
        text=True,
        check=True,
        timeout=PATIENCE,
    )
    assert done.stdout.split() == ["/here", str(SOURCE / "erlen/_core/standins.py")]


def test_the_file_itself_has_all_that_is_compiled(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(name: str) -> t.NoReturn:
        raise ImportError(name)

    monkeypatch.setattr("importlib.import_module", refuse)
    loaded = kernel._load()
    assert loaded.__file__ == str(SOURCE / "erlen/_core/standins.py")
    for name in ("AppStandIn", "GStandIn", "RequestStandIn", "SessionStandIn"):
        assert vars(getattr(loaded, name)).keys() >= {"__getattribute__", "__slots__"}
