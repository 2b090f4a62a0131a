from __future__ import annotations

import json
import typing as t
from importlib import metadata

import pytest

from erlen.new.origin import erlen_arguments

Found = dict[str, t.Any] | None


class Installed:
    """A distribution as pip leaves it, with a note on where it came from, or without one."""

    def __init__(self, found: Found) -> None:
        self._found = found

    def read_text(self, name: str) -> str | None:
        assert name == "direct_url.json"
        return None if self._found is None else json.dumps(self._found)


@pytest.mark.parametrize(
    "found,arguments",
    [
        (None, []),
        (
            {"url": "file:///home/ann/my%20erlen", "dir_info": {"editable": True}},
            ["--editable", "/home/ann/my erlen"],
        ),
        ({"url": "file:///home/ann/erlen", "dir_info": {}}, ["/home/ann/erlen"]),
        (
            {"url": "https://git.example/e.git", "vcs_info": {"vcs": "git", "commit_id": "a1b2"}},
            ["git+https://git.example/e.git@a1b2"],
        ),
        (
            {"url": "https://x.example/e.zip", "archive_info": {}, "subdirectory": "python"},
            ["https://x.example/e.zip#subdirectory=python"],
        ),
    ],
)
def test_erlen_is_installed_from_where_it_came_from(
    monkeypatch: pytest.MonkeyPatch, found: Found, arguments: list[str]
) -> None:
    monkeypatch.setattr(metadata, "distribution", lambda name: Installed(found))
    assert erlen_arguments() == arguments


def test_erlen_that_runs_from_its_sources_comes_from_the_index(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def missing(name: str) -> t.NoReturn:
        raise metadata.PackageNotFoundError(name)

    monkeypatch.setattr(metadata, "distribution", missing)
    assert erlen_arguments() == []
