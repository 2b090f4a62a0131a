"""Nothing stays behind of requests of which no two are alike; ``make soak`` makes a million."""

from __future__ import annotations

import pathlib
import subprocess
import sys
import typing as t
import xml.etree.ElementTree

from benchmarks import soak
from benchmarks.peer import ROOT, clean_environ
from erlen import request


def test_nothing_stays_behind() -> None:
    """The short form has a long warm-up: that is when what has a limit fills."""
    command = [sys.executable, "benchmarks/soak.py", "--requests=24000", "--warm-up=0.5"]
    done = subprocess.run(
        command, cwd=ROOT, env=clean_environ(), capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "nothing stays behind" in done.stdout


def _soaked(folder: pathlib.Path, leak: t.Callable[[list[t.Any]], object]) -> dict[str, float]:
    kept: list[t.Any] = []
    app = soak.make_app(folder)

    @app.before_request
    def keep() -> None:
        leak(kept)

    samples = soak.soak([app], 3000, lambda sample: None, 10)
    return soak.judge(samples, 0.2)


def test_what_is_kept_by_path_would_be_found(tmp_path: pathlib.Path) -> None:
    grown = _soaked(tmp_path, lambda kept: kept.append([request.path]))
    assert [fault.partition(" ")[0] for fault in soak.faults_of(grown)] == ["objects", "blocks"]


def test_a_descriptor_would_be_found(tmp_path: pathlib.Path) -> None:
    kept: list[t.IO[bytes]] = []

    def leak(_: object) -> None:
        if request.path.startswith("/fail"):
            kept.append(open(__file__, "rb"))  # noqa: SIM115

    try:
        grown = _soaked(tmp_path, leak)
    finally:
        for file in kept:
            file.close()
    assert grown["descriptors"] > 0
    assert any("descriptors" in fault for fault in soak.faults_of(grown))


def test_the_plot_has_a_panel_for_each_figure() -> None:
    samples = [soak.Sample(n * 100, 30 + n % 2, 1000, 2000, 6, 0) for n in range(1, 20)]
    drawn = xml.etree.ElementTree.fromstring(soak.plot(samples))
    lines = drawn.findall("{http://www.w3.org/2000/svg}polyline")
    assert [len(line.get("points", "").split()) for line in lines] == [19] * 4
