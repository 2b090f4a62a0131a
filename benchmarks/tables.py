"""Results as tables, for a terminal and for the documentation."""

from __future__ import annotations

import collections.abc as cabc

from .apps import FRAMEWORKS
from .goals import Verdict
from .results import Results
from .workloads import BY_KEY

Row = cabc.Sequence[str]
#: A head and its rows.
Table = tuple[Row, cabc.Sequence[Row]]


def figure(value: float | None, digits: int = 3) -> str:
    """Write *value* with so many significant digits."""
    if value is None:
        return "–"
    if value >= 10**digits:
        return f"{value:,.0f}"
    whole = len(str(int(value))) if value >= 1 else 0
    return f"{value:.{digits - whole}f}" if value else "0"


def timing_rows(results: Results, which: str = "minimum") -> Table:
    """Return head and rows: a workload each, microseconds of each framework, ratios."""
    frameworks = [
        name for name in FRAMEWORKS if any(name in row for row in results.timings.values())
    ]
    head = ["workload", *(FRAMEWORKS[name] for name in frameworks)]
    rows: list[Row] = []
    for workload, timings in results.timings.items():
        cells = [
            figure(getattr(timings[name], which) if name in timings else None)
            for name in frameworks
        ]
        ratios = [
            figure(results.ratio(workload, "flask", "erlen", which)),
            figure(results.ratio(workload, "erlen", "falcon", which)),
        ]
        rows.append([BY_KEY[workload].title, *cells, *ratios])
    return [*head, "Flask ÷ Erlen", "Erlen ÷ Falcon"], rows


def verdict_rows(verdicts: cabc.Iterable[Verdict]) -> Table:
    words = {True: "met", False: "MISSED", None: "not measured"}
    rows: list[Row] = [
        [
            BY_KEY[verdict.workload].title,
            verdict.what,
            figure(verdict.measured),
            f"{verdict.sign} {verdict.goal:g}",
            words[verdict.met],
        ]
        for verdict in verdicts
    ]
    return ["workload", "ratio", "measured", "goal", ""], rows


def as_text(head: Row, rows: cabc.Sequence[Row]) -> str:
    """Return columns for a terminal: the first to the left, figures to the right."""
    widths = [max(map(len, column)) for column in zip(head, *rows, strict=True)]
    lines = []
    for row in (head, ["-" * width for width in widths], *rows):
        first, *others = (
            cell.ljust(width) if place == 0 else cell.rjust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        lines.append("  ".join([first, *others]).rstrip())
    return "\n".join(lines)


def as_markdown(head: Row, rows: cabc.Iterable[Row]) -> str:
    rule = ["---", *("--:" for _ in head[1:])]
    return "\n".join("| " + " | ".join(row) + " |" for row in (head, rule, *rows))
