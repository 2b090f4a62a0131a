"""The page of the documentation that shows the result."""

from __future__ import annotations

import collections.abc as cabc

from tests.extensions.comparison import Comparison
from tests.extensions.environment import FLASK, ROOT, versions
from tests.extensions.suites import Extension, Result

PAGE = ROOT / "docs" / "extensions.md"

HEAD = """\
# Extensions

Extensions that were written for Flask run on Erlen unchanged, under
[`erlen.as_flask`](moving-from-flask.md). These are held to it: this table is written by

    $ make extensions

which installs each one from PyPI beside {flask}, and beside Erlen. An application that
uses its main features gets the same requests on both, and status, headers and bodies must be
the same. Where the sdist carries tests, they run on both, and each one that passes on Flask
must pass on Erlen. What the tests of an extension need and is not there (a cloud service, a
database of another kind) keeps them from passing on either, so they are not counted.

| extension | version | requests, same answer | own tests that pass on Flask | of them on Erlen |
|---|---|---|---|---|
"""

FOOT = """
"–": the sdist has no tests. Two differences are not counted, because Erlen is
[stricter](differences.md#stricter) on purpose: the `Cache-Control` header beside a session cookie,
and redirects of the routing without scheme and host.
"""

Row = tuple[Extension, Comparison, Result | None]


def write(rows: cabc.Iterable[Row]) -> None:
    PAGE.write_text(page(rows, versions()))


def page(rows: cabc.Iterable[Row], version_of: cabc.Mapping[str, str]) -> str:
    lines = [_line(*row, version_of[row[0].name]) for row in rows]
    return HEAD.format(flask=FLASK.replace("flask==", "Flask ")) + "".join(lines) + FOOT


def _line(extension: Extension, comparison: Comparison, result: Result | None, version: str) -> str:
    same = str(comparison.requests)
    if comparison.differences:
        same += f", {len(comparison.differences)} differences"
    asked, passed = (len(result.asked), result.passed) if result else ("–", "–")
    return f"| {extension.name} | {version} | {same} | {asked} | {passed} |\n"
