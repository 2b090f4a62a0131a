"""Speed is guarded by counting calls, workload by workload.

A request that needs more calls than before fails here; so does one that needs clearly fewer, until
the gain is written down. After a change on purpose: `python benchmarks/counts.py --record`.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
import typing as t

import pytest

from benchmarks import counts
from benchmarks.peer import ROOT, clean_environ

Row = dict[str, int]
MEND = "If that is meant: `python benchmarks/counts.py --record`, and say so in the change."
#: How far a count may fall before the record has to follow.
SLACK = 2

RECORDED: dict[str, t.Any] = tomllib.loads(counts.RECORD.read_text()).get(counts.python_minor(), {})

pytestmark = pytest.mark.skipif(
    not RECORDED, reason=f"no call counts are recorded for Python {counts.python_minor()}"
)


@pytest.fixture(scope="module")
def counted() -> dict[str, Row]:
    """Count in a process that no other test has touched."""
    done = subprocess.run(
        [sys.executable, "benchmarks/counts.py", "--json"],
        cwd=ROOT,
        env=clean_environ(),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    rows: dict[str, Row] = json.loads(done.stdout)
    return rows


def test_every_workload_is_recorded() -> None:
    assert set(RECORDED["counts"]) == set(counts.COUNTED)


@pytest.mark.parametrize("workload", counts.COUNTED)
@pytest.mark.parametrize("kind", ["python", "c"])
def test_own_calls_have_not_moved(counted: dict[str, Row], workload: str, kind: str) -> None:
    recorded, now = RECORDED["counts"][workload][kind], counted[workload][kind]
    assert now <= recorded, f"{workload}: {now} calls instead of {recorded}. {MEND}"
    assert now >= recorded - SLACK, f"{workload}: only {now} calls, not {recorded}. {MEND}"


@pytest.mark.parametrize("workload", counts.COUNTED)
def test_calls_of_other_packages_have_not_grown(counted: dict[str, Row], workload: str) -> None:
    if counts.versions() != RECORDED["versions"]:
        pytest.skip("recorded with other versions of the libraries")
    recorded, now = RECORDED["counts"][workload]["others"], counted[workload]["others"]
    assert now <= recorded, f"{workload}: {now} calls instead of {recorded}. {MEND}"


def test_hello_stays_within_a_handful() -> None:
    assert RECORDED["counts"]["hello"]["python"] <= 5


def test_files_are_told_by_the_folder_of_the_package_not_of_the_checkout() -> None:
    import erlen.app

    counter = counts.Counter("erlen")
    assert counter.is_own(erlen.app.Erlen.full_dispatch_request.__code__)
    assert not counter.is_own(compile("", "/home/ada/erlen/benchmarks/exchange.py", "exec"))
