"""Fuzz the whole application: ``python -m tests.fuzz --requests 1000000`` (or ``make fuzz``)."""

from __future__ import annotations

import argparse
import pathlib
import sys
import tempfile

from .campaign import fuzz
from .checking import cookies_of, run
from .drawing import Drawer
from .running import REQUESTS, Fuzzer, describe


def _replay(seed: int) -> int:
    with tempfile.TemporaryDirectory() as folder:
        fuzzer = Fuzzer(pathlib.Path(folder))
        drawer = Drawer(seed)
        cookies: dict[str, str] = {}
        for number in range(REQUESTS):
            case = drawer.draw(cookies)
            outcome = run(fuzzer.apps[drawer.variant], case)
            print(f"request {number}, variant {case.variant}\n  {describe(case, outcome)}")
            for fault in outcome.faults:
                print(f"  FAULT: {fault}")
            if outcome.faults:
                return 1
            cookies_of(outcome, cookies)
    print("nothing is wrong")
    return 0


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--requests", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1, help="the first seed")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--replay", type=int, metavar="SEED", help="make the requests of one seed")
    arguments = parser.parse_args()
    if arguments.replay is not None:
        return _replay(arguments.replay)
    return 1 if fuzz(arguments.seed, arguments.requests, arguments.processes) else 0


if __name__ == "__main__":
    sys.exit(main())
