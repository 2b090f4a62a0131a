"""The fixture of the project's ``conftest.py`` that no test may leave a context behind."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]

LEAKING = """
import erlen

app = erlen.Erlen("leaking", static_folder=None, root_path="/")


def test_leaves_contexts():
    app.app_context().push()
    app.test_request_context().push()


def test_is_not_hit_by_it():
    assert not erlen.has_app_context()
"""


def test_a_test_that_leaves_a_context_fails_and_the_next_one_is_spared(tmp_path: Path) -> None:
    (tmp_path / "test_leaking.py").write_text(LEAKING)
    (tmp_path / "pytest.ini").write_text("[pytest]")
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "conftest", "-p", "no:cacheprovider", "."],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "src")])},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert "2 passed, 1 error" in run.stdout, run.stdout + run.stderr
    assert "test_leaking.py::test_leaves_contexts" in run.stdout
