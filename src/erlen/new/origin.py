"""Where the Erlen that is running came from, so that a new environment can have it from there."""

from __future__ import annotations

import json
import typing as t
from importlib import metadata
from urllib.parse import urlsplit
from urllib.request import url2pathname


def erlen_arguments() -> list[str]:
    """Return what pip needs to be told to install this Erlen; nothing if the index has it."""
    try:
        text = metadata.distribution("erlen").read_text("direct_url.json")
    except metadata.PackageNotFoundError:  # it runs from its sources
        return []
    return [] if text is None else _arguments(json.loads(text))


def _arguments(found: dict[str, t.Any]) -> list[str]:
    """Read what pip noted (PEP 610): a folder, a repository, or a file somewhere."""
    url: str = found["url"]
    if "dir_info" in found:
        path = url2pathname(urlsplit(url).path)
        return ["--editable", path] if found["dir_info"].get("editable") else [path]
    if vcs := found.get("vcs_info"):
        url = f"{vcs['vcs']}+{url}@{vcs['commit_id']}"
    subdirectory = found.get("subdirectory")
    return [f"{url}#subdirectory={subdirectory}" if subdirectory else url]
