"""Random requests to the whole application; ``make fuzz`` makes a million of them."""

from __future__ import annotations

import os
import subprocess
import sys
import time

from tests.processes import clean_environment

from .drawing import Drawer

REQUESTS = 20_000


def test_nothing_gets_through_and_nothing_is_left_behind() -> None:
    seed = 1 if os.environ.get("CI") else time.time_ns() % 10**12
    done = subprocess.run(
        [sys.executable, "-m", "tests.fuzz", f"--requests={REQUESTS}", f"--seed={seed}"],
        env=clean_environment(),
        capture_output=True,
        text=True,
        timeout=600,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"{REQUESTS:,} requests" in done.stdout


def test_a_seed_says_everything() -> None:
    def drawn(seed: int) -> list[object]:
        drawer = Drawer(seed)
        cases = [drawer.draw({"session": "x"}) for _ in range(4)]
        return [
            (case.variant, case.body, case.takes, _without_objects(case.environ)) for case in cases
        ]

    assert drawn(7) == drawn(7)
    assert drawn(7) != drawn(8)


def _without_objects(environ: dict[str, object]) -> dict[str, object]:
    return {key: value for key, value in environ.items() if isinstance(value, (str, tuple))}
