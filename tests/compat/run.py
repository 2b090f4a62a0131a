"""Run what other people wrote for Flask and Werkzeug, unchanged, on Erlen.

    python tests/compat/run.py                      all suites
    python tests/compat/run.py flaskr routing       some of them
    python tests/compat/run.py --werkzeug newest    on another Werkzeug than the suites want

The sdists are downloaded by pip into `.cache/compat`; nothing of them is committed. The status is 1
when a test fails that `expected.toml` does not name, or one passes that it does name.
"""

from __future__ import annotations

import argparse
import pathlib
import sys
import time

if not __package__:  # started as a file
    sys.path.insert(0, str(pathlib.Path(__file__).parents[2]))

from tests.compat.environment import Unavailable, interpreter
from tests.compat.suite import SUITES, Suite

#: Two of Flask's tests need an older Werkzeug than the newest.
WERKZEUG = "3.1.5"

#: How many complaints are printed for a suite.
SHOWN = 40

#: The status when an index could not be reached, as opposed to 1 for tests that failed.
UNAVAILABLE = 3


def main(arguments: list[str]) -> int:
    names = [suite.name for suite in SUITES]
    parser = argparse.ArgumentParser(prog="tests/compat/run.py")
    parser.add_argument("suites", nargs="*", metavar="SUITE", help=", ".join(names))
    parser.add_argument(
        "--werkzeug", default=WERKZEUG, help="a version, or newest (default: %(default)s)"
    )
    chosen = parser.parse_args(arguments)
    if unknown := set(chosen.suites) - set(names):
        parser.error(f"no such suite: {', '.join(sorted(unknown))}; there are {', '.join(names)}")
    try:
        python = interpreter(chosen.werkzeug)
        done = [check(s, python) for s in SUITES if s.name in (chosen.suites or names)]
    except Unavailable as exc:
        print(f"could not download: {exc}", file=sys.stderr)
        return UNAVAILABLE
    return 0 if all(done) else 1


def check(suite: Suite, python: pathlib.Path) -> bool:
    """Run one suite, print what is to be known about it, return whether all is as expected."""
    print(f"== {suite.name}: {suite.tests} of {suite.source}", flush=True)
    started = time.perf_counter()
    result = suite.run(python)
    seconds = time.perf_counter() - started
    complaints = result.complaints()
    for line in complaints[:SHOWN]:
        print(f"   {line}")
    if len(complaints) > SHOWN:
        print(f"   ... and {len(complaints) - SHOWN} more")
    print(
        f"   {result.passed} of {len(result.outcomes)} passed,"
        f" {len(result.expected)} expected to fail, {len(complaints)} to look at"
        f" ({seconds:.0f} s, {result.log.relative_to(pathlib.Path.cwd())})",
        flush=True,
    )
    return not complaints


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
