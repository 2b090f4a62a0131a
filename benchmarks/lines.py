"""Line charts as SVG, below each other over one axis; readable on white and on black."""

from __future__ import annotations

import collections.abc as cabc
import dataclasses
import html

from .plots import COLOURS, TEXT, WIDTH

LEFT, RIGHT, HEIGHT, GAP = 100, 20, 90, 48


@dataclasses.dataclass(frozen=True)
class Line:
    """Values over the common axis; the scale is at least *span* high, so that noise stays small."""

    label: str
    values: cabc.Sequence[float]
    span: float


def chart(title: str, axis: cabc.Sequence[float], lines: cabc.Sequence[Line]) -> str:
    """Return a chart with a panel for each line; *axis* holds what they are drawn over."""
    height = 30 + len(lines) * (HEIGHT + GAP)
    body = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}"'
        f' viewBox="0 0 {WIDTH} {height}" role="img" aria-label="{html.escape(title)}">',
        f'<text x="0" y="16" {TEXT}>{html.escape(title)}</text>',
    ]
    for place, line in enumerate(lines):
        body += _panel(line, axis, 40 + place * (HEIGHT + GAP), COLOURS[place % len(COLOURS)])
    return "\n".join([*body, "</svg>"]) + "\n"


def _panel(line: Line, axis: cabc.Sequence[float], top: int, colour: str) -> list[str]:
    middle = (min(line.values) + max(line.values)) / 2
    span = max(line.span, (max(line.values) - min(line.values)) * 1.2)
    least, most = max(0.0, middle - span / 2), max(0.0, middle - span / 2) + span
    width = WIDTH - LEFT - RIGHT
    points = " ".join(
        f"{LEFT + width * at / axis[-1]:.1f},{top + HEIGHT * (most - value) / span:.1f}"
        for at, value in zip(axis, line.values, strict=True)
    )
    bottom = top + HEIGHT
    return [
        f'<text x="{LEFT}" y="{top - 6}" {TEXT}>{html.escape(line.label)}</text>',
        f'<path d="M{LEFT} {top}V{bottom}H{WIDTH - RIGHT}" fill="none" stroke="#808080"/>',
        f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2"/>',
        _mark(top + 10, f"{most:,.{_digits(span)}f}"),
        _mark(bottom, f"{least:,.{_digits(span)}f}"),
        f'<text x="{WIDTH - RIGHT}" y="{bottom + 16}" text-anchor="end" {TEXT}>'
        f"{axis[-1]:,.0f} requests</text>",
    ]


def _mark(y: int, text: str) -> str:
    return f'<text x="{LEFT - 8}" y="{y}" text-anchor="end" {TEXT}>{text}</text>'


def _digits(span: float) -> int:
    return 1 if span < 10 else 0
