"""What passes on Flask must pass on Erlen, and the list of exceptions is exact."""

from __future__ import annotations

import pathlib

from tests.extensions.comparison import APPS
from tests.extensions.environment import normalized, versions
from tests.extensions.suites import EXTENSIONS, Result, outcomes

ON_FLASK = {"t::a": None, "t::b": None, "t::c": "it fails on Flask, too"}


def test_what_fails_on_flask_is_not_asked_for() -> None:
    result = Result(ON_FLASK, {"t::a": None, "t::b": None, "t::c": "no"}, {})
    assert (result.complaints(), result.passed) == ([], 2)


def test_a_failure_and_a_test_that_did_not_run_are_complaints() -> None:
    assert Result(ON_FLASK, {"t::a": "assert 1 == 2"}, {}).complaints() == [
        "t::a fails: assert 1 == 2",
        "t::b fails: it did not run",
    ]


def test_a_listed_test_may_fail_but_not_pass() -> None:
    on_erlen = {"t::a": None, "t::b": "no"}
    assert Result(ON_FLASK, on_erlen, {"t::b": "a reason"}).complaints() == []
    (line,) = Result(ON_FLASK, on_erlen, {"t::a": "old", "t::b": "a reason"}).complaints()
    assert line == "t::a passes: take it out of expected.toml"


def test_a_broken_environment_is_not_success() -> None:
    assert Result({}, {}, {}).complaints() != []


def test_a_report_is_read_without_what_was_skipped(tmp_path: pathlib.Path) -> None:
    report = tmp_path / "report.xml"
    report.write_text(
        '<testsuite><testcase classname="m" name="good"/>'
        '<testcase classname="m" name="bad"><failure message="first&#10;second"/></testcase>'
        '<testcase classname="m" name="left out"><skipped/></testcase></testsuite>'
    )
    assert outcomes(report) == {"m::good": None, "m::bad": "first"}


def test_every_extension_has_a_pin_and_an_application() -> None:
    assert {extension.name for extension in EXTENSIONS} <= set(versions())
    assert all(normalized(extension.name) == extension.name for extension in EXTENSIONS)
    assert {extension.app for extension in EXTENSIONS} == {path.stem for path in APPS.glob("*.py")}
