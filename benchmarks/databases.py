"""Compare frameworks on pages that read a database, in process: no web server, no network but
the one to PostgreSQL.

    python benchmarks/databases.py [--frameworks erlen,django] [--rounds N] [--quick]

The processes take turns as in `inprocess.py`, and every answer is verified before it is timed.
What counts is the CPU time of the framework's process, the database server's is not in it.
"""

from __future__ import annotations

import argparse
import functools
import json
import os
import pathlib
import sys
import typing as t

import psycopg

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

from benchmarks import tables
from benchmarks.data_workloads import DATA_BY_KEY, DATABASES, databases
from benchmarks.inprocess import (
    BATCH_SECONDS,
    QUICK_BATCH_SECONDS,
    QUICK_ROUNDS,
    ROUNDS,
    measure,
)
from benchmarks.options import names_in
from benchmarks.results import NOT_AVAILABLE, Results, describe_machine

#: The contenders, as `find_maker` knows them.
CONTENDERS = {
    "erlen_data": "Erlen",
    "flask_data": "Flask, Flask-SQLAlchemy",
    "django_data": "Django",
    "fastapi_data": "FastAPI, SQLAlchemy in threads",
    "fastapi_async_data": "FastAPI, SQLAlchemy async",
}
PACKAGES = (
    *("erlen", "sqlalchemy", "psycopg", "asyncpg", "aiosqlite", "flask", "flask-sqlalchemy"),
    *("django", "fastapi"),
)
Data = dict[str, t.Any]

POSTGRESQL = os.environ.get("ERLEN_TEST_POSTGRESQL", "127.0.0.1:5432")


def timing_table(data: Data, which: str) -> tables.Table:
    """Return head and rows: a workload each, microseconds of each contender, a ratio."""
    timings = Results.of(data).timings
    present = [name for name in CONTENDERS if any(name in row for row in timings.values())]
    rows = []
    for key, row in timings.items():
        times = {name: getattr(timing, which) for name, timing in row.items()}
        own = times.get("erlen_data")
        others = [taken for name, taken in times.items() if name != "erlen_data"]
        ratio = min(others) / own if own and others else None
        cells = [*(times.get(name) for name in present), ratio]
        rows.append([DATA_BY_KEY[key].title, *map(tables.figure, cells)])
    return ["workload", *(CONTENDERS[name] for name in present), "next best ÷ Erlen"], rows


TABLES = {
    f"data-{which}": functools.partial(timing_table, which=which) for which in ("minimum", "median")
}


def complaint_about(address: str) -> str | None:
    """Return what keeps the PostgreSQL at *address* from being used, in one line."""
    host, _, port = address.rpartition(":")
    try:
        psycopg.connect(host=host, port=port, user="postgres", connect_timeout=2).close()
    except psycopg.OperationalError as exc:
        return str(exc).partition("\n")[0]
    return None


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    known = [name.removesuffix("_data") for name in CONTENDERS]
    parser.add_argument("--frameworks", type=names_in(known), default=known)
    parser.add_argument("--workloads", type=names_in(DATA_BY_KEY), default=list(DATA_BY_KEY))
    parser.add_argument("--rounds", type=int, help=f"batches of each framework; {ROUNDS}")
    parser.add_argument("--quick", action="store_true", help="fewer and shorter batches")
    parser.add_argument("--core", type=int, default=max(os.sched_getaffinity(0)))
    parser.add_argument("--postgresql", default=POSTGRESQL, metavar="HOST:PORT")
    parser.add_argument("--json", type=pathlib.Path, metavar="FILE", help="write the results")
    options = parser.parse_args()
    complaint = complaint_about(options.postgresql)
    if complaint is not None:
        parser.exit(NOT_AVAILABLE, f"nothing was measured on databases: {complaint}\n")
    rounds = options.rounds or (QUICK_ROUNDS if options.quick else ROUNDS)
    batch_seconds = QUICK_BATCH_SECONDS if options.quick else BATCH_SECONDS
    contenders = [f"{name}_data" for name in options.frameworks]
    results = Results({}, describe_machine(PACKAGES))
    with databases(options.postgresql):
        for kind in DATABASES:  # each in processes of its own: Django can be set up but once
            keys = [key for key in options.workloads if DATA_BY_KEY[key].variant == kind]
            run = measure(contenders, keys, rounds, batch_seconds, options.core)
            results.timings.update(run.timings)
    for which, table in TABLES.items():
        print(f"\nCPU µs of a request, {which.removeprefix('data-')} of the batches\n")
        print(tables.as_text(*table(results.data())))
    if options.json:
        options.json.write_text(json.dumps(results.data(), indent=1) + "\n")


if __name__ == "__main__":
    main()
