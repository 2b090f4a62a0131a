"""Measurements that need a fresh process each; `startup.py` starts them and reads their line.

python -m benchmarks.probe ACTION FRAMEWORK [ARGUMENTS …]
"""

from __future__ import annotations

import collections.abc as cabc
import gc
import itertools
import json
import pathlib
import sys
import threading
import time
import typing as t

from .apps import NOT_OFFERED, find_maker
from .exchange import Request, ask
from .worker import Prepared
from .workloads import WORKLOADS, Workload

#: What the long run and the threads are asked for: a bit of everything that is quick.
MIXED = ("hello_key", "params", "session_read", "session_write", "not_found", "redirect")


def build(framework: str, variant: str, path: str) -> dict[str, float]:
    """Import, make an application, answer once: CPU milliseconds of each, and the memory."""
    before = time.process_time()
    make = find_maker(framework)
    imported = time.process_time()
    app = make(variant)
    made = time.process_time()
    ask(app, Request(path).environ(0))
    answered = time.process_time()
    return {
        "make": (made - imported) * 1000,
        "answer": (answered - made) * 1000,
        "all": (answered - before) * 1000,
        "memory": resident(),
    }


def cycles(framework: str, calls: str = "96") -> dict[str, float]:
    """Return how many objects a request leaves to the collector of cycles."""
    make = find_maker(framework)
    left = {}
    for workload in offered(framework):
        if workload.key == "routes_10000":
            continue
        prepared = Prepared(make(workload.variant), workload)
        prepared.time(int(calls))
        gc.collect()
        gc.disable()
        prepared.time(int(calls))
        left[workload.key] = gc.collect() / int(calls)
        gc.enable()
    return left


def memory(framework: str, requests: str) -> list[float]:
    """Return MB in use after each tenth of a long run, the first after a tenth as warming up."""
    make = find_maker(framework)
    app = make("secret")
    mixed = [Prepared(app, workload) for workload in offered(framework) if workload.key in MIXED]
    tenth = int(requests) // 10
    figures = []
    for _ in range(11):
        for prepared in mixed:
            for _ in range(max(1, tenth // len(mixed) // 500)):
                prepared.time(500)
        gc.collect()
        figures.append(resident())
    return figures


def threads(framework: str, requests: str = "20000") -> dict[str, float]:
    """Return CPU microseconds of a request by the number of threads that serve."""
    make = find_maker(framework)
    app = make("secret")
    chosen = [workload for workload in offered(framework) if workload.key in MIXED]
    figures: dict[str, float] = {}
    for number in (1, 2, 4, 8, 16, 32):
        prepared = [
            Prepared(app, workload)
            for workload in itertools.islice(itertools.cycle(chosen), len(chosen) * number)
        ]
        calls = int(requests) // len(prepared)
        shares = [prepared[place::number] for place in range(number)]
        began = time.process_time()
        _serve([_repeat(share, calls) for share in shares])
        figures[str(number)] = (time.process_time() - began) * 1e6 / (calls * len(prepared))
    return figures


def _repeat(share: list[Prepared], calls: int) -> cabc.Callable[[], None]:
    def work() -> None:
        for prepared in share:
            prepared.time(calls)

    return work


def _serve(jobs: list[cabc.Callable[[], None]]) -> None:
    started = [threading.Thread(target=job) for job in jobs]
    for thread in started:
        thread.start()
    for thread in started:
        thread.join()


def offered(framework: str) -> list[Workload]:
    missing: set[str] = NOT_OFFERED.get(framework, set())
    return [workload for workload in WORKLOADS if workload.key not in missing]


def resident() -> float:
    """Return the memory of this process in MB."""
    for line in pathlib.Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise RuntimeError("/proc/self/status has no VmRSS: memory is measured on Linux only")


ACTIONS: dict[str, cabc.Callable[..., t.Any]] = {
    "build": build,
    "cycles": cycles,
    "memory": memory,
    "threads": threads,
}


def main() -> None:
    action, *arguments = sys.argv[1:]
    print(json.dumps(ACTIONS[action](*arguments)))


if __name__ == "__main__":
    main()
