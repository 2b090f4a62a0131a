"""Run whole applications on Flask and on Erlen, and compare.

    python tests/applications/run.py                 all; writes docs/applications.md
    python tests/applications/run.py httpbin moto    some of them

An application comes from PyPI, and the requests in `apps/<name>.py` are sent to it on both; status,
headers and bodies are compared as for the extensions (see tests/extensions). Where it carries tests
in its sdist, these run on both: what passes on Flask must pass on Erlen. Environments, sdists and
logs lie in `.cache/applications`. The status is 1 when anything differs.
"""

from __future__ import annotations

import argparse
import pathlib
import sys
import time

if not __package__:  # started as a file
    sys.path.insert(0, str(pathlib.Path(__file__).parents[2]))

from tests.applications import table
from tests.applications.environment import BOTH, HERE
from tests.applications.table import APPLICATIONS, Application
from tests.compat.environment import Unavailable
from tests.extensions.comparison import compare_on_both
from tests.extensions.environment import make_both
from tests.extensions.run import UNAVAILABLE, Outcome, report
from tests.extensions.suites import run_own_tests


def main(arguments: list[str]) -> int:
    names = [application.name for application in APPLICATIONS]
    parser = argparse.ArgumentParser(prog="tests/applications/run.py")
    parser.add_argument("applications", nargs="*", metavar="APPLICATION", help=", ".join(names))
    chosen = parser.parse_args(arguments).applications
    if unknown := set(chosen) - set(names):
        parser.error(f"no such application: {', '.join(sorted(unknown))}")
    try:
        make_both(BOTH)
        outcomes = [run_one(one) for one in APPLICATIONS if one.name in (chosen or names)]
    except Unavailable as exc:
        print(f"could not download: {exc}", file=sys.stderr)
        return UNAVAILABLE
    if not chosen:
        table.write(outcomes)
    differing = [outcome.extension.name for outcome in outcomes if outcome.complaints()]
    print(f"{len(outcomes)} applications; differing: {', '.join(differing) or 'none'}")
    return 1 if differing else 0


def run_one(application: Application) -> Outcome:
    started = time.perf_counter()
    carried = application.carried
    comparison = compare_on_both(HERE / "apps" / f"{carried.app}.py", BOTH)
    result = run_own_tests(carried, BOTH) if carried.tests else None
    outcome = Outcome(carried, comparison, result, time.perf_counter() - started)
    report(outcome)
    return outcome


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
