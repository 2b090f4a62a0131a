"""Compare what is paid before, between and after requests.

    python benchmarks/startup.py [--frameworks erlen,flask] [--requests 1000000] [--quick]

Import time, time to the first answer, building an application with 1,000 routes, memory then and
over many requests, objects left in reference cycles, threads. Every figure comes from fresh
processes; of repeated ones the least counts.
"""

from __future__ import annotations

import argparse
import json
import os
import pathlib
import subprocess
import sys
import typing as t

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

from benchmarks import tables
from benchmarks.apps import FRAMEWORKS
from benchmarks.options import names_in
from benchmarks.peer import ROOT, clean_environ
from benchmarks.results import describe_machine
from benchmarks.workloads import BY_KEY

COMPARED = ["erlen", "as_flask", "flask", "falcon", "bottle", "django", "pyramid"]
#: `import erlen` loads names on first use; what a program imports is the fairer figure.
IMPORTS = {
    "erlen": "import erlen",
    "erlen, used": "from erlen import Blueprint, Flask, g, redirect, request, session, url_for",
    "flask": "import flask",
    "falcon": "import falcon",
    "bottle": "import bottle",
    "django": "import django.core.wsgi, django.http, django.urls",
    "pyramid": "import pyramid.config, pyramid.response",
}
REPEATS = 7

Data = dict[str, t.Any]


def child(*arguments: str) -> tuple[str, float]:
    """Run Python and return what it prints and the CPU milliseconds it took."""
    process = subprocess.Popen(
        [sys.executable, *arguments],
        cwd=ROOT,
        env=clean_environ(),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdout is not None
    with process.stdout as stdout:
        printed = stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"{' '.join(arguments)} ended with {process.returncode}")
    return printed, (usage.ru_utime + usage.ru_stime) * 1000


def probe(action: str, framework: str, *arguments: str) -> t.Any:
    return json.loads(child("-m", "benchmarks.probe", action, framework, *arguments)[0])


def measure_imports(repeats: int) -> Data:
    """Return CPU milliseconds of each import, the bare interpreter taken off."""
    taken: dict[str, list[float]] = {name: [] for name in ("", *IMPORTS)}
    for _ in range(repeats):
        for name in taken:
            taken[name].append(child("-c", IMPORTS.get(name, "pass"))[1])
    return {name: min(figures) - min(taken[""]) for name, figures in taken.items() if name}


def measure_builds(frameworks: list[str], repeats: int) -> Data:
    """Return milliseconds and memory of two applications: one page, and 1,000 routes."""
    cases = {"small": ("plain", "/hello"), "large": ("routes-1000", "/area0/list")}
    runs: Data = {name: {case: [] for case in cases} for name in frameworks}
    for _ in range(repeats):
        for name in frameworks:
            for case, arguments in cases.items():
                runs[name][case].append(probe("build", name, *arguments))
    return {
        name: {
            case: {key: min(run[key] for run in taken) for key in taken[0]}
            for case, taken in of_cases.items()
        }
        for name, of_cases in runs.items()
    }


def measure(options: argparse.Namespace) -> Data:
    frameworks: list[str] = options.frameworks
    repeats = 3 if options.quick else REPEATS
    requests = 20_000 if options.quick else options.requests
    served = [name for name in frameworks if name in {"erlen", "flask", "falcon"}]
    return {
        "about": describe_machine(),
        "imports": measure_imports(repeats),
        "builds": measure_builds(frameworks, repeats),
        "requests": requests,
        "memory": {"erlen": probe("memory", "erlen", str(requests))},
        "cycles": {name: probe("cycles", name) for name in served},
        "threads": {name: probe("threads", name) for name in served},
    }


def import_table(data: Data) -> tables.Table:
    flask = data["imports"]["flask"]
    rows = [
        [IMPORTS[name], tables.figure(taken), tables.figure(taken / flask)]
        for name, taken in data["imports"].items()
    ]
    return ["statement", "CPU ms", "÷ Flask"], rows


def build_table(data: Data) -> tables.Table:
    head = ["framework", "first answer, ms", "make 1,000 routes, ms", "first answer then, ms", "MB"]
    rows = [
        [
            FRAMEWORKS[name],
            tables.figure(cases["small"]["all"]),
            tables.figure(cases["large"]["make"]),
            tables.figure(cases["large"]["answer"]),
            tables.figure(cases["large"]["memory"]),
        ]
        for name, cases in data["builds"].items()
    ]
    return head, rows


def memory_table(data: Data) -> tables.Table:
    head = ["MB after", *(f"{tenth} %" for tenth in range(10, 111, 10))]
    return head, [
        [FRAMEWORKS[name], *map(tables.figure, figures)] for name, figures in data["memory"].items()
    ]


def cycle_table(data: Data) -> tables.Table:
    served = data["cycles"]
    rows = [
        [workload.title, *(tables.figure(left.get(key)) for left in served.values())]
        for key, workload in BY_KEY.items()
        if any(key in left for left in served.values())
    ]
    return ["objects left in cycles", *(FRAMEWORKS[name] for name in served)], rows


def thread_table(data: Data) -> tables.Table:
    served = data["threads"]
    numbers = list(next(iter(served.values())))
    rows = [
        [FRAMEWORKS[name], *(tables.figure(figures[number]) for number in numbers)]
        for name, figures in served.items()
    ]
    return ["CPU µs, threads:", *numbers], rows


TABLES = {
    "imports": import_table,
    "builds": build_table,
    "memory": memory_table,
    "cycles": cycle_table,
    "threads": thread_table,
}


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--frameworks", type=names_in(COMPARED), default=COMPARED)
    parser.add_argument("--requests", type=int, default=1_000_000, help="of the long run")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--json", type=pathlib.Path, metavar="FILE", help="write the results")
    options = parser.parse_args()
    data = measure(options)
    for table in TABLES.values():
        print("\n" + tables.as_text(*table(data)))
    if options.json:
        options.json.write_text(json.dumps(data, indent=1) + "\n")


if __name__ == "__main__":
    main()
