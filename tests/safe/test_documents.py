"""The page on security says what the code does, and names tests that exist."""

from __future__ import annotations

import pathlib
import re
import typing as t

import pytest

from erlen import Erlen
from erlen._core import heads, multipart

ROOT = pathlib.Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "security.md").read_text()
OTHER_LIMITS = {
    "headers of a part": heads.MOST_HEADERS,
    "bytes of a part's headers": multipart.MOST_HEAD,
    "bytes of a boundary": multipart.MOST_BOUNDARY,
    "ranges of one request": 1,  # tests/safe/test_static_files.py asks for more
}


def rows_below(heading: str) -> list[list[str]]:
    _, _, rest = PAGE.partition(f"## {heading}\n")
    lines = [line for line in rest.partition("\n## ")[0].splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines[1:]]


LIMITS = {row[0].strip("`"): row[1] for row in rows_below("Limits and defaults")}
ADVISORIES = {row[0]: row[3].strip("` ") for row in rows_below("Past faults elsewhere")}


def written(value: t.Any) -> set[str]:
    if hasattr(value, "days"):
        return {f"{value.days} days"}
    return {str(value), f"{value:,}"} if type(value) is int else {str(value)}


@pytest.mark.parametrize("name", LIMITS)
def test_a_limit_is_the_one_in_the_code(name: str) -> None:
    value = OTHER_LIMITS[name] if name in OTHER_LIMITS else Erlen.default_config[name]
    assert LIMITS[name] in written(value)


def test_every_limit_is_listed() -> None:
    limits = {key for key in Erlen.default_config if key.startswith("MAX_") or "_MAX_D" in key}
    assert limits <= LIMITS.keys()
    assert OTHER_LIMITS.keys() <= LIMITS.keys()


@pytest.mark.parametrize("advisory", ADVISORIES)
def test_an_advisory_has_a_test_that_exists(advisory: str) -> None:
    assert re.fullmatch(r"CVE-\d{4}-\d{4,7}(, CVE-\d{4}-\d{4,7})*", advisory)
    file, _, name = ADVISORIES[advisory].partition("::")
    assert f"\ndef {name}(" in (ROOT / file).read_text()


def test_both_tables_are_there() -> None:
    assert len(ADVISORIES) > 40
    assert len(rows_below("The verification standard")) > 30
    for row in rows_below("The verification standard"):
        assert re.fullmatch(r"\d+\.\d+\.\d+(, \d+\.\d+\.\d+)*", row[0])


def test_the_policy_says_how_to_report_what_is_supported_and_what_counts() -> None:
    policy = (ROOT / "SECURITY.md").read_text()
    for heading in ("Reporting", "Supported versions", "What counts"):
        assert f"\n## {heading}\n" in policy
    assert "in private" in policy
