"""Bar charts as SVG, in a few lines and without a library; readable on white and on black."""

from __future__ import annotations

import collections.abc as cabc
import dataclasses
import html
import math

COLOURS = ("#2a9d62", "#8a8f98", "#d08a2e", "#4f7fc4")
WIDTH, LABELS, FIGURES = 760, 190, 60
BAR, GAP = 13, 11
TEXT = 'font-family="system-ui, sans-serif" font-size="12" fill="#808080"'


@dataclasses.dataclass(frozen=True)
class Group:
    """Bars under one label; None leaves a bar out."""

    label: str
    values: cabc.Sequence[float | None]


def bars(title: str, series: cabc.Sequence[str], groups: cabc.Sequence[Group]) -> str:
    """Return a chart with a bar for each series in each group, on a logarithmic scale."""
    values = [value for group in groups for value in group.values if value]
    scale = _Scale(min(values), max(values))
    body, top = [], 52
    for group in groups:
        body += _group(group, top, scale)
        top += BAR * len(series) + GAP
    head = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{top + 8}"'
        f' viewBox="0 0 {WIDTH} {top + 8}" role="img" aria-label="{html.escape(title)}">',
        f'<text x="0" y="16" {TEXT}>{html.escape(title)}</text>',
    ]
    return "\n".join([*head, *_legend(series), *body, "</svg>"]) + "\n"


class _Scale:
    def __init__(self, least: float, most: float) -> None:
        self._floor = math.log10(least) - 0.3
        self._room = (WIDTH - LABELS - FIGURES) / (math.log10(most) - self._floor)

    def __call__(self, value: float) -> float:
        return round((math.log10(value) - self._floor) * self._room, 1)


def _legend(series: cabc.Sequence[str]) -> list[str]:
    lines = []
    for place, name in enumerate(series):
        left = LABELS + place * 110
        lines.append(f'<rect x="{left}" y="28" width="10" height="10" fill="{COLOURS[place]}"/>')
        lines.append(f'<text x="{left + 15}" y="37" {TEXT}>{html.escape(name)}</text>')
    return lines


def _group(group: Group, top: int, scale: _Scale) -> list[str]:
    middle = top + BAR * len(group.values) // 2 + 4
    label = html.escape(group.label)
    lines = [f'<text x="{LABELS - 10}" y="{middle}" text-anchor="end" {TEXT}>{label}</text>']
    for place, value in enumerate(group.values):
        if not value:
            continue
        y, width = top + BAR * place, scale(value)
        lines.append(
            f'<rect x="{LABELS}" y="{y}" width="{width}" height="{BAR - 2}"'
            f' fill="{COLOURS[place]}"/>'
        )
        left = LABELS + width + 5
        lines.append(f'<text x="{left}" y="{y + 10}" {TEXT}>{_short(value)}</text>')
    return lines


def _short(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"
