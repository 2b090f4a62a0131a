"""Write the tables and plots of `docs/performance.md` from recorded runs.

    python benchmarks/report.py

Reads `inprocess.json`, `databases.json`, `startup.json` and `server.json` from
`benchmarks/recorded/`, where `make bench` puts them; what is missing keeps its old tables.
"""

from __future__ import annotations

import json
import pathlib
import re
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

from benchmarks import databases, plots, server, startup, tables
from benchmarks.goals import judge
from benchmarks.peer import ROOT
from benchmarks.results import Results
from benchmarks.workloads import BY_KEY

RECORDED = ROOT / "benchmarks" / "recorded"
PAGE = ROOT / "docs" / "performance.md"
PLOTS = ROOT / "docs" / "performance"
PLOTTED = ("erlen", "flask", "falcon")


def fill(page: str, name: str, content: str) -> str:
    """Put *content* between the marks of *name*; raises LookupError where the page has none."""
    mark = re.compile(rf"(<!-- begin {name} -->\n).*?(<!-- end {name} -->)", re.S)
    filled, times = mark.subn(lambda found: f"{found[1]}\n{content}\n\n{found[2]}", page)
    if times != 1:
        raise LookupError(f"{PAGE} has no `<!-- begin {name} -->` … `<!-- end {name} -->`.")
    return filled


def in_process(page: str, results: Results) -> str:
    page = fill(page, "machine", machine(results.about))
    for which in ("minimum", "median"):
        page = fill(page, which, tables.as_markdown(*tables.timing_rows(results, which)))
    verdicts = [verdict for verdict in judge(results) if verdict.met is not None]
    page = fill(page, "goals", tables.as_markdown(*tables.verdict_rows(verdicts)))
    _plot(results)
    return page


def machine(about: dict[str, str]) -> str:
    line = ", ".join(f"{name} {value}" for name, value in about.items())
    return line.replace("python ", "", 1).replace("processor ", "", 1)


def _plot(results: Results) -> None:
    PLOTS.mkdir(exist_ok=True)
    groups = [
        plots.Group(BY_KEY[key].title, [results.minimum(key, name) for name in PLOTTED])
        for key in results.timings
    ]
    chart = plots.bars(
        "CPU µs of a request (less is better; logarithmic)", ("Erlen", "Flask", "Falcon"), groups
    )
    (PLOTS / "requests.svg").write_text(chart)
    ratios = [
        plots.Group(BY_KEY[key].title, [results.ratio(key, "flask", "erlen")])
        for key in results.timings
        if results.ratio(key, "flask", "erlen") is not None
    ]
    chart = plots.bars("Times as quick as Flask (logarithmic)", ("Flask ÷ Erlen",), ratios)
    (PLOTS / "ratios.svg").write_text(chart)


def main() -> None:
    page = PAGE.read_text()
    path = RECORDED / "inprocess.json"
    if path.exists():
        page = in_process(page, Results.load(path))
    for script in (databases, startup, server):
        name = script.__name__.rpartition(".")[2]
        path = RECORDED / f"{name}.json"
        if path.exists():
            data = json.loads(path.read_text())
            if script is databases:
                page = fill(page, "data-machine", machine(data["about"]))
            for mark, table in script.TABLES.items():
                page = fill(page, mark, tables.as_markdown(*table(data)))
    PAGE.write_text(page)


if __name__ == "__main__":
    main()
