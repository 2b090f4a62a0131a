"""Requirements: those of a project as lines, and those of a file."""

from __future__ import annotations

import collections.abc as cabc
import pathlib
import re
import typing as t

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from .resolving import Finding

PINS = ("==", ">=", "~=", "none")
#: A comment with this word keeps a line that no import asks for.
KEEP = re.compile(r"\s#.*\bkeep\b", re.I)
_COMMENT = re.compile(r"(^|\s)#.*$")
_OPTIONS_AFTER = re.compile(r"\s--[a-z].*$")  # hashes


class Line(t.NamedTuple):
    """A requirement in a file. ``requirement`` is None for ``-e``, ``--index-url`` and the like."""

    text: str
    place: str
    requirement: Requirement | None

    @property
    def name(self) -> str | None:
        return canonicalize_name(self.requirement.name) if self.requirement else None

    @property
    def is_kept(self) -> bool:
        return KEEP.search(self.text) is not None


class UnreadableRequirement(ValueError):
    """A line of a requirements file that is none; the message names its place."""


def write_line(finding: Finding, pin: str) -> str:
    """Return the requirement of a finding.

    :param pin: one of :data:`PINS`.
    """
    extras = f"[{','.join(sorted(finding.extras))}]" if finding.extras else ""

    if finding.version is None:
        return f"{finding.name}{extras}"

    return f"{finding.name}{extras}{_pinned(pin, finding.version)}"


def _pinned(pin: str, version: str) -> str:
    if pin == "none":
        return ""
    if pin == "==":
        return f"=={version}"

    public = Version(version).public  # only == may name a local version, 2.1+cu118
    # "~=2024" would leave nothing to go up.
    return f"~={public}.0" if pin == "~=" and public.isdigit() else f"{pin}{public}"


def read_lines(path: pathlib.Path, seen: frozenset[pathlib.Path] = frozenset()) -> list[Line]:
    """Return the lines of a file, and of those that it names with ``-r``.

    :param seen: files that are being read already.
    :raises UnreadableRequirement: a line is none.
    :raises OSError: a file cannot be read.
    """
    if path.resolve() in seen:
        return []

    seen |= {path.resolve()}
    text = path.read_text(encoding="utf-8-sig").replace("\\\n", " ")
    lines: list[Line] = []

    for number, line in enumerate(text.splitlines(), 1):
        bare = _OPTIONS_AFTER.sub("", _COMMENT.sub("", line)).strip()
        place = f"{path}:{number}"

        if other := re.match(r"(?:-r|--requirement)[ =]?(.+)", bare):
            lines += read_lines(path.parent / other[1].strip(), seen)
        elif bare:
            lines.append(Line(line.strip(), place, _requirement(bare, place)))

    return lines


def _requirement(bare: str, place: str) -> Requirement | None:
    if bare.startswith("-"):
        return None

    try:
        return Requirement(bare)
    except InvalidRequirement as exc:
        if re.match(r"[\w.+]+://|\.{0,2}/", bare):  # a path or an address, without a name
            return None
        raise UnreadableRequirement(f"{place}: {bare!r} is no requirement: {exc}") from exc


def compare(findings: cabc.Sequence[Finding], lines: cabc.Sequence[Line]) -> cabc.Iterator[str]:
    """Yield a sentence for each requirement that is missing, different or not needed."""
    listed = {line.name: line for line in lines if line.name}

    for finding in findings:
        line = listed.get(canonicalize_name(finding.name))
        first = finding.imports[0]

        if line is None:
            yield (
                f"missing: {write_line(finding, '==')}"
                f" (imported as {first.top!r} in {first.path}:{first.line})"
            )
        elif difference := _difference(finding, line):
            yield f"different: {line.place}: {difference}"

    needed = {canonicalize_name(finding.name) for finding in findings}

    for line in lines:
        if line.name and line.name not in needed and not line.is_kept and _is_for_here(line):
            yield f"unneeded: {line.place}: {line.text} (nothing imports it)"


def _difference(finding: Finding, line: Line) -> str | None:
    requirement = t.cast(Requirement, line.requirement)
    lacking = finding.extras - requirement.extras

    if lacking and "all" not in requirement.extras:
        return f"{line.text} lacks the extra {', '.join(sorted(lacking))}"

    if finding.version is None or not _is_for_here(line):
        return None

    if not requirement.specifier.contains(finding.version, prereleases=True):
        return f"{line.text}, but {finding.version} is installed"

    return None


def _is_for_here(line: Line) -> bool:
    marker = line.requirement.marker if line.requirement else None
    return marker is None or marker.evaluate()
