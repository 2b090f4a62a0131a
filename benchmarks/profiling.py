"""Show where the time of a workload goes, function by function.

    python benchmarks/profiling.py form session_write [--framework erlen] [--top 25]

The profiler makes calls dearer than they are, short ones most: read the order, not the sums, and
prove a change with `inprocess.py`.
"""

from __future__ import annotations

import argparse
import cProfile
import pathlib
import pstats
import sys
import typing as t

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

from benchmarks import tables
from benchmarks.apps import FRAMEWORKS, find_maker
from benchmarks.worker import Prepared
from benchmarks.workloads import BY_KEY

CALLS = 2000


def profile(framework: str, workload: str) -> pstats.Stats:
    """Profile many requests, after the warming up."""
    chosen = BY_KEY[workload]
    prepared = Prepared(find_maker(framework)(chosen.variant), chosen)
    prepared.warm(0.1)
    profiler = cProfile.Profile()
    profiler.runcall(prepared.time, CALLS)
    return pstats.Stats(profiler)


def rows(stats: pstats.Stats, top: int) -> list[list[str]]:
    """Return the functions that take the most time of their own, a request's share of it."""
    functions: dict[t.Any, t.Any] = vars(stats)["stats"]
    ordered = sorted(functions.items(), key=lambda item: -item[1][2])
    return [
        [
            _name(where),
            tables.figure(calls / CALLS),
            tables.figure(own * 1e6 / CALLS),
            tables.figure(total * 1e6 / CALLS),
        ]
        for where, (_, calls, own, total, _) in ordered[:top]
    ]


def _name(where: tuple[str, int, str]) -> str:
    file, line, function = where
    return f"{pathlib.Path(file).name}:{line} {function}" if line else function


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("workloads", nargs="+", choices=BY_KEY, metavar="WORKLOAD")
    parser.add_argument("--framework", choices=FRAMEWORKS, default="erlen")
    parser.add_argument("--top", type=int, default=25)
    options = parser.parse_args()
    head = ["function", "calls", "own µs", "with callees µs"]
    for workload in options.workloads:
        print(f"\n{BY_KEY[workload].title}\n")
        print(tables.as_text(head, rows(profile(options.framework, workload), options.top)))


if __name__ == "__main__":
    main()
