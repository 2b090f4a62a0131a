"""Findings as text and as JSON."""

from __future__ import annotations

import collections.abc as cabc
import dataclasses
import json
import textwrap

import click

from .finding import Finding
from .kinds import KINDS

_COLOURS = {"error": "red", "warning": "yellow"}


def as_text(findings: cabc.Sequence[Finding], deploy: bool) -> cabc.Iterator[str]:
    for finding in findings:
        level = click.style(f"{finding.level:<7}", fg=_COLOURS[finding.level], bold=True)
        yield f"{level}  {click.style(finding.place, bold=True)}  {finding.id}"
        yield textwrap.indent(finding.reason, "    ")
        yield textwrap.indent(f"-> {finding.mend}", "    ")
        yield ""
    yield summary(findings, deploy)


def summary(findings: cabc.Sequence[Finding], deploy: bool) -> str:
    errors = sum(finding.level == "error" for finding in findings)
    counts = f"{_count(errors, 'error')}, {_count(len(findings) - errors, 'warning')}."
    text = counts if findings else "Nothing was found."
    return text if deploy else f"{text} The rules for production are looked at with --deploy."


def _count(number: int, noun: str) -> str:
    return f"{number or 'no'} {noun}{'' if number == 1 else 's'}"


def as_json(findings: cabc.Sequence[Finding]) -> str:
    """Return an object with ``findings``, and the numbers of ``errors`` and ``warnings``."""
    errors = sum(finding.level == "error" for finding in findings)
    data = {
        "errors": errors,
        "warnings": len(findings) - errors,
        "findings": [dataclasses.asdict(finding) for finding in findings],
    }
    return json.dumps(data, indent=2, ensure_ascii=False)


def failure_as_json(reason: str) -> str:
    """Return an object with ``failure`` alone: numbers of findings would say what nobody knows."""
    return json.dumps({"failure": reason}, indent=2, ensure_ascii=False)


def kinds_as_text() -> cabc.Iterator[str]:
    width = max(map(len, KINDS))
    for kind in KINDS.values():
        when = " (--deploy)" if kind.deploy else ""
        line = f"{kind.id:<{width}}  {kind.level:<7}  {kind.tag:<9}  {kind.summary}{when}"
        yield line.replace("`", "")


def kinds_as_json() -> str:
    return json.dumps([dataclasses.asdict(kind) for kind in KINDS.values()], indent=2)
