"""The process of one framework: it makes applications, proves their answers and times them.

It reads commands from its standard input and answers on its standard output, a line of JSON each:
`prepare` a workload, run a `batch`, tell the `versions`. The parent sees to it that no two workers
work at the same time.
"""

from __future__ import annotations

import collections.abc as cabc
import gc
import inspect
import io
import json
import os
import sys
import time
import typing as t

from .apps import find_maker
from .exchange import Application, Environ, Exchange, Request, ask, follow
from .workloads import BY_KEY, VARIANTS, Workload

Start = cabc.Callable[..., t.Any]

#: Calls before anything is timed: at least so many, and for at least so long. As many as there
#: are different requests, so that whatever a framework keeps of each has been kept.
WARM_CALLS = VARIANTS
WARM_SECONDS = 0.1
MIN_CALLS, MAX_CALLS = 4, 2000


class WrongAnswer(Exception):
    """An application answered something else than the workload demands."""


class Prepared:
    """A workload, ready to be timed on one application."""

    def __init__(self, app: Application, workload: Workload) -> None:
        self._app = app
        exchanges = workload.exchanges()
        requests = [_resolve(app, exchange) for exchange in exchanges]
        self._templates = [request.environ(place) for place, request in enumerate(requests)]
        self._bodies = [request.body for request in requests]
        for exchange, request in zip(exchanges, requests, strict=True):
            _verify(app, request, exchange)
        self._place = 0

    def environs(self, calls: int) -> list[Environ]:
        """Return as many fresh environs, going on where the last ones ended."""
        made = []
        for number in range(self._place, self._place + calls):
            place = number % len(self._templates)
            environ = self._templates[place].copy()
            # A body can be read once; PEP 3333 wants a stream where there is none, too.
            environ["wsgi.input"] = io.BytesIO(self._bodies[place])
            made.append(environ)
        self._place += calls
        return made

    def time(self, calls: int) -> int:
        """Return the CPU time of *calls* calls, in nanoseconds."""
        app, environs = self._app, self.environs(calls)
        began = time.process_time_ns()
        for environ in environs:
            answer = app(environ, _start)
            for _ in answer:
                pass
            if hasattr(answer, "close"):
                answer.close()
        return time.process_time_ns() - began

    def warm(self, seconds: float) -> float:
        """Run for a while and return the seconds of one call.

        Afterwards all that lives is frozen: collecting before a batch then costs next to
        nothing, and what a batch leaves in cycles is still paid for by the batch.
        """
        gc.unfreeze()
        calls, spent = 0, 0
        while calls < WARM_CALLS or spent < seconds * 1e9:
            spent += self.time(WARM_CALLS)
            calls += WARM_CALLS
        gc.collect()
        gc.freeze()
        return spent / calls / 1e9


def _start(status: str, headers: list[tuple[str, str]], exc_info: t.Any = None) -> None:
    pass


def _resolve(app: Application, exchange: Exchange) -> Request:
    """Return the exchange's request, after the one that has to come first."""
    if exchange.first is None:
        return exchange.request
    return follow(ask(app, _environ(exchange.first)), exchange.request)


def _verify(app: Application, request: Request, exchange: Exchange) -> None:
    faults = exchange.expected.faults(ask(app, _environ(request)))
    if faults:
        raise WrongAnswer(f"{request.method} {request.path}: {'; '.join(faults)}")


def _environ(request: Request) -> Environ:
    return {**request.environ(0), "wsgi.input": io.BytesIO(request.body)}


def find_workload(key: str) -> Workload:
    if key in BY_KEY:
        return BY_KEY[key]
    from .data_workloads import DATA_BY_KEY  # which need SQLAlchemy

    return DATA_BY_KEY[key]


def prepare(app: t.Any, workload: Workload) -> Prepared:
    """Prepare *workload* for an application of either kind."""
    if not inspect.iscoroutinefunction(type(app).__call__):
        return Prepared(app, workload)
    from .asgi import AsgiPrepared, Bridge

    return AsgiPrepared(Bridge(app), workload)


class Worker:
    """What the commands do."""

    def __init__(self, framework: str) -> None:
        self._make = find_maker(framework)
        self._apps: dict[str, Application] = {}
        self._prepared: Prepared | None = None
        self._calls = 0

    def prepare(self, workload: str, batch_seconds: float) -> dict[str, t.Any]:
        """Make, prove and warm what the batches to come will time."""
        chosen = find_workload(workload)
        self._prepared = prepare(self._app(chosen.variant), chosen)
        seconds = self._prepared.warm(min(WARM_SECONDS, batch_seconds * 10))
        self._calls = max(MIN_CALLS, min(MAX_CALLS, round(batch_seconds / seconds)))
        return {"calls": self._calls}

    def _app(self, variant: str) -> Application:
        """Return the variant's application; only the newest is kept."""
        if variant not in self._apps:
            self._apps = {variant: self._make(variant)}
        return self._apps[variant]

    def batch(self) -> dict[str, t.Any]:
        assert self._prepared is not None
        gc.collect()
        return {"ns": self._prepared.time(self._calls) / self._calls}

    def run(self, lines: cabc.Iterable[str], out: t.TextIO) -> None:
        for line in lines:
            command, arguments = json.loads(line)
            reply = getattr(self, command)(*arguments)
            print(json.dumps(reply), file=out, flush=True)


def main() -> None:
    framework, core = sys.argv[1:]
    if int(core) >= 0:
        os.sched_setaffinity(0, {int(core)})
    with os.fdopen(os.dup(1), "w") as out:
        os.dup2(2, 1)  # what a framework prints is no answer
        Worker(framework).run(sys.stdin, out)


if __name__ == "__main__":
    main()
