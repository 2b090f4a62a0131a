"""Read the Python code behind an application: what its functions link to and render.

Only functions that the application can call are read: its views, hooks and handlers, and what
they use by name, as far as it stands in files of the application. What stands inside ``try`` is
left out, for its author expects it to fail.
"""

from __future__ import annotations

import ast
import collections.abc as cabc
import dataclasses
import functools
import inspect
import types
import typing as t

from .. import globals as contexts
from .. import helpers, templating
from ..flashing import flash
from .places import at, is_own

if t.TYPE_CHECKING:
    from ..app import Erlen
    from ..scaffold import Scaffold

_URL_FOR = "url_for"
_RENDER = ("render_template", "stream_template")
_REGISTRIES = (
    "before_request_funcs",
    "after_request_funcs",
    "teardown_request_funcs",
    "template_context_processors",
)
_WRITING_METHODS = {"clear", "pop", "popitem", "setdefault", "update"}

#: Where objects that stand for a function have it.
_WRAPPERS: t.Final[dict[type, str]] = {
    functools.partial: "func",
    types.MethodType: "__func__",
    classmethod: "__func__",
    staticmethod: "__func__",
    property: "fget",
}

_FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda


@dataclasses.dataclass(frozen=True, slots=True)
class Link:
    """A call of ``url_for`` whose endpoint is known."""

    place: str
    endpoint: str
    #: The names of the values that are passed; None when they cannot be known.
    names: frozenset[str] | None
    #: The value of ``filename``, when it is known.
    filename: str | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class TemplateNames:
    """Names of templates, of which one has to exist."""

    place: str
    names: tuple[str, ...]


@dataclasses.dataclass(slots=True)
class Code:
    """What was found in the functions of an application."""

    links: list[Link] = dataclasses.field(default_factory=list)
    templates: list[TemplateNames] = dataclasses.field(default_factory=list)
    #: Where the session is written to.
    session_writers: list[str] = dataclasses.field(default_factory=list)


def read_code(app: Erlen) -> Code:
    code = Code()
    files: dict[str, dict[tuple[str, int], list[_FunctionNode]]] = {}
    for function in _functions_of(app):
        compiled = function.__code__
        path = compiled.co_filename
        if path not in files:
            files[path] = _function_nodes(path)
        for node in files[path].get((compiled.co_name, compiled.co_firstlineno), ()):
            _Reader(code, function, node).read()
    return code


def _function_nodes(path: str) -> dict[tuple[str, int], list[_FunctionNode]]:
    """Return the functions in a file by name and first line, as code objects tell them."""
    nodes: dict[tuple[str, int], list[_FunctionNode]] = {}
    try:
        with open(path, encoding="utf-8") as file:
            tree = ast.parse(file.read())
    except (OSError, SyntaxError, ValueError):  # it was changed or moved since it was imported
        return nodes
    for node in ast.walk(tree):
        if isinstance(node, ast.Lambda):
            nodes.setdefault(("<lambda>", node.lineno), []).append(node)
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            line = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
            nodes.setdefault((node.name, line), []).append(node)
    return nodes


def _functions_of(app: Erlen) -> cabc.Iterator[types.FunctionType]:
    """Yield the functions of the application's own files that it can call, each once."""
    seen: set[int] = set()
    waiting = list(_registered(app))
    while waiting:
        candidate = _unfolded(waiting.pop())
        if id(candidate) in seen:
            continue
        seen.add(id(candidate))
        if issubclass(type(candidate), type):
            waiting.extend(_methods_of(app, candidate))
        elif type(candidate) is types.FunctionType:
            waiting.extend(_used_by(candidate))
            if is_own(app, candidate.__code__.co_filename):
                yield candidate


def _unfolded(candidate: t.Any) -> t.Any:
    """Return the function or class that *candidate* wraps; whatever else it is as it is.

    Types are compared by identity: a proxy would look for the object behind it.
    """
    while type(candidate) in _WRAPPERS:
        candidate = getattr(candidate, _WRAPPERS[type(candidate)])
    if type(candidate) is types.FunctionType:
        return vars(candidate).get("view_class", candidate)
    return candidate if issubclass(type(candidate), type) else None


def _registered(app: Erlen) -> cabc.Iterator[t.Any]:
    yield from app.view_functions.values()
    owner: Scaffold = app
    for name in _REGISTRIES:
        for functions in getattr(owner, name).values():
            yield from functions
    for by_code in app.error_handler_spec.values():
        for by_class in by_code.values():
            yield from by_class.values()


