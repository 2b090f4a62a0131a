"""A test suite of somebody else, run on Erlen and compared with what is expected."""

from __future__ import annotations

import dataclasses
import os
import pathlib
import subprocess
import tomllib
import xml.etree.ElementTree as ET

from tests.compat.environment import CACHE, ROOT, sdist

EXPECTED = pathlib.Path(__file__).with_name("expected.toml")
PLUGINS = pathlib.Path(__file__).with_name("plugins")

#: How long one suite may take, in seconds; each takes a few.
TIME_LIMIT = 300


@dataclasses.dataclass(frozen=True)
class Suite:
    """Where the tests are and how many of them pass on what they were written for."""

    name: str
    source: str
    tests: str
    passing: int
    plugin: str = "erlen.as_flask"
    folder: str = "."
    options: tuple[str, ...] = ()

    def run(self, python: pathlib.Path) -> Result:
        """Run all tests with this interpreter; the whole output goes to a log in the cache."""
        folder = sdist(self.source) / self.folder
        report, log = CACHE / f"{self.name}.xml", CACHE / f"{self.name}.log"
        report.unlink(missing_ok=True)
        command = [str(python), "-m", "pytest", "-p", self.plugin, "-p", "no:cacheprovider"]
        command += ["--tb=short", f"--junitxml={report}", *self.options, self.tests]
        with log.open("w") as output:
            subprocess.run(
                command,
                cwd=folder,
                env=_environ(folder),
                stdout=output,
                stderr=subprocess.STDOUT,
                timeout=TIME_LIMIT,
                check=False,
            )
        return Result(self, _outcomes(report), self._expected(), log)

    def _expected(self) -> dict[str, str]:
        listed: dict[str, str] = tomllib.loads(EXPECTED.read_text()).get(self.name, {})
        return listed


SUITES = (
    Suite(
        name="flaskr",
        source="flask==3.1.3",
        folder="examples/tutorial",
        tests="tests",
        passing=24,
    ),
    Suite(name="flask", source="flask==3.1.3", tests="tests", passing=490),
    Suite(
        name="routing",
        source="werkzeug==3.1.5",
        tests="tests/test_routing.py",
        passing=117,
        plugin="erlen_routing",
        options=("--noconftest",),  # which is for the tests of the development server
    ),
)


@dataclasses.dataclass(frozen=True)
class Result:
    """What became of each test: its failure's last line, or nothing where it passed."""

    suite: Suite
    outcomes: dict[str, str | None]
    expected: dict[str, str]
    log: pathlib.Path

    @property
    def passed(self) -> int:
        return sum(message is None for message in self.outcomes.values())

    def complaints(self) -> list[str]:
        """Return one line for each thing that is not as it should be."""
        failed = {test: line for test, line in self.outcomes.items() if line is not None}
        lines = [f"{test} fails: {failed[test]}" for test in failed if test not in self.expected]
        lines += [
            f"{test} passes: take it out of {EXPECTED.name}"
            for test in self.expected
            if test not in failed
        ]
        missing = self.suite.passing - len(self.outcomes)
        if missing > 0:
            lines.append(f"{missing} of {self.suite.passing} tests did not run, see {self.log}")
        if len(self.expected) > self.suite.passing / 100:
            lines.append(f"more than 1 % of the tests are listed in {EXPECTED.name}")
        return lines


def _environ(folder: pathlib.Path) -> dict[str, str]:
    """Return this process's variables without what would reach into somebody else's tests."""
    own = ("FLASK_", "ERLEN_", "PYTEST_", "WERKZEUG_", "PYTHON", "COV_")
    environ = {name: text for name, text in os.environ.items() if not name.startswith(own)}
    path = [str(ROOT / "src"), str(PLUGINS), str(folder)]
    return {**environ, "PYTHONPATH": os.pathsep.join(path)}


def _outcomes(report: pathlib.Path) -> dict[str, str | None]:
    if not report.exists():
        return {}
    outcomes: dict[str, str | None] = {}
    for case in ET.parse(report).iter("testcase"):
        test = f"{case.get('classname')}::{case.get('name')}".removeprefix("::")
        broken = [*case.iterfind("failure"), *case.iterfind("error")]
        outcomes[test] = _first_line(broken[0]) if broken else outcomes.get(test)
    return outcomes


def _first_line(element: ET.Element) -> str:
    return (element.get("message") or element.text or "no message").strip().splitlines()[0]
