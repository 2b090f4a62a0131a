"""Look for requests that see each other: ``python -m tests.isolation`` (or ``make isolation``)."""

from __future__ import annotations

import sys

if "gevent" in sys.argv:
    from gevent import monkey

    monkey.patch_all()

import argparse
import subprocess
import time

from .drivers import AT_ONCE, DRIVERS
from .places import SESSIONS, configured, missing

#: How the requests are divided.
SHARES = {"threads": 0.2, "greenlets": 0.25, "streams": 0.25, "tasks": 0.1, "gevent": 0.2}


def _run(kind: str, requests: int, seed: int, sessions: str) -> int:
    began = time.monotonic()
    with configured(sessions) as config:
        client = DRIVERS[kind](requests, seed, config)
    seconds = time.monotonic() - began
    print(
        f"{kind}, sessions in {sessions}: {client.done:,} requests, {AT_ONCE} at once,"
        f" in {seconds:.0f} s; mixed up: {len(client.mixed_up)}",
        flush=True,
    )
    for line in client.mixed_up[:10]:
        print(f"  {line}"[:500])
    return bool(client.mixed_up) or client.done < requests // AT_ONCE * AT_ONCE


def _run_apart(kind: str, requests: int, seed: int, sessions: str) -> int:
    """Do the same in a process of its own: gevent changes the one it is in."""
    numbers = [f"--requests={requests}", f"--seed={seed}"]
    command = [sys.executable, "-m", "tests.isolation", "--kind", kind, "--sessions", sessions]
    return subprocess.run([*command, *numbers]).returncode


def _there(chosen: list[str]) -> list[str]:
    """Return those of *chosen* that can be had; the others are named, and left out."""
    there = []
    for sessions in chosen:
        if reason := missing(sessions):
            print(f"sessions in {sessions} are left out: {reason}", flush=True)
        else:
            there.append(sessions)
    return there


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.isolation", description=__doc__)
    parser.add_argument("--requests", type=int, default=1_000_000, help="of all ways together")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--kind", choices=DRIVERS, help="one of the ways only")
    parser.add_argument(
        "--sessions", choices=SESSIONS, action="append", help="can be given several times"
    )
    arguments = parser.parse_args()
    places = _there(arguments.sessions or list(SESSIONS))
    if not places:
        parser.error("there is no place for sessions left")
    if arguments.kind and len(places) == 1:
        return _run(arguments.kind, arguments.requests, arguments.seed, places[0])
    shares = {arguments.kind: 1.0} if arguments.kind else SHARES
    failed = 0
    for sessions in places:
        for kind, share in shares.items():
            own = arguments.requests * share / len(places)
            requests = -(-int(own) // AT_ONCE) * AT_ONCE
            failed += _run_apart(kind, requests, arguments.seed, sessions)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
