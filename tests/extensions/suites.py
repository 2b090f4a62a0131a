"""The extensions, and the tests that they carry in their sdists."""

from __future__ import annotations

import dataclasses
import pathlib
import shutil
import subprocess
import tomllib
import xml.etree.ElementTree as ET
from contextlib import suppress

from tests.extensions.environment import BOTH, HERE, Environment, Pair, sdist

EXPECTED = HERE / "expected.toml"

#: How long the tests of one extension may take in one environment, in seconds.
TIME_LIMIT = 600

#: Options of theirs that would want more plugins than there are.
PYTEST = ["-o", "addopts=", "-q", "--tb=short", "--timeout=60", "--continue-on-collection-errors"]


@dataclasses.dataclass(frozen=True)
class Extension:
    """A distribution, the application in `apps` that uses it, and where its own tests are."""

    name: str
    app: str
    tests: str = ""
    options: tuple[str, ...] = ()
    #: Folders of the sdist that hold the package: the one that is installed is to be tested.
    hides: tuple[str, ...] = ()


def _without(*paths: str) -> tuple[str, ...]:
    return tuple(f"--ignore={path}" for path in paths)


ADMIN = "flask_admin/tests"

EXTENSIONS = (
    Extension(
        "flask-admin",
        "admin",
        ADMIN,
        # They ask for MongoDB, PostGIS, a database of their own in PostgreSQL, S3 and Azure.
        _without(
            f"{ADMIN}/mongoengine",
            f"{ADMIN}/pymongo",
            f"{ADMIN}/geoa",
            f"{ADMIN}/sqla/test_postgres.py",
            f"{ADMIN}/fileadmin/test_fileadmin.py",
            f"{ADMIN}/fileadmin/test_fileadmin_s3.py",
            f"{ADMIN}/fileadmin/test_fileadmin_azure.py",
        ),
    ),
    Extension("flask-babel", "babel"),
    Extension("flask-caching", "caching", "tests", hides=("src",)),
    Extension("flask-compress", "compress", "tests"),
    Extension("flask-cors", "cors", "tests"),
    Extension("flask-debugtoolbar", "debugtoolbar"),
    Extension("flask-httpauth", "httpauth", "tests", hides=("src",)),
    Extension("flask-jwt-extended", "jwt_extended", "tests"),
    Extension("flask-limiter", "limiter", "tests"),
    Extension("flask-login", "login", "tests", hides=("src",)),
    Extension("flask-mail", "mail"),
    Extension("flask-migrate", "migrate", "tests", hides=("src",)),
    Extension("flask-principal", "principal"),
    Extension("flask-restful", "restful", "tests"),
    Extension("flask-session", "session"),
    Extension("flask-smorest", "smorest", "tests", hides=("src",)),
    Extension("flask-sock", "sock", "tests", hides=("src",)),
    Extension("flask-socketio", "socketio", "test_socketio.py", hides=("src",)),
    Extension("flask-sqlalchemy", "sqlalchemy", "tests", hides=("src",)),
    Extension("flask-wtf", "wtf", "tests", hides=("src",)),
)

#: What became of each test: its failure's first line, or nothing where it passed.
Outcomes = dict[str, str | None]


@dataclasses.dataclass(frozen=True)
class Result:
    """The outcomes of one extension's tests on both."""

    flask: Outcomes
    erlen: Outcomes
    expected: dict[str, str]

    @property
    def asked(self) -> list[str]:
        """The tests that pass on Flask: those that must pass on Erlen."""
        return [test for test, failure in self.flask.items() if failure is None]

    @property
    def passed(self) -> int:
        return sum(not self._failure(test) for test in self.asked)

    def complaints(self) -> list[str]:
        """Return one line for each thing that is not as it should be."""
        if not self.asked:
            return ["not one test passed on Flask: the environment is broken"]
        failed = {test: line for test in self.asked if (line := self._failure(test))}
        lines = [f"{test} fails: {failed[test]}" for test in failed if test not in self.expected]
        lines += [
            f"{test} passes: take it out of {EXPECTED.name}"
            for test in self.expected
            if test not in failed
        ]
        return lines

    def _failure(self, test: str) -> str | None:
        return self.erlen.get(test, "it did not run")


def run_own_tests(extension: Extension, both: Pair = BOTH) -> Result:
    listed = tomllib.loads(EXPECTED.read_text()).get(extension.name, {})
    flask, erlen = (_run(extension, environment) for environment in both)
    return Result(flask, erlen, listed)


def _run(extension: Extension, environment: Environment) -> Outcomes:
    folder = _copy(extension, environment)
    report = folder.with_suffix(".xml")
    report.unlink(missing_ok=True)
    command = [str(environment.python), "-m", "pytest", *environment.pytest_options, *PYTEST]
    command += [f"--confcutdir={folder}", f"--junitxml={report}"]
    command += [*extension.options, extension.tests]
    # Tests that take too long leave no report: none of them has run.
    with folder.with_suffix(".log").open("w") as log, suppress(subprocess.TimeoutExpired):
        subprocess.run(
            command,
            cwd=folder,
            env=environment.variables(),
            stdout=log,
            stderr=subprocess.STDOUT,
            timeout=TIME_LIMIT,
            check=False,
        )
    return outcomes(report)


def _copy(extension: Extension, environment: Environment) -> pathlib.Path:
    """Return a folder of its own with the sdist: tests write beside themselves."""
    folder = environment.cache / "runs" / f"{extension.name}-on-{environment.name}"
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(sdist(extension.name, environment), folder, symlinks=True)
    for hidden in extension.hides:
        shutil.rmtree(folder / hidden)
    if not _has_settings(folder):  # or pytest would look for some in the folders above
        (folder / "pytest.ini").write_text("[pytest]\n")
    return folder


def _has_settings(folder: pathlib.Path) -> bool:
    files = (folder / name for name in ("pytest.ini", "pyproject.toml", "tox.ini", "setup.cfg"))
    return any(
        "pytest]" in path.read_text() or "[tool.pytest." in path.read_text()
        for path in files
        if path.exists()
    )


def outcomes(report: pathlib.Path) -> Outcomes:
    """Read a JUnit report; a test that was skipped is left out."""
    if not report.exists():
        return {}
    found: Outcomes = {}
    for case in ET.parse(report).iter("testcase"):
        test = f"{case.get('classname')}::{case.get('name')}".removeprefix("::")
        broken = [*case.iterfind("failure"), *case.iterfind("error")]
        if broken:
            found[test] = _first_line(broken[0])
        elif case.find("skipped") is None:
            found.setdefault(test, None)
    return found


def _first_line(element: ET.Element) -> str:
    return (element.get("message") or element.text or "no message").strip().splitlines()[0]
