"""Starts the two workers, asks both, and compares what they answer."""

from __future__ import annotations

import os
import pathlib
import subprocess
import sys
import typing as t

from tests.differential import wanted_in, wanted_out  # noqa: F401 - they fill the list
from tests.differential.differences import expected
from tests.differential.wire import Answer, Request, receive, send
from tests.processes import clean_environment

ROOT = pathlib.Path(__file__).parents[2]


class Peer:
    """A worker process that answers on one of the two frameworks."""

    def __init__(self, framework: str, folder: pathlib.Path) -> None:
        environ = clean_environment(PYTHONHASHSEED="0")
        environ["PYTHONPATH"] = os.pathsep.join([environ["PYTHONPATH"], str(ROOT)])
        module = "tests.differential.worker"
        self.process = subprocess.Popen(
            [sys.executable, "-W", "ignore", "-m", module, framework, str(folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=ROOT,
            env=environ,
        )

    def wait_until_ready(self) -> None:
        receive(t.cast("t.IO[bytes]", self.process.stdout))

    def ask(self, batch: t.Sequence[Request]) -> None:
        send(t.cast("t.IO[bytes]", self.process.stdin), list(batch))

    def answers(self) -> list[Answer]:
        return t.cast("list[Answer]", receive(t.cast("t.IO[bytes]", self.process.stdout)))

    def stop(self) -> None:
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                pipe.close()
        self.process.wait(30)


#: Headers that decide what later requests send.
KEPT = ("set-cookie", "etag", "last-modified")


def _remembered(answer: Answer, name: str) -> list[str]:
    found = [value for key, value in answer.headers if key.lower() == name]
    return [value.partition(";")[0] if name == "set-cookie" else value for value in found]


class Exchange(t.NamedTuple):
    """A request with both answers, and what Erlen's has to be."""

    request: Request
    flask: Answer
    erlen: Answer
    expected: Answer
    #: The rows of the listed differences that apply.
    reasons: tuple[str, ...]

    @property
    def differs(self) -> bool:
        return self.erlen != self.expected

    @property
    def parts_the_ways(self) -> bool:
        """Whether a client remembers something else of the two answers, however wanted."""
        return any(_remembered(self.flask, name) != _remembered(self.erlen, name) for name in KEPT)


class Peers:
    """Flask and Erlen, side by side."""

    def __init__(self, folder: pathlib.Path) -> None:
        self.peers = [Peer(framework, folder) for framework in ("flask", "erlen")]
        for peer in self.peers:
            peer.wait_until_ready()

    def ask(self, batch: t.Sequence[Request]) -> list[Exchange]:
        """Compare the answers to *batch*, up to one after which the two know different things."""
        for peer in self.peers:
            peer.ask(batch)
        flask, erlen = (peer.answers() for peer in self.peers)
        exchanges = []
        for request, one, other in zip(batch, flask, erlen, strict=True):
            exchange = Exchange(request, one, other, *expected(request, one, other))
            exchanges.append(exchange)
            if exchange.parts_the_ways:
                break
        return exchanges

    def stop(self) -> None:
        for peer in self.peers:
            peer.stop()


def report(exchanges: t.Sequence[Exchange]) -> str:
    """Say how the last of *exchanges* differs, and how to see it again."""
    request, flask, erlen, wanted, reasons = exchanges[-1]
    lines = [f"{request}"]
    for name in Answer.__dataclass_fields__:
        if getattr(erlen, name) != getattr(wanted, name):
            lines.append(f"  {name} on Flask: {getattr(flask, name)!r}")
            if getattr(wanted, name) != getattr(flask, name):
                lines.append(f"  {name} wanted:   {getattr(wanted, name)!r} ({', '.join(reasons)})")
            lines.append(f"  {name} on Erlen: {getattr(erlen, name)!r}")
    batch = ", ".join(repr(each.request) for each in exchanges)
    lines.append(f"To see it again: python -m tests.differential '[{batch}]'")
    return "\n".join(lines)
