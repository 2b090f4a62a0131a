"""The guide has every kind of finding, as the code has it."""

from __future__ import annotations

import pathlib
import re

from erlen.check.kinds import KINDS, TAGS, Kind

ROOT = pathlib.Path(__file__).parent.parent.parent
GUIDE = ROOT / "docs/guide/check.md"


def row(kind: Kind) -> str:
    when = "with `--deploy`" if kind.deploy else "always"
    return f"| `{kind.id}` | {kind.level} | {kind.tag} | {when} | {kind.summary} |"


def test_the_table_of_the_guide() -> None:
    text = GUIDE.read_text(encoding="utf-8")
    rows = [line for line in text.splitlines() if re.match(r"\| `[a-z-]+` \| (error|warn)", line)]
    assert rows == [row(kind) for kind in KINDS.values()]


def test_every_kind_is_found_by_some_check_and_in_some_test() -> None:
    sources = "".join(
        path.read_text(encoding="utf-8")
        for path in (ROOT / "src/erlen/check").glob("*.py")
        if path.name != "kinds.py"
    )
    tests = "".join(
        path.read_text(encoding="utf-8") for path in (ROOT / "tests/check").glob("test_*.py")
    )
    for id in KINDS:
        assert f'"{id}"' in sources, id
        assert f'"{id}"' in tests, id
    assert {kind.tag for kind in KINDS.values()} == set(TAGS)
