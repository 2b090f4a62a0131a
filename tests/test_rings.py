"""The order of the rings (docs/design.md): each imports only rings before it."""

from __future__ import annotations

import ast
import collections.abc as cabc
import pathlib
import typing as t

import pytest

import erlen

ROOT = pathlib.Path(erlen.__path__[0])
RING_OF = {"_core": 1, "cli": 3, "testing": 3, "__main__": 3, "as_flask": 5}  # all others: ring 2
BATTERIES: set[str] = {
    "assets",
    "check",
    "codegen",
    "db",
    "dbpool",
    "deps",
    "forms",
    "manager",
    "migrate",
    "new",
}

# Flask's names offer these faces as methods: `app.test_client()`, `app.run()`, `app.cli`.
# The import stands inside the method, so that an application that serves pays nothing for it.
DOORS = {
    ("app", "cli"),
    ("app", "testing"),
    ("scaffold", "cli"),
    ("blueprints", "cli"),
    ("cli", "as_flask"),  # `erlen --as-flask`
    ("migrate", "as_flask"),  # folders of Flask-Migrate import `flask`
}


class Import(t.NamedTuple):
    place: str
    source: str
    target: str
    deferred: bool

    @property
    def is_upward(self) -> bool:
        return ring(self.target) > ring(self.source)


def ring(part: str) -> int:
    return 4 if part in BATTERIES else RING_OF.get(part, 2)


def part_of(module: str) -> str:
    """Return the piece of the package that a ring is given to: ``erlen.json.tag`` -> ``json``."""
    return module.partition(".")[2].partition(".")[0]


def modules() -> cabc.Iterator[tuple[str, pathlib.Path]]:
    for path in sorted(ROOT.rglob("*.py")):
        if "skeleton" in path.parts:  # what `erlen new` writes; nothing imports it here
            continue
        parts = path.relative_to(ROOT.parent).with_suffix("").parts
        yield ".".join(parts[:-1] if parts[-1] == "__init__" else parts), path


def runtime_nodes(tree: ast.AST, deferred: bool = False) -> cabc.Iterator[tuple[ast.AST, bool]]:
    """Yield every node that runs, and whether it runs later, when a function is called."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            continue
        later = deferred or isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        yield node, later
        yield from runtime_nodes(node, later)


def names_imported(node: ast.AST, module: str, is_package: bool) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if not isinstance(node, ast.ImportFrom):
        return []
    if not node.level:
        base = node.module or ""
    else:
        parents = module.split(".")
        parents = parents[: len(parents) - node.level + is_package]
        base = ".".join([*parents, *filter(None, [node.module])])
    if base == "erlen":  # `from . import json`: the module is named after the import
        return [f"erlen.{alias.name}" for alias in node.names]
    return [base]


def all_imports() -> cabc.Iterator[tuple[Import, str]]:
    for module, path in modules():
        tree = ast.parse(path.read_text())
        for node, deferred in runtime_nodes(tree):
            for name in names_imported(node, module, path.name == "__init__.py"):
                place = f"{path.relative_to(ROOT.parent)}:{getattr(node, 'lineno', 0)}"
                yield Import(place, part_of(module), part_of(name), deferred), name


IMPORTS = list(all_imports())
OWN = [found for found, name in IMPORTS if name.split(".")[0] == "erlen"]


def test_the_core_imports_nothing_of_the_other_rings() -> None:
    assert [found for found in OWN if found.source == "_core" and found.target != "_core"] == []


def test_a_module_imports_only_rings_before_its_own() -> None:
    wrong = [found for found in OWN if found.is_upward and not found.deferred and found.source]
    assert wrong == []


def test_an_import_upward_inside_a_function_is_a_known_door() -> None:
    upward = {(found.source, found.target) for found in OWN if found.is_upward and found.deferred}
    assert {pair for pair in upward if pair[0]} <= DOORS


def test_batteries_never_import_each_other() -> None:
    pairs = {(found.source, found.target) for found in OWN if found.source in BATTERIES}
    assert {(a, b) for a, b in pairs if a != b and b in BATTERIES} == set()


def test_nothing_imports_flask() -> None:
    assert [found.place for found, name in IMPORTS if name.split(".")[0] == "flask"] == []


def writes_to_sys_modules(node: ast.AST) -> bool:
    if isinstance(node, ast.Call):
        return ast.unparse(node.func).startswith("sys.modules.") and ast.unparse(
            node.func
        ).endswith((".update", ".setdefault", ".pop", ".clear", ".__setitem__"))
    return isinstance(node, ast.Subscript) and (
        ast.unparse(node.value) == "sys.modules" and not isinstance(node.ctx, ast.Load)
    )


@pytest.mark.parametrize(
    "module,path", [(module, path) for module, path in modules() if part_of(module) != "as_flask"]
)
def test_only_as_flask_changes_sys_modules(module: str, path: pathlib.Path) -> None:
    nodes = ast.walk(ast.parse(path.read_text()))
    assert [node for node in nodes if writes_to_sys_modules(node)] == []
