"""Downloads, and an environment without Flask to run other people's tests in.

Everything lies in `.cache/compat`, which git ignores, and is made once.
"""

from __future__ import annotations

import collections.abc as cabc
import contextlib
import fcntl
import os
import pathlib
import subprocess
import sys
import tarfile

ROOT = pathlib.Path(__file__).parents[2]
CACHE = ROOT / ".cache" / "compat"
REQUIREMENTS = pathlib.Path(__file__).with_name("requirements.txt")


class Unavailable(Exception):
    """A package index could not be asked, or had no answer."""


def sdist(requirement: str) -> pathlib.Path:
    """Return the folder of an unpacked sdist, `flask==3.1.3` say."""
    folder = CACHE / requirement.replace("==", "-")
    with _alone():
        if not folder.exists():
            tarball = _download(requirement)
            with tarfile.open(tarball) as archive:
                archive.extractall(CACHE, filter="data")
    return folder


def interpreter(werkzeug: str) -> pathlib.Path:
    """Return the Python of an environment that has this Werkzeug, or the newest, and no Flask."""
    requirement = "werkzeug" if werkzeug == "newest" else f"werkzeug=={werkzeug}"
    wanted = f"{requirement}\n{REQUIREMENTS.read_text()}"
    folder = CACHE / f"{sys.implementation.cache_tag}-werkzeug-{werkzeug}"
    python, stamp = folder / "bin" / "python", folder / "installed.txt"
    with _alone():
        if not stamp.exists() or stamp.read_text() != wanted:
            _say(f"making {folder.relative_to(ROOT)}")
            _run([sys.executable, "-m", "venv", "--clear", str(folder)])
            _run([str(python), *PIP, "install", requirement, "-r", str(REQUIREMENTS)])
            stamp.write_text(wanted)
    return python


PIP = ["-m", "pip", "--quiet", "--disable-pip-version-check"]


def _download(requirement: str) -> pathlib.Path:
    _say(f"downloading the sdist of {requirement}")
    target = CACHE / "sdists"
    options = ["--no-deps", "--no-binary", ":all:", "--dest", str(target)]
    _run([sys.executable, *PIP, "download", *options, requirement])
    (tarball,) = target.glob(requirement.replace("==", "-") + ".tar.gz")
    return tarball


def _run(command: cabc.Sequence[str]) -> None:
    # What led this process to Erlen or to a coverage run is no business of pip's.
    environ = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(command, env=environ, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Unavailable(f"{' '.join(command)}\n{done.stdout}{done.stderr}")


@contextlib.contextmanager
def _alone() -> cabc.Iterator[None]:
    """Keep two runs at the same time from filling the cache over each other."""
    CACHE.mkdir(parents=True, exist_ok=True)
    with (CACHE / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _say(text: str) -> None:
    print(f"   {text}", flush=True)
