"""The outcome of a run, as data; printers and the goals read it."""

from __future__ import annotations

import collections.abc as cabc
import dataclasses
import importlib.metadata
import json
import os
import pathlib
import platform
import statistics
import typing as t

#: What a benchmark ends with where something it needs is not there; `make bench` goes on.
NOT_AVAILABLE = 69  # EX_UNAVAILABLE of <sysexits.h>
PACKAGES = ("erlen", "flask", "werkzeug", "jinja2", "falcon", "bottle", "django", "pyramid")


@dataclasses.dataclass(frozen=True)
class Timing:
    """CPU microseconds of one call, over the batches of a run."""

    minimum: float
    median: float

    @classmethod
    def of(cls, batches: list[float]) -> Timing:
        """Make one from nanoseconds per call, one figure a batch."""
        return cls(min(batches) / 1000, statistics.median(batches) / 1000)


@dataclasses.dataclass
class Results:
    """Timings by workload and framework; what is missing was not served by that framework."""

    timings: dict[str, dict[str, Timing]]
    about: dict[str, str]

    def minimum(self, workload: str, framework: str) -> float | None:
        timing = self.timings.get(workload, {}).get(framework)
        return None if timing is None else timing.minimum

    def ratio(
        self, workload: str, slower: str, quicker: str, which: str = "minimum"
    ) -> float | None:
        """Return the ratio of two minimums, or medians; None where one of them is missing."""
        timings = self.timings.get(workload, {})
        if slower not in timings or quicker not in timings:
            return None
        above, below = (getattr(timings[name], which) for name in (slower, quicker))
        return t.cast(float, above / below)

    def save(self, path: pathlib.Path) -> None:
        path.write_text(json.dumps(self.data(), indent=1) + "\n")

    def data(self) -> dict[str, t.Any]:
        return dataclasses.asdict(self)

    @classmethod
    def of(cls, data: dict[str, t.Any]) -> Results:
        """Make results of what :meth:`data` returned."""
        timings = {
            workload: {framework: Timing(**timing) for framework, timing in row.items()}
            for workload, row in data["timings"].items()
        }
        return cls(timings, data["about"])

    @classmethod
    def load(cls, path: pathlib.Path) -> Results:
        return cls.of(json.loads(path.read_text()))


def describe_machine(packages: cabc.Iterable[str] = PACKAGES) -> dict[str, str]:
    """Return what the figures depend on: interpreter, processor, versions."""
    return {
        "python": f"{platform.python_implementation()} {platform.python_version()}",
        "processor": f"{_processor()}, {os.cpu_count()} cores",
        **{name: importlib.metadata.version(name) for name in packages},
    }


def _processor() -> str:
    try:
        lines = pathlib.Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        lines = []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()
