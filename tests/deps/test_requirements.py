from __future__ import annotations

import pathlib

import pytest

from erlen.deps import Finding, Import
from erlen.deps.requirements import UnreadableRequirement, compare, read_lines, write_line

from .conftest import Write


def finding(name: str, version: str | None, *extras: str) -> Finding:
    imported = Import(name.lower(), pathlib.Path("app.py"), 3)
    return Finding(name, version, frozenset(extras), (imported,))


@pytest.mark.parametrize(
    "pin,version,expected",
    [
        ("==", "1.2.3", "Name==1.2.3"),
        (">=", "1.2.3", "Name>=1.2.3"),
        ("~=", "1.2.3", "Name~=1.2.3"),
        ("~=", "2024", "Name~=2024.0"),
        ("none", "1.2.3", "Name"),
        ("==", "2.1+cu118", "Name==2.1+cu118"),
        (">=", "2.1+cu118", "Name>=2.1"),
        ("==", None, "Name"),
    ],
)
def test_pins(pin: str, version: str | None, expected: str) -> None:
    assert write_line(finding("Name", version), pin) == expected


def test_extras_are_sorted() -> None:
    assert write_line(finding("erlen", "0.1", "forms", "db"), "==") == "erlen[db,forms]==0.1"


REQUIREMENTS = """\
    # comment
    -r other.txt
    --index-url https://example.org/simple
    -e git+https://example.org/x.git#egg=x
    ./local/package
    PyYAML[fast] >= 6 ; python_version > "3"  # why
    pkg==1.0 \\
        --hash=sha256:abc
    name @ https://example.org/name.whl
"""


def test_a_file_is_read(write: Write) -> None:
    write({"requirements.txt": REQUIREMENTS, "other.txt": "click\n"})
    lines = read_lines(pathlib.Path("requirements.txt"))
    assert [line.name for line in lines] == ["click", None, None, None, "pyyaml", "pkg", "name"]
    assert lines[4].place == "requirements.txt:6"


def test_files_that_name_each_other_are_read_once(write: Write) -> None:
    write({"requirements.txt": "-r other.txt\nclick", "other.txt": "-r requirements.txt\nyaml"})
    lines = read_lines(pathlib.Path("requirements.txt"))
    assert [line.name for line in lines] == ["yaml", "click"]


def test_a_line_that_is_no_requirement_is_named(write: Write) -> None:
    write({"requirements.txt": "click\nwhat is this\n"})
    with pytest.raises(UnreadableRequirement, match=r"requirements.txt:2: 'what is this' is no"):
        read_lines(pathlib.Path("requirements.txt"))


def differences(write: Write, text: str, *findings: Finding) -> list[str]:
    write({"requirements.txt": text})
    return list(compare(findings, read_lines(pathlib.Path("requirements.txt"))))


@pytest.mark.parametrize(
    "text",
    [
        "PyYAML==6.0\nerlen[db]",
        "pyyaml>=5\nerlen[all]>=0.1",
        "pyyaml\nerlen[db,forms]",
        "pyyaml~=6.0\nerlen[db]\ngranian==2  # keep: the server",
        "pyyaml\nerlen[db]\npywin32; sys_platform == 'win32'\n-e .",
        "pyyaml==5; sys_platform == 'win32'\nerlen[db]",
    ],
)
def test_a_file_that_has_everything(write: Write, text: str) -> None:
    assert differences(write, text, finding("PyYAML", "6.0"), finding("erlen", "0.1", "db")) == []


@pytest.mark.parametrize(
    "text,expected",
    [
        ("", "missing: PyYAML==6.0 (imported as 'pyyaml' in app.py:3)"),
        ("pyyaml==5.1", "different: requirements.txt:1: pyyaml==5.1, but 6.0 is installed"),
        ("pyyaml\nclick>=8", "unneeded: requirements.txt:2: click>=8 (nothing imports it)"),
    ],
)
def test_what_differs(write: Write, text: str, expected: str) -> None:
    assert differences(write, text, finding("PyYAML", "6.0")) == [expected]


def test_a_lacking_extra_and_a_version_that_is_not_known(write: Write) -> None:
    given = finding("erlen", None, "db", "forms")
    assert differences(write, "erlen[db]==9", given) == [
        "different: requirements.txt:1: erlen[db]==9 lacks the extra forms"
    ]
    assert differences(write, "erlen[db,forms]==9", given) == []
