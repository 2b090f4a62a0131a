"""`python -m erlen.as_flask PROGRAM ...`: run a program that was written for Flask."""

from __future__ import annotations

import importlib.metadata
import os
import runpy
import sys
import typing as t

USAGE: t.Final = """\
Usage: python -m erlen.as_flask PROGRAM [ARGUMENT ...]
       python -m erlen.as_flask -m MODULE [ARGUMENT ...]

Run a program in which `import flask` means Erlen. PROGRAM is a Python file, a folder or archive
with a __main__.py, or the name of an installed command (flask, pytest, gunicorn, ...).
"""


def main(arguments: list[str]) -> None:
    if not arguments or arguments == ["-m"]:
        sys.stderr.write(USAGE)
        sys.exit(2)
    if arguments[0] in {"-h", "--help"}:
        sys.stdout.write(USAGE)
    elif arguments[0] == "-m":
        _run_module(arguments[1:])
    elif os.path.exists(arguments[0]):
        _run_path(arguments)
    else:
        _run_command(arguments)


def _run_module(arguments: list[str]) -> None:
    # `python -m` has put the working directory at the front of `sys.path`, as is right here too.
    sys.argv[:] = arguments
    runpy.run_module(arguments[0], run_name="__main__", alter_sys=True)


def _run_path(arguments: list[str]) -> None:
    sys.argv[:] = arguments
    program = os.path.realpath(arguments[0])
    if os.path.isfile(program) and not sys.flags.safe_path:
        sys.path[0] = os.path.dirname(program)
    runpy.run_path(arguments[0], run_name="__main__")


def _run_command(arguments: list[str]) -> None:
    name = arguments[0]
    for entry_point in importlib.metadata.entry_points(group="console_scripts", name=name):
        sys.argv[:] = arguments
        sys.exit(entry_point.load()())
    sys.exit(
        f"erlen.as_flask: {name!r} is neither a file nor an installed command. Name a Python"
        f" file, or a module with `python -m erlen.as_flask -m {name}`."
    )


if __name__ == "__main__":
    main(sys.argv[1:])