def _methods_of(app: Erlen, cls: type) -> cabc.Iterator[t.Any]:
    try:
        path = inspect.getfile(cls)
    except (OSError, TypeError):
        return
    if is_own(app, path):
        for base in cls.__mro__:
            yield from vars(base).values()


def _used_by(function: types.FunctionType) -> cabc.Iterator[t.Any]:
    yield getattr(function, "__wrapped__", None)
    for cell in function.__closure__ or ():
        try:
            yield cell.cell_contents
        except ValueError:  # not filled yet
            pass
    for name in function.__code__.co_names:
        yield function.__globals__.get(name)


class _Reader:
    """Collects what one function says."""

    def __init__(self, code: Code, function: types.FunctionType, node: _FunctionNode) -> None:
        self._code = code
        self._globals = function.__globals__
        self._path = function.__code__.co_filename
        self._node = node

    def read(self) -> None:
        for node in _nodes_that_must_not_fail(self._node):
            if isinstance(node, ast.Call):
                self._read_call(node)
            if self._writes_session(node):
                self._code.session_writers.append(self._place(node))

    def _place(self, node: ast.AST) -> str:
        return at(self._path, getattr(node, "lineno", 0))

    def _read_call(self, call: ast.Call) -> None:
        name = self._name_called(call.func)
        first = call.args[0] if call.args else None
        if name == _URL_FOR and isinstance(first, ast.Constant) and isinstance(first.value, str):
            self._code.links.append(self._link(call, first.value))
        elif name in _RENDER:
            names = _constants(first)
            if names:
                self._code.templates.append(TemplateNames(self._place(call), names))

    def _link(self, call: ast.Call, endpoint: str) -> Link:
        given = {keyword.arg: keyword.value for keyword in call.keywords}
        filename = given.get("filename")
        value = filename.value if isinstance(filename, ast.Constant) else None
        return Link(
            self._place(call),
            endpoint,
            None if None in given else frozenset(name for name in given if name),
            value if isinstance(value, str) else None,
        )

    def _name_called(self, node: ast.expr) -> str | None:
        """Return the name of what is called, if it is one of Erlen's functions."""
        if isinstance(node, ast.Name):
            meant = self._globals.get(node.id)
            return next((name for name, own in _FUNCTIONS.items() if meant is own), None)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            base = self._globals.get(node.value.id)
            if base is contexts.current_app and node.attr == _URL_FOR:
                return _URL_FOR
            if isinstance(base, types.ModuleType):
                own = _FUNCTIONS.get(node.attr)
                return node.attr if own and vars(base).get(node.attr) is own else None
        return None

    def _is_session(self, node: ast.AST) -> bool:
        return isinstance(node, ast.Name) and self._globals.get(node.id) is contexts.session

    def _writes_session(self, node: ast.AST) -> bool:
        if isinstance(node, ast.Subscript | ast.Attribute) and not isinstance(node.ctx, ast.Load):
            return self._is_session(node.value)
        if not isinstance(node, ast.Call):
            return False
        if isinstance(node.func, ast.Attribute):
            return node.func.attr in _WRITING_METHODS and self._is_session(node.func.value)
        return self._name_called(node.func) == "flash"


_FUNCTIONS: t.Final[dict[str, t.Any]] = {
    "url_for": helpers.url_for,
    "render_template": templating.render_template,
    "stream_template": templating.stream_template,
    "flash": flash,
}


def _constants(node: ast.expr | None) -> tuple[str, ...]:
    """Return the text or texts that an argument is; nothing when they are not known."""
    items = node.elts if isinstance(node, ast.List | ast.Tuple) else [node]
    names = [item.value for item in items if isinstance(item, ast.Constant)]
    texts = tuple(name for name in names if isinstance(name, str))
    return texts if len(texts) == len(items) else ()


def _nodes_that_must_not_fail(node: ast.AST) -> cabc.Iterator[ast.AST]:
    for child in ast.iter_child_nodes(node):
        yield child
        if isinstance(child, ast.Try) and child.handlers:
            for later in (*child.handlers, *child.orelse, *child.finalbody):
                yield from _nodes_that_must_not_fail(later)
        else:
            yield from _nodes_that_must_not_fail(child)
