"""Count the calls of one request: they are the cost that no busy machine blurs.

    python benchmarks/counts.py [--workloads hello,form] [--framework erlen]
    python benchmarks/counts.py --record    # after a change that moved them on purpose

`python` are calls of Erlen's own functions, `c` are calls of built-in ones from these, `others`
are calls of functions of other packages, of the standard library and of the program itself.
`tests/test_call_counts.py` holds Erlen to what was recorded in `tests/call_counts.toml`.
"""

from __future__ import annotations

import argparse
import collections
import dataclasses
import gc
import importlib.metadata
import importlib.util
import json
import pathlib
import platform
import sys
import tomllib
import types
import typing as t

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

from benchmarks import tables
from benchmarks.apps import FRAMEWORKS, find_maker
from benchmarks.exchange import ask
from benchmarks.options import names_in
from benchmarks.worker import Prepared
from benchmarks.workloads import BY_KEY, VARIANTS

RECORD = pathlib.Path(__file__).resolve().parent.parent / "tests" / "call_counts.toml"
COUNTED = tuple(key for key in BY_KEY if key not in {"routes_1000", "routes_10000"})
#: The packages whose functions Erlen calls; `others` is comparable only between equal versions.
LIBRARIES = ("werkzeug", "jinja2", "markupsafe", "itsdangerous", "blinker")

Where = collections.Counter[str]


@dataclasses.dataclass(frozen=True)
class Counts:
    python: int
    c: int
    others: int


class Counter:
    """A profile function that tells Erlen's own frames from all others."""

    def __init__(self, package: str) -> None:
        self._home = home_of(package)
        self.own: Where = collections.Counter()
        self.built_in: Where = collections.Counter()
        self.others: Where = collections.Counter()

    def __call__(self, frame: types.FrameType, event: str, argument: t.Any) -> None:
        code = frame.f_code
        if event == "call":
            counter = self.own if self.is_own(code) else self.others
            counter[f"{pathlib.Path(code.co_filename).name}:{code.co_qualname}"] += 1
        elif event == "c_call" and self.is_own(code):
            self.built_in[f"{code.co_qualname} → {argument.__qualname__}"] += 1

    def is_own(self, code: types.CodeType) -> bool:
        return code.co_filename.startswith(self._home)

    def counts(self) -> Counts:
        return Counts(self.own.total(), self.built_in.total(), self.others.total())


def home_of(package: str) -> tuple[str, ...]:
    """Return what the names of the package's files begin with; nothing for what is no package."""
    spec = importlib.util.find_spec(package)
    if spec is None:  # the bare callable
        return ()
    folders = spec.submodule_search_locations
    return (str(spec.origin),) if folders is None else tuple(f"{path}/" for path in folders)


def count(framework: str, workload: str, counter: Counter) -> None:
    """Count one request of *workload*, after every different one was served twice."""
    chosen = BY_KEY[workload]
    app = find_maker(framework)(chosen.variant)
    prepared = Prepared(app, chosen)
    prepared.time(2 * VARIANTS)
    [environ] = prepared.environs(1)
    gc.collect()
    gc.disable()
    try:
        sys.setprofile(counter)
        ask(app, environ)
    finally:
        sys.setprofile(None)
        gc.enable()


def count_all(framework: str, workloads: t.Sequence[str]) -> dict[str, Counts]:
    """Count each workload; twice, as one request may need the text of a second that has begun."""
    package = "erlen" if framework in {"erlen", "as_flask"} else framework
    counts = {}
    for workload in workloads:
        counters = Counter(package), Counter(package)
        for counter in counters:
            count(framework, workload, counter)
        counts[workload] = min((counter.counts() for counter in counters), key=dataclasses.astuple)
    return counts


def python_minor() -> str:
    return ".".join(platform.python_version_tuple()[:2])


def versions() -> dict[str, str]:
    return {name: importlib.metadata.version(name) for name in LIBRARIES}


def record(counts: dict[str, Counts]) -> None:
    """Write *counts* down for this minor version of Python; the others' stay."""
    kept = tomllib.loads(RECORD.read_text()) if RECORD.exists() else {}
    kept[python_minor()] = {
        "versions": versions(),
        "counts": {workload: dataclasses.asdict(row) for workload, row in counts.items()},
    }
    lines = ["# Calls of one request. Written by: python benchmarks/counts.py --record"]
    for minor, tables_ in sorted(kept.items()):
        lines += ["", f'["{minor}".versions]']
        lines += [f'{name} = "{version}"' for name, version in tables_["versions"].items()]
        lines += ["", f'["{minor}".counts]']
        lines += [
            f"{workload} = {{ python = {row['python']}, c = {row['c']}, others = {row['others']} }}"
            for workload, row in tables_["counts"].items()
        ]
    RECORD.write_text("\n".join(lines) + "\n")


def list_calls(framework: str, workload: str) -> None:
    """Print which functions one request calls, most often called first."""
    counter = Counter("erlen" if framework in {"erlen", "as_flask"} else framework)
    count(framework, workload, counter)
    for title, calls in (("own", counter.own), ("C", counter.built_in), ("others", counter.others)):
        print(f"\n{title}: {calls.total()}")
        for name, number in calls.most_common():
            print(f"{number:5}  {name}")


def main() -> None:
    import benchmarks.interpreted  # noqa: F401 - what is compiled makes no calls to be counted

    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--framework", choices=FRAMEWORKS, default="erlen")
    parser.add_argument("--workloads", type=names_in(BY_KEY), default=list(COUNTED))
    parser.add_argument("--record", action="store_true", help=f"rewrite {RECORD.name}")
    parser.add_argument("--list", action="store_true", help="name the functions that are called")
    parser.add_argument("--json", action="store_true", help="print the counts as JSON")
    options = parser.parse_args()
    workloads = options.workloads
    if options.list:
        for workload in workloads:
            print(f"\n== {BY_KEY[workload].title}")
            list_calls(options.framework, workload)
        return
    counts = count_all(options.framework, workloads)
    if options.record:
        record(counts)
    if options.json:
        print(json.dumps({key: dataclasses.asdict(row) for key, row in counts.items()}))
    else:
        rows = [
            [BY_KEY[key].title, str(row.python), str(row.c), str(row.others)]
            for key, row in counts.items()
        ]
        print(tables.as_text(["workload", "python", "c", "others"], rows))


if __name__ == "__main__":
    main()
