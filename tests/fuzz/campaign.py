"""Fuzzes in several processes at once, and tells how far they are."""

from __future__ import annotations

import multiprocessing
import pathlib
import tempfile
import time
import typing as t

from .running import REQUESTS, Fuzzer

#: Seeds between two reports to the process that prints.
_REPORT = 250
#: Failures after which one process stops.
_ENOUGH = 20


def _work(seeds: range, results: t.Any) -> None:
    try:
        _work_through(seeds, results)
    except BaseException as exc:
        results.put(("failure", f"the fuzzer itself failed: {exc!r}"))
        raise
    finally:
        results.put(("end", None))


def _work_through(seeds: range, results: t.Any) -> None:
    failures = 0
    with tempfile.TemporaryDirectory() as folder:
        fuzzer = Fuzzer(pathlib.Path(folder))
        for start in range(0, len(seeds), _REPORT):
            for failure in fuzzer.run_seeds(seeds[start : start + _REPORT]):
                failures += 1
                results.put(("failure", str(failure)))
            results.put(("requests", (fuzzer.requests, dict(fuzzer.answers))))
            fuzzer.requests = 0
            fuzzer.answers.clear()
            if failures >= _ENOUGH:
                break


def fuzz(first: int, requests: int, processes: int) -> int:
    """Make *requests* from the seed *first* on; return the failures."""
    count = -(-requests // REQUESTS)
    context = multiprocessing.get_context("spawn")
    results = context.Queue()
    workers = [
        context.Process(target=_work, args=(range(first + n, first + count, processes), results))
        for n in range(processes)
    ]
    for worker in workers:
        worker.start()
    progress = _Progress(requests)
    while progress.ended < processes:
        progress.take(*results.get())
    for worker in workers:
        worker.join()
    progress.summarise(first, first + count - 1)
    return progress.failures


class _Progress:
    """Counts what the workers report, and prints it."""

    def __init__(self, wanted: int) -> None:
        self._wanted = wanted
        self._began = time.monotonic()
        self._printed = 0.0
        self.done = self.failures = self.ended = 0
        self._answers: dict[str, int] = {}

    def take(self, kind: str, value: t.Any) -> None:
        if kind == "failure":
            self.failures += 1
            print(f"\n{value}", flush=True)
        elif kind == "end":
            self.ended += 1
        else:
            self.done += value[0]
            for code, count in value[1].items():
                self._answers[code] = self._answers.get(code, 0) + count
            self._show()

    def _show(self) -> None:
        now = time.monotonic()
        if now - self._printed > 5:
            self._printed = now
            rate = self.done / (now - self._began)
            print(f"{self.done:,} of {self._wanted:,} requests, {rate:,.0f} a second", flush=True)

    def summarise(self, first: int, last: int) -> None:
        seconds = time.monotonic() - self._began
        answers = ", ".join(f"{count:,} x {code}" for code, count in sorted(self._answers.items()))
        print(f"{self.done:,} requests in {seconds:,.0f} s, seeds {first} to {last}")
        print(f"answers: {answers}")
        print(f"failures: {self.failures}")
