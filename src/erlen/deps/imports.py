"""What the files of a project import."""

from __future__ import annotations

import ast
import collections.abc as cabc
import pathlib
import re
import sys
import typing as t

#: The driver that SQLAlchemy takes for a URL that names none.
DEFAULT_DRIVERS = {
    "mariadb": "MySQLdb",
    "mssql": "pyodbc",
    "mysql": "MySQLdb",
    "oracle": "cx_Oracle",
    "postgresql": "psycopg2",
}
#: Drivers whose module is called differently in Python than in a URL.
DRIVER_MODULES = {
    "cx_oracle": "cx_Oracle",
    "mariadbconnector": "mariadb",
    "mysqlconnector": "mysql",
    "mysqldb": "MySQLdb",
    "psycopg_async": "psycopg",
    "pysqlite": "sqlite3",
}
_URL = re.compile(r"([a-z]+)(?:\+([a-z0-9_]+))?://")
#: Modules that read such URLs.
_READS_URLS = frozenset({"sqlalchemy", "flask_sqlalchemy", "erlen.db"})
#: Stands for what a kind of sessions needs: SESSION_TYPE = "redis" imports nothing by itself.
SESSION_STORES = "erlen.sessions.stores."
_CATCHES = frozenset({"ImportError", "ModuleNotFoundError", "Exception", "BaseException"})


class Import(t.NamedTuple):
    """A module that a file asks for.

    ``optional``: the file goes on without it, that is, it catches the error.
    """

    module: str
    path: pathlib.Path
    line: int
    optional: bool = False

    @property
    def top(self) -> str:
        return self.module.partition(".")[0]


class Source(t.NamedTuple):
    """What one file imports, or why it cannot be read."""

    path: pathlib.Path
    imports: list[Import]
    error: str | None = None


def read_imports(path: pathlib.Path) -> Source:
    """Read one file; what it imports for type checkers only, and relative imports, are left out."""
    try:
        tree = ast.parse(path.read_bytes(), filename=str(path))
    except (SyntaxError, ValueError) as exc:  # a ValueError for null bytes, early in Python 3.11
        line, message = getattr(exc, "lineno", None) or 1, getattr(exc, "msg", exc)
        return Source(path, [], f"{path}:{line}: {message}")

    reader = _Reader(path)
    reader.visit(tree)
    return Source(path, reader.imports + list(_drivers(reader)))


class _Reader(ast.NodeVisitor):
    def __init__(self, path: pathlib.Path) -> None:
        self.path = path
        self.imports: list[Import] = []
        self.urls: list[tuple[str, str | None, int]] = []
        self.optional = False

    def add(self, module: str, node: ast.AST) -> None:
        line = getattr(node, "lineno", 1)
        self.imports.append(Import(module, self.path, line, self.optional))

    def visit_Import(self, node: ast.Import) -> None:
        for alias in node.names:
            self.add(alias.name, node)

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        if node.level == 0 and node.module:
            # Any of the names may be a module: `from google.cloud import storage`.
            for alias in node.names:
                name = node.module if alias.name == "*" else f"{node.module}.{alias.name}"
                self.add(name, node)

    def visit_If(self, node: ast.If) -> None:
        if _last_name(node.test) == "TYPE_CHECKING":
            self._visit_all(node.orelse)
        else:
            self.visit(node.test)
            # What one version or system needs, another does without.
            optional = "sys." in ast.unparse(node.test) or "os.name" in ast.unparse(node.test)
            self._visit_all([*node.body, *node.orelse], optional)

    def visit_Try(self, node: ast.Try) -> None:
        optional = any(map(_catches_import_error, node.handlers))
        self._visit_all([*node.body, *node.handlers], optional)
        self._visit_all([*node.orelse, *node.finalbody])

    def _visit_all(self, nodes: cabc.Iterable[ast.AST], optional: bool = False) -> None:
        before, self.optional = self.optional, self.optional or optional

        for node in nodes:
            self.visit(node)

        self.optional = before

    def visit_Call(self, node: ast.Call) -> None:
        if module := _imported_by_call(node):
            self.add(module, node)
        self.generic_visit(node)

    def visit_Assign(self, node: ast.Assign) -> None:
        for target in node.targets:
            # SESSION_TYPE = …, config.SESSION_TYPE = …, config["SESSION_TYPE"] = …
            key = target.slice if isinstance(target, ast.Subscript) else target
            self._take_session_type(key, node.value)
        self.generic_visit(node)

    def visit_Dict(self, node: ast.Dict) -> None:
        for key, value in zip(node.keys, node.values, strict=True):
            self._take_session_type(key, value)
        self.generic_visit(node)

    def visit_keyword(self, node: ast.keyword) -> None:
        self._take_session_type(ast.Name(node.arg or ""), node.value)
        self.generic_visit(node)

    def _take_session_type(self, key: ast.expr | None, value: ast.expr) -> None:
        is_text = isinstance(value, ast.Constant) and isinstance(value.value, str)

        if is_text and _last_name(key) == "SESSION_TYPE":
            self.add(f"{SESSION_STORES}{ast.literal_eval(value)}", value)

    def visit_Expr(self, node: ast.Expr) -> None:
        if not isinstance(node.value, ast.Constant):  # a docstring names no database
            self.generic_visit(node)

    def visit_Constant(self, node: ast.Constant) -> None:
        if isinstance(node.value, str) and (found := _URL.match(node.value)):
            self.urls.append((found[1], found[2], node.lineno))


def _last_name(key: ast.expr | None) -> str | None:
    match key:
        case ast.Name(name) | ast.Attribute(attr=name) | ast.Constant(str(name)):
            return name
        case _:
            return None


def _catches_import_error(handler: ast.ExceptHandler) -> bool:
    if handler.type is None:
        return True

    names = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return any(_last_name(name) in _CATCHES for name in names)


def _imported_by_call(node: ast.Call) -> str | None:
    """Return the module of ``import_module("x")`` and ``__import__("x")``."""
    match node:
        case ast.Call(func=called, args=[ast.Constant(str(name)), *_]):
            is_import = _last_name(called) in ("import_module", "__import__")
            return name if is_import and name and not name.startswith(".") else None
        case _:
            return None


def _drivers(reader: _Reader) -> cabc.Iterator[Import]:
    """Yield the drivers that addresses of databases name."""
    modules = {found.module for found in reader.imports}
    reads_urls = any(
        module == name or module.startswith(f"{name}.")
        for module in modules
        for name in _READS_URLS
    )

    for dialect, driver, line in reader.urls:
        if driver is None and reads_urls:
            driver = DEFAULT_DRIVERS.get(dialect)

        if driver is not None and dialect in (*DEFAULT_DRIVERS, "sqlite"):
            yield Import(DRIVER_MODULES.get(driver, driver), reader.path, line)


#: Modules of Python itself, now or in the versions that Erlen runs on.
STANDARD_LIBRARY = sys.stdlib_module_names | {"__future__", "__main__"}
