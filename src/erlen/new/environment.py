"""Making a project's virtual environment."""

from __future__ import annotations

import collections
import collections.abc as cabc
import os
import pathlib
import re
import shlex
import subprocess
import sys

from .failures import ProjectError
from .origin import erlen_arguments

_SCRIPTS = "Scripts" if os.name == "nt" else "bin"

#: The lines in which pip says what it is at.
_progress_in = re.compile(r"\s*((?:Collecting|Downloading|Building|Installing) [^(:\n]+)").match

#: How much of what a command that failed had to say is worth repeating.
_LINES_OF_A_FAILURE = 15


def make_environment(root: pathlib.Path, tell: cabc.Callable[[str], None]) -> None:
    """Make ``.venv`` in the project *root* and install the project, with its tools, into it.

    Erlen is installed from where the one that is running came from.

    :param tell: called with each thing that pip begins.
    :raises ProjectError: a command failed; the message has its last lines.
    """
    environment = root.resolve() / ".venv"
    _run([sys.executable, "-m", "venv", str(environment)], root, tell)
    python = str(environment / _SCRIPTS / "python")
    pip = [python, "-m", "pip", "--disable-pip-version-check", "--no-input", "install"]
    _run([*pip, *erlen_arguments(), "--editable", ".[dev]"], root, tell)
    (environment / ".ready").touch()  # what the project's Makefile looks at


def _run(command: list[str], root: pathlib.Path, tell: cabc.Callable[[str], None]) -> None:
    last: collections.deque[str] = collections.deque(maxlen=_LINES_OF_A_FAILURE)
    with subprocess.Popen(
        command, cwd=root, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            last.append(line)
            if found := _progress_in(line):
                tell(found[1])
    if process.returncode:
        raise ProjectError(
            f"The project is written, but its environment could not be made. This failed:\n\n"
            f"    {shlex.join(command)}\n\n{''.join(last)}\n"
            f"When the cause is mended, run that line again in {root}."
        )
