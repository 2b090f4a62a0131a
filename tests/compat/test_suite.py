"""The comparison with what is expected is strict in both directions."""

from __future__ import annotations

import pathlib

from tests.compat.suite import Result, Suite

SUITE = Suite(name="one", source="nothing==1", tests="tests", passing=200)
PASSED: dict[str, str | None] = {f"t::{number}": None for number in range(200)}


def complaints(outcomes: dict[str, str | None], expected: dict[str, str]) -> list[str]:
    return Result(SUITE, outcomes, expected, pathlib.Path("one.log")).complaints()


def test_all_passed_is_no_complaint() -> None:
    assert complaints(PASSED, {}) == []


def test_a_failure_is_a_complaint_unless_it_is_listed() -> None:
    outcomes = {**PASSED, "t::7": "assert 1 == 2"}
    assert complaints(outcomes, {}) == ["t::7 fails: assert 1 == 2"]
    assert complaints(outcomes, {"t::7": "a reason"}) == []


def test_a_listed_test_that_passes_is_a_complaint() -> None:
    assert complaints(PASSED, {"t::7": "a reason"}) == ["t::7 passes: take it out of expected.toml"]


def test_tests_that_did_not_run_are_a_complaint() -> None:
    (line,) = complaints({"t::7": None}, {})
    assert line == "199 of 200 tests did not run, see one.log"


def test_more_than_one_in_a_hundred_must_not_be_listed() -> None:
    listed = {f"t::{number}": "a reason" for number in range(3)}
    (line,) = complaints({**PASSED, **dict.fromkeys(listed, "failed")}, listed)
    assert "more than 1 %" in line
