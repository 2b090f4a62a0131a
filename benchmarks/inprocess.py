"""Compare frameworks in process: WSGI calls, no server, no network.

    python benchmarks/inprocess.py [--frameworks erlen,flask] [--workloads hello,form] [--quick]

Every framework has a process of its own; all are pinned to one core and work in turn, one small
batch each, so that whatever disturbs the machine disturbs them alike. Figures are CPU
microseconds a request, the least of all batches; conclusions are drawn from ratios only.
"""

from __future__ import annotations

import argparse
import os
import pathlib
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

from benchmarks import tables
from benchmarks.apps import FRAMEWORKS, NOT_OFFERED
from benchmarks.goals import judge
from benchmarks.options import names_in
from benchmarks.peer import Peer
from benchmarks.results import Results, Timing, describe_machine
from benchmarks.workloads import BY_KEY

#: Rounds of batches, and how long a batch takes.
ROUNDS, BATCH_SECONDS = 80, 0.005
QUICK_ROUNDS, QUICK_BATCH_SECONDS = 8, 0.002


def parse(arguments: list[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--frameworks", type=names_in(FRAMEWORKS), default=list(FRAMEWORKS))
    parser.add_argument("--workloads", type=names_in(BY_KEY), default=list(BY_KEY))
    parser.add_argument("--rounds", type=int, help=f"batches of each framework; {ROUNDS}")
    parser.add_argument("--quick", action="store_true", help="fewer and shorter batches")
    parser.add_argument("--core", type=int, default=max(os.sched_getaffinity(0)))
    parser.add_argument("--medians", action="store_true", help="print the medians as well")
    parser.add_argument("--check-goals", action="store_true", help="exit with 1 if one is missed")
    parser.add_argument("--json", type=pathlib.Path, metavar="FILE", help="write the results")
    return parser.parse_args(arguments)


def measure(
    frameworks: list[str], workloads: list[str], rounds: int, batch_seconds: float, core: int
) -> Results:
    """Time the workloads one after the other, the frameworks of each in turn."""
    results = Results({}, describe_machine())
    peers = [Peer(name, core) for name in frameworks]
    try:
        for workload in workloads:
            began = time.monotonic()
            _measure_workload(results, peers, workload, rounds, batch_seconds)
            _report(f"{workload}: {time.monotonic() - began:.1f} s")
    finally:
        for peer in peers:
            peer.close()
    return results


def _measure_workload(
    results: Results, peers: list[Peer], workload: str, rounds: int, batch_seconds: float
) -> None:
    present = [peer for peer in peers if workload not in NOT_OFFERED.get(peer.framework, ())]
    for peer in present:
        peer.ask("prepare", workload, batch_seconds)
    batches: dict[str, list[float]] = {peer.framework: [] for peer in present}
    for _ in range(rounds):
        for peer in present:
            batches[peer.framework].append(peer.ask("batch")["ns"])
    results.timings[workload] = {name: Timing.of(figures) for name, figures in batches.items()}


def _report(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def main() -> int:
    options = parse()
    rounds = options.rounds or (QUICK_ROUNDS if options.quick else ROUNDS)
    batch_seconds = QUICK_BATCH_SECONDS if options.quick else BATCH_SECONDS
    results = measure(options.frameworks, options.workloads, rounds, batch_seconds, options.core)
    print_results(results, options.medians)
    if options.json:
        results.save(options.json)
    return check_goals(results) if options.check_goals else 0


def print_results(results: Results, medians: bool) -> None:
    print("\n".join(f"{name} {value}" for name, value in results.about.items()))
    for which in ("minimum", "median") if medians else ("minimum",):
        print(f"\nCPU µs of a request, {which} of the batches\n")
        print(tables.as_text(*tables.timing_rows(results, which)))


def check_goals(results: Results) -> int:
    verdicts = [verdict for verdict in judge(results) if verdict.met is not None]
    print("\n" + tables.as_text(*tables.verdict_rows(verdicts)))
    missed = sum(verdict.met is False for verdict in verdicts)
    print(f"\n{missed} of {len(verdicts)} goals missed")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
