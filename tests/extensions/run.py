"""Run real extensions on Flask and on Erlen, and compare.

    python tests/extensions/run.py                      all; writes docs/extensions.md
    python tests/extensions/run.py flask-wtf flask-sock some of them
    python tests/extensions/run.py --apps               only the applications, not their own tests

For each extension, the requests in `apps/<name>.py` are sent to that application on both, and
status, headers and bodies are compared; then the tests that the extension carries in its sdist run
on both: what passes on Flask must pass on Erlen, unless `expected.toml` says why not. Environments,
sdists and logs lie in `.cache/extensions`. The status is 1 when anything differs.
"""

from __future__ import annotations

import argparse
import concurrent.futures
import dataclasses
import pathlib
import sys
import threading
import time

if not __package__:  # started as a file
    sys.path.insert(0, str(pathlib.Path(__file__).parents[2]))

from tests.compat.environment import Unavailable
from tests.extensions import table
from tests.extensions.comparison import APPS, Comparison, compare_on_both
from tests.extensions.environment import make_both, sdist
from tests.extensions.suites import EXTENSIONS, Extension, Result, run_own_tests

#: How many complaints are printed for an extension.
SHOWN = 40

#: The status when an index could not be reached, as opposed to 1 for what differs.
UNAVAILABLE = 3

_printing = threading.Lock()


@dataclasses.dataclass(frozen=True)
class Outcome:
    """What is known about one extension after a run."""

    extension: Extension
    comparison: Comparison
    result: Result | None
    seconds: float

    def complaints(self) -> list[str]:
        own = self.result.complaints() if self.result else []
        return [*self.comparison.differences, *own]


def main(arguments: list[str]) -> int:
    names = [extension.name for extension in EXTENSIONS]
    parser = argparse.ArgumentParser(prog="tests/extensions/run.py")
    parser.add_argument("extensions", nargs="*", metavar="EXTENSION", help=", ".join(names))
    parser.add_argument("--apps", action="store_true", help="leave out the extensions' own tests")
    chosen = parser.parse_args(arguments)
    if unknown := set(chosen.extensions) - set(names):
        parser.error(f"no such extension: {', '.join(sorted(unknown))}")
    wanted = [one for one in EXTENSIONS if one.name in (chosen.extensions or names)]
    started = time.perf_counter()
    try:
        outcomes = run_all(wanted, own_tests=not chosen.apps)
    except Unavailable as exc:
        print(f"could not download: {exc}", file=sys.stderr)
        return UNAVAILABLE
    if len(wanted) == len(EXTENSIONS) and not chosen.apps:
        table.write((o.extension, o.comparison, o.result) for o in outcomes)
    differing = [o.extension.name for o in outcomes if o.complaints()]
    print(
        f"{len(outcomes)} extensions in {time.perf_counter() - started:.0f} s;"
        f" differing: {', '.join(differing) or 'none'}"
    )
    return 1 if differing else 0


def run_all(wanted: list[Extension], *, own_tests: bool) -> list[Outcome]:
    """Run two extensions at a time; the one with the longest tests begins."""
    make_both()
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        return list(pool.map(lambda extension: run_one(extension, own_tests=own_tests), wanted))


def run_one(extension: Extension, *, own_tests: bool) -> Outcome:
    if own_tests and extension.tests:
        sdist(extension.name)
    started = time.perf_counter()
    comparison = compare_on_both(APPS / f"{extension.app}.py")
    result = run_own_tests(extension) if own_tests and extension.tests else None
    outcome = Outcome(extension, comparison, result, time.perf_counter() - started)
    with _printing:
        report(outcome)
    return outcome


def report(outcome: Outcome) -> None:
    own = ""
    if outcome.result:
        own = f", {outcome.result.passed} of {len(outcome.result.asked)} tests"
    print(
        f"== {outcome.extension.name}: {outcome.comparison.requests} requests{own}"
        f" ({outcome.seconds:.0f} s)"
    )
    complaints = outcome.complaints()
    for line in complaints[:SHOWN]:
        print(f"   {line}")
    if len(complaints) > SHOWN:
        print(f"   ... and {len(complaints) - SHOWN} more")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
