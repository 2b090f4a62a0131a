"""Two environments with the same extensions: one with Flask, one with Erlen in its place.

Everything lies in `.cache/extensions`, which git ignores, and is made once for each version of
`requirements.txt`.
"""

from __future__ import annotations

import collections.abc as cabc
import concurrent.futures
import dataclasses
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tarfile

if not __package__:  # imported by a script that was started as a file
    sys.path.insert(0, str(pathlib.Path(__file__).parents[2]))

from tests.compat.environment import PIP, Unavailable

ROOT = pathlib.Path(__file__).parents[2]
CACHE = ROOT / ".cache" / "extensions"
HERE = pathlib.Path(__file__).parent
REQUIREMENTS = HERE / "requirements.txt"
FLASK = "flask==3.1.3"

SOURCE = ROOT / "src"
AS_FLASK = SOURCE / "erlen" / "as_flask"

#: Variables that would reach into somebody else's programs and tests.
OWN = ("FLASK_", "ERLEN_", "PYTEST_", "WERKZEUG_", "PYTHON", "COV_", "VIRTUAL_ENV")


@dataclasses.dataclass(frozen=True)
class Environment:
    """A virtual environment and what the framework in it is."""

    name: str
    pytest_options: tuple[str, ...] = ()
    #: Folders that go in front of `PATH`, after the environment's own commands.
    commands: tuple[str, ...] = ()
    #: Where it lies, and what is installed into it.
    cache: pathlib.Path = CACHE
    requirements: pathlib.Path = REQUIREMENTS

    @property
    def folder(self) -> pathlib.Path:
        return self.cache / f"{sys.implementation.cache_tag}-{self.name}"

    @property
    def python(self) -> pathlib.Path:
        return self.folder / "bin" / "python"

    def variables(self, **extra: str) -> dict[str, str]:
        """Return what a process in this environment is to have in `os.environ`."""
        kept = {name: text for name, text in os.environ.items() if not name.startswith(OWN)}
        path = [str(self.folder / "bin"), *self.commands, os.environ.get("PATH", os.defpath)]
        return {**kept, "PATH": os.pathsep.join(path), "PYTHONHASHSEED": "0", **extra}

    def make(self) -> None:
        """Create the environment, unless it is there with these very requirements."""
        stamp = self.folder / "installed.txt"
        wanted = f"{self._first()}\n{self.requirements.read_text()}"
        if stamp.exists() and stamp.read_text() == wanted:
            return
        print(f"   making {self.folder.relative_to(ROOT)}", flush=True)
        run([sys.executable, "-m", "venv", "--clear", str(self.folder)])
        run([str(self.python), *PIP, "install", *self._first()])
        self.put_in_place()
        run([str(self.python), *PIP, "install", "-r", str(self.requirements)])
        self.check()
        stamp.write_text(wanted)

    def _first(self) -> list[str]:
        return [FLASK]

    def put_in_place(self) -> None:
        """Do what has to be done before the extensions are installed."""

    def check(self) -> None:
        """Raise `RuntimeError` if the extensions brought the wrong framework with them."""


class ErlenEnvironment(Environment):
    """Erlen from this tree; its metadata tell pip that the requirement "flask" is met."""

    def _first(self) -> list[str]:
        return ["--editable", str(ROOT)]

    def put_in_place(self) -> None:
        (self._packages() / "erlen-as-flask.pth").write_text(f"{AS_FLASK / 'site'}\n")

    def check(self) -> None:
        if (self._packages() / "flask").exists():
            raise RuntimeError(f"pip has installed the real Flask into {self.folder}")

    def _packages(self) -> pathlib.Path:
        (packages,) = self.folder.glob("lib/python*/site-packages")
        return packages


ON_FLASK = Environment("flask")
ON_ERLEN = ErlenEnvironment(
    "erlen", pytest_options=("-p", "erlen.as_flask"), commands=(str(AS_FLASK / "bin"),)
)


#: The environment with Flask, and the one with Erlen.
Pair = tuple[Environment, Environment]

BOTH: Pair = (ON_FLASK, ON_ERLEN)


def make_both(both: Pair = BOTH) -> None:
    both[0].cache.mkdir(parents=True, exist_ok=True)
    with concurrent.futures.ThreadPoolExecutor() as pool:
        list(pool.map(lambda environment: environment.make(), both))


def versions(requirements: pathlib.Path = REQUIREMENTS) -> dict[str, str]:
    """Return the pinned version of each distribution, under its normalized name."""
    pins = re.findall(r"^([\w.-]+)==(\S+)$", requirements.read_text(), re.MULTILINE)
    return {normalized(name): version for name, version in pins}


def normalized(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def sdist(name: str, environment: Environment = ON_FLASK) -> pathlib.Path:
    """Return the folder of the unpacked sdist of a distribution that the environment pins."""
    version = versions(environment.requirements)[name]
    folder = environment.cache / "sdists" / f"{name}-{version}"
    if not folder.exists():
        part = folder.with_suffix(".part")
        shutil.rmtree(part, ignore_errors=True)
        options = ["--no-deps", "--no-binary", ":all:", "--dest", str(part)]
        # Building metadata of an sdist imports what the extension imports: Flask as well.
        run([str(environment.python), *PIP, "download", *options, f"{name}=={version}"])
        (tarball,) = part.glob("*.tar.gz")
        with tarfile.open(tarball) as archive:
            archive.extractall(part, filter="data")
        (unpacked,) = (path for path in part.iterdir() if path.is_dir())
        unpacked.rename(folder)
        shutil.rmtree(part)
    return folder


def run(command: cabc.Sequence[str]) -> None:
    environ = {name: text for name, text in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(command, env=environ, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Unavailable(f"{' '.join(command)}\n{done.stdout}{done.stderr}")
