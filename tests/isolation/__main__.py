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

#: How the requests are divided.
SHARES = {"threads": 0.2, "greenlets": 0.25, "streams": 0.25, "tasks": 0.1, "gevent": 0.2}


def _run(kind: str, requests: int, seed: int) -> int:
    began = time.monotonic()
    client = DRIVERS[kind](requests, seed)
    seconds = time.monotonic() - began
    print(
        f"{kind}: {client.done:,} requests, {AT_ONCE} at once, in {seconds:.0f} s;"
        f" mixed up: {len(client.mixed_up)}",
        flush=True,
    )
    for line in client.mixed_up[:10]:
        print(f"  {line}"[:500])
    return bool(client.mixed_up) or client.done < requests // AT_ONCE * AT_ONCE


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.isolation", description=__doc__)
    parser.add_argument("--requests", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--kind", choices=DRIVERS, help="one of the ways only")
    arguments = parser.parse_args()
    if arguments.kind:
        return _run(arguments.kind, arguments.requests, arguments.seed)
    failed = 0
    for kind, share in SHARES.items():
        requests = -(-int(arguments.requests * share) // AT_ONCE) * AT_ONCE
        command = [sys.executable, "-m", "tests.isolation", "--kind", kind]
        failed += subprocess.run(
            [*command, f"--requests={requests}", f"--seed={arguments.seed}"]
        ).returncode
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
