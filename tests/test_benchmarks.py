"""What benchmarks hand on, and what they do where something they need is not there."""

from __future__ import annotations

import pathlib
import subprocess
import sys

import pytest

from benchmarks.peer import ROOT, clean_environ
from benchmarks.results import NOT_AVAILABLE, Results, Timing
from benchmarks.server import latency_within
from benchmarks.tables import timing_rows
from tests.processes import free_port


def run(script: str, *arguments: str, **environ: str) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, f"benchmarks/{script}.py", *arguments],
        cwd=ROOT,
        env={**clean_environ(), **environ},
        capture_output=True,
        text=True,
    )
    return done.returncode, done.stderr


@pytest.mark.parametrize(
    "script, option",
    [("databases", "--postgresql=127.0.0.1:{}"), ("sessions", "--redis=redis://127.0.0.1:{}")],
)
def test_a_database_that_does_not_answer_is_no_success(script: str, option: str) -> None:
    code, said = run(script, option.format(free_port()))
    assert code == NOT_AVAILABLE
    assert said.startswith(f"nothing was measured on {script}: ")
    assert "refused" in said


def test_a_load_generator_that_is_missing_is_no_success(tmp_path: pathlib.Path) -> None:
    code, said = run("server", PATH=str(tmp_path))
    assert code == NOT_AVAILABLE
    assert "apt-get install wrk" in said


@pytest.mark.parametrize(
    "script, option",
    [
        ("inprocess", "--workloads"),
        ("databases", "--frameworks"),
        ("startup", "--frameworks"),
        ("server", "--contenders"),
        ("counts", "--workloads"),
    ],
)
def test_a_name_that_nothing_has_is_refused_with_those_that_are(script: str, option: str) -> None:
    code, said = run(script, option, "erlen,nope" if script == "server" else "nope")
    assert code == 2
    assert "'nope' is none of " in said


def make_bench(folder: pathlib.Path, code: int) -> tuple[int, list[str]]:
    """Run the target with a Python that notes its scripts and ends with *code* after each."""
    python = folder / "python"
    python.write_text(f'#!/bin/sh\necho "$1"\ncase $1 in *databases*|*server*) exit {code};; esac')
    python.chmod(0o755)
    done = subprocess.run(
        ["make", "-s", f"BIN={folder}", "-o", ".venv/.ready-to-develop", "bench"],
        cwd=ROOT,
        env={"PATH": clean_environ()["PATH"]},
        stdout=subprocess.PIPE,
        text=True,
    )
    return done.returncode, [pathlib.Path(line).stem for line in done.stdout.splitlines()]


def test_the_others_are_measured_and_the_report_is_written(tmp_path: pathlib.Path) -> None:
    code, scripts = make_bench(tmp_path, NOT_AVAILABLE)
    assert code == 0
    assert scripts == ["inprocess", "databases", "startup", "server", "report"]


def test_any_other_failure_ends_it(tmp_path: pathlib.Path) -> None:
    code, scripts = make_bench(tmp_path, 1)
    assert code != 0
    assert scripts[-1] == "databases"


def test_workers_take_the_kernel_in_the_form_that_is_asked_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("ERLEN_INTERPRETED", "1")
    monkeypatch.setenv("ERLEN_DEBUG", "1")
    environ = clean_environ()
    assert environ["ERLEN_INTERPRETED"] == "1"
    assert "ERLEN_DEBUG" not in environ


WRK = """\
  Thread Stats   Avg      Stdev     Max   +/- Stdev
    Latency     2.30ms    1.79ms  22.11ms   91.99%
    Req/Sec     7.55k     1.09k    8.90k    80.00%
  Latency Distribution
     50%    2.01ms
     99%    9.65ms
  7550 requests in 1.00s, 1.20MB read
"""


def test_the_latency_is_that_of_the_distribution() -> None:
    assert latency_within(WRK) == "9.65ms"


def test_the_ratios_of_a_table_are_those_of_its_figures() -> None:
    results = Results({"hello": {"erlen": Timing(2, 4), "flask": Timing(20, 60)}}, {})
    for which, ratio in (("minimum", "10.0"), ("median", "15.0")):
        _, [row] = timing_rows(results, which)
        assert row[-2] == ratio
