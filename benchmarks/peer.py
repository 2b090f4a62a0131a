"""The parent's end of a worker."""

from __future__ import annotations

import json
import os
import pathlib
import subprocess
import sys
import typing as t

ROOT = pathlib.Path(__file__).resolve().parent.parent


class Peer:
    """A framework in a process of its own, pinned to *core* (-1: to none)."""

    def __init__(self, framework: str, core: int) -> None:
        self.framework = framework
        self._process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.worker", framework, str(core)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            env=clean_environ(),
        )

    def ask(self, command: str, *arguments: t.Any) -> dict[str, t.Any]:
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin is not None
        assert stdout is not None
        stdin.write(json.dumps([command, arguments]) + "\n")
        stdin.flush()
        line = stdout.readline()
        if not line:
            raise RuntimeError(f"The worker of {self.framework} ended; its output says why.")
        reply: dict[str, t.Any] = json.loads(line)
        return reply

    def close(self) -> None:
        self._process.communicate()


def clean_environ() -> dict[str, str]:
    """Return the environment without what could make one run differ from the next."""
    skipped = ("FLASK_", "ERLEN_", "DJANGO_", "PYTHON")
    kept = {
        name: text
        for name, text in os.environ.items()
        if name == "ERLEN_INTERPRETED" or not name.startswith(skipped)
    }
    return {
        **kept,
        "PYTHONHASHSEED": "0",
        "PYTHONPATH": os.pathsep.join([f"{ROOT}/src", str(ROOT)]),
        # That the kernel is not what was compiled is what whoever measures has to know.
        "PYTHONWARNINGS": "ignore,default:The kernel is not compiled anew:RuntimeWarning",
    }
