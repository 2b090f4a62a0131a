"""Runs requests from seeds, and shows what a seed draws."""

from __future__ import annotations

import dataclasses
import gc
import pathlib
import shutil
import typing as t

from . import application
from .checking import Outcome, cookies_of, is_only_slow, run
from .drawing import Case, Drawer

#: Requests of one seed; the later ones have the cookies that the first were given.
REQUESTS = 4
#: Seeds after which what has been stored on the server is thrown away.
_SWEEP = 1000


@dataclasses.dataclass
class Failure:
    seed: int
    number: int
    case: Case
    faults: list[str]

    def __str__(self) -> str:
        keys = {key: value for key, value in self.case.environ.items() if key[:5] != "wsgi."}
        return "\n".join(
            [
                f"seed {self.seed}, request {self.number}, variant {self.case.variant}:",
                *(f"  {fault}" for fault in self.faults),
                f"  {keys}"[:3000],
                f"  body {self.case.body[:500]!r}",
                f"  replay it: python -m tests.fuzz --replay {self.seed}",
            ]
        )


class Fuzzer:
    """Holds the application's variants; *folder* is where their files are."""

    def __init__(self, folder: pathlib.Path) -> None:
        self._folder = folder
        application.write_files(folder)
        self.apps: dict[str, t.Any] = {
            name: make(folder) for name, make in application.VARIANTS.items()
        }
        self.requests = 0
        self.answers: dict[str, int] = {}

    def run_seed(self, seed: int) -> Failure | None:
        """Make the requests of *seed*; return the first that went wrong."""
        drawer = Drawer(seed)
        cookies: dict[str, str] = {}
        for number in range(REQUESTS):
            case = drawer.draw(cookies)
            outcome = run(self.apps[drawer.variant], case)
            self.requests += 1
            code = outcome.status[:3]
            self.answers[code] = self.answers.get(code, 0) + 1
            if outcome.faults:
                return Failure(seed, number, case, outcome.faults)
            cookies_of(outcome, cookies)
        if seed % _SWEEP == 0:
            self._sweep()
        return None

    def run_seeds(self, seeds: t.Iterable[int]) -> t.Iterator[Failure]:
        """Yield what goes wrong; a request that only took long has two more chances."""
        gc.collect()
        gc.freeze()
        for seed in seeds:
            failure = self.run_seed(seed)
            for _ in range(2):
                if failure is not None and is_only_slow(failure.faults):
                    failure = self.run_seed(seed)
            if failure is not None:
                yield failure

    def _sweep(self) -> None:
        self.apps["hooked"].session_interface.store._records.clear()
        shutil.rmtree(self._folder / "sessions", ignore_errors=True)


def describe(case: Case, outcome: Outcome) -> str:
    """Return a request and its answer in a few lines."""
    lines = [f"{key}: {value!r}" for key, value in case.environ.items()]
    lines.append(f"body: {case.body!r}")
    lines.append(f"answer: {outcome.starts} {b''.join(outcome.chunks)!r}")
    return "\n  ".join(lines)
