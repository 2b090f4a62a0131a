"""From modules to the distributions that bring them."""

from __future__ import annotations

import collections.abc as cabc
import pathlib
import typing as t
from importlib import metadata

from .imports import SESSION_STORES, STANDARD_LIBRARY, Import
from .local import LocalModules
from .names import DISTRIBUTIONS, EXTRAS


class Finding(t.NamedTuple):
    """A distribution that the project needs.

    ``version`` is None when it is not installed; then ``known`` tells whether the name stands in
    the table of well-known ones, or is a guess: the module's.
    """

    name: str
    version: str | None
    extras: frozenset[str]
    imports: tuple[Import, ...]
    known: bool = True


def resolve(
    imports: cabc.Iterable[Import], sources: cabc.Sequence[pathlib.Path], root: pathlib.Path
) -> list[Finding]:
    """Return the distributions behind *imports*, sorted by name.

    :param sources: the files of the project, whose own modules are left out.
    """
    local = LocalModules(sources, root)
    installed = _Installed()
    found: dict[str, list[Import]] = {}

    for imported in _without_strange_sessions(list(imports)):
        if imported.top in STANDARD_LIBRARY or local.is_near(imported):
            continue
        names = installed.names_of(imported.module)
        if not names and not local.is_anywhere(imported) and not imported.optional:
            names = [_guess(imported.module)]
        for name in names:
            found.setdefault(name, []).append(imported)

    findings = [_finding(name, why) for name, why in found.items()]
    return sorted(findings, key=lambda finding: finding.name.lower())


def _without_strange_sessions(imports: list[Import]) -> list[Import]:
    """Leave SESSION_TYPE out in a project that does not use Erlen: the name is Flask-Session's."""
    own = [found for found in imports if not found.module.startswith(SESSION_STORES)]
    return imports if any(found.top == "erlen" for found in own) else own


class _Installed:
    """The distributions of this environment, by module."""

    def __init__(self) -> None:
        self.by_module = metadata.packages_distributions()

    def names_of(self, module: str) -> list[str]:
        top = module.partition(".")[0]
        names = sorted(set(self.by_module.get(top, ())))

        if len(names) > 1:
            return _with_longest_match(names, module)
        if names:
            return names

        # One that is installed from its source has no list of modules.
        try:
            return [metadata.distribution(top).metadata["Name"]]
        except metadata.PackageNotFoundError:
            return []


def _with_longest_match(names: list[str], module: str) -> list[str]:
    """Return those of the distributions sharing a package that have the most of *module*."""
    depths = {name: _depth(name, module) for name in names}
    deepest = max(depths.values())
    best = [name for name, depth in depths.items() if depth == deepest]
    # With nothing to tell them apart, one that is named as the module is meant.
    same = [name for name in best if _canonical(name) == _canonical(module.partition(".")[0])]
    return same or best


def _depth(name: str, module: str) -> int:
    """Return how many parts of *module* are files of the distribution."""
    files = {file.with_suffix("").as_posix() for file in metadata.files(name) or ()}
    for part in _parts(module):
        path = part.replace(".", "/")
        if path in files or f"{path}/__init__" in files:
            return part.count(".") + 1

    return 0


def _guess(module: str) -> str:
    for part in _parts(module):
        if known := DISTRIBUTIONS.get(part):
            return known

    return module.partition(".")[0].replace("_", "-")


def _finding(name: str, imports: list[Import]) -> Finding:
    try:
        version: str | None = metadata.version(name)
    except metadata.PackageNotFoundError:
        version = None

    extras = (_extra(imported.module) for imported in imports)
    known = version is not None or name in DISTRIBUTIONS.values()
    return Finding(name, version, frozenset(filter(None, extras)), tuple(imports), known)


def _extra(module: str) -> str | None:
    """Return the extra of the longest part of *module* that has one."""
    for part in _parts(module):
        if extra := EXTRAS.get(part):
            return extra

    return None


def _parts(module: str) -> cabc.Iterator[str]:
    """Yield ``a.b.c``, ``a.b``, ``a``."""
    while module:
        yield module
        module = module.rpartition(".")[0]


def _canonical(name: str) -> str:
    return name.lower().replace("_", "-").replace(".", "-")
