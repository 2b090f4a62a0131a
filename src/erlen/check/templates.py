"""Read the templates of an application: their syntax trees, and what they name."""

from __future__ import annotations

import collections.abc as cabc
import dataclasses
import difflib
import typing as t

from jinja2 import TemplateAssertionError, TemplateNotFound, TemplateSyntaxError, nodes

from .code import Link, TemplateNames
from .finding import Finding
from .kinds import found
from .neighbours import names_of_neighbours
from .places import at, is_own

if t.TYPE_CHECKING:
    from jinja2 import Environment

    from ..app import Erlen
    from .survey import Survey

#: Other files may lie beside the templates: images, or templates for another program.
SUFFIXES = (".html", ".htm", ".xhtml", ".xml", ".svg", ".txt", ".md", ".j2", ".jinja", ".jinja2")

_NAMING = (nodes.Extends, nodes.Include, nodes.Import, nodes.FromImport)
_NAMELESS = ("No filter named", "No test named")


@dataclasses.dataclass(frozen=True, slots=True)
class TemplateSource:
    """A template, and its tree or the error that it has instead of one."""

    name: str
    path: str
    source: str
    tree: nodes.Template | None
    error: TemplateSyntaxError | None

    def place(self, line: int) -> str:
        return at(self.path, line)


def read_templates(app: Erlen) -> list[TemplateSource]:
    """Return the templates in the application's own files, without those of its neighbours."""
    templates = list(_templates_of(app))
    named = {
        each.name: {name for one in names_in(each) for name in one.names} for each in templates
    }
    foreign = names_of_neighbours(app, named) if templates else frozenset()
    return [each for each in templates if each.name not in foreign]


def _templates_of(app: Erlen) -> cabc.Iterator[TemplateSource]:
    env = app.jinja_env
    for name in list_templates(env):
        if not name.endswith(SUFFIXES):
            continue
        try:
            source, path, _ = t.cast(t.Any, env.loader).get_source(env, name)
        except (TemplateNotFound, UnicodeDecodeError):
            continue
        if is_own(app, path):
            yield _parse(env, name, path, source)


def list_templates(env: Environment) -> list[str]:
    """Return the names of all templates; none where the loader cannot tell."""
    try:
        return env.list_templates() if env.loader is not None else []
    except TypeError:
        return []


def _parse(env: Environment, name: str, path: str, source: str) -> TemplateSource:
    try:
        return TemplateSource(name, path, source, env.parse(source, name, path), None)
    except TemplateSyntaxError as exc:
        return TemplateSource(name, path, source, None, exc)


def is_there(env: Environment, name: str) -> bool:
    if env.loader is None:
        return False
    try:
        env.loader.get_source(env, name)
    except TemplateNotFound:
        return False
    except UnicodeDecodeError:
        pass
    return True


def check_syntax(survey: Survey) -> cabc.Iterator[Finding]:
    env = survey.app.jinja_env
    for template in survey.templates:
        error = template.error or _compile_error(env, template)
        if error is not None:
            yield found(
                "template-syntax",
                template.place(error.lineno),
                f"Jinja cannot compile the template {template.name!r}: {error.message}",
                "Mend the line; text that is not meant for Jinja goes between {% raw %} and"
                " {% endraw %}.",
            )


def _compile_error(env: Environment, template: TemplateSource) -> TemplateSyntaxError | None:
    """Return what only the compiler notices, like two blocks of one name."""
    try:
        env.compile(template.source, template.name, template.path)
    except TemplateAssertionError as exc:
        # Names that are not registered are a finding of their own, one for each.
        return None if (exc.message or "").startswith(_NAMELESS) else exc
    return None


def check_filters(survey: Survey) -> cabc.Iterator[Finding]:
    env = survey.app.jinja_env
    for template in survey.templates:
        for kind, known, node in _unknown_functions(env, template.tree):
            close = difflib.get_close_matches(node.name, known, n=1)
            hint = f"Did you mean {close[0]!r}? Else register it:" if close else "Register it:"
            yield found(
                "template-filter",
                template.place(node.lineno),
                f"There is no {kind} {node.name!r}: the template fails when it is rendered.",
                f"{hint} @app.template_{kind}({node.name!r})",
            )


def _unknown_functions(
    env: Environment, tree: nodes.Template | None
) -> cabc.Iterator[tuple[str, cabc.Iterable[str], t.Any]]:
    if tree is None:
        return
    guarded = _asked_for(tree)
    for node in tree.find_all((nodes.Filter, nodes.Test)):
        kind, known = ("filter", env.filters) if type(node) is nodes.Filter else ("test", env.tests)
        if t.cast(t.Any, node).name not in known and id(node) not in guarded:
            yield kind, t.cast("dict[str, t.Any]", known), node


def _asked_for(tree: nodes.Template) -> set[int]:
    """Return what stands behind ``{% if 'markdown' is filter %}`` and the like."""
    return {
        id(node)
        for condition in tree.find_all((nodes.If, nodes.CondExpr))
        if any(
            test.name in ("filter", "test")
            for test in t.cast(t.Any, condition).test.find_all(nodes.Test)
        )
        or _is_asking(t.cast(t.Any, condition).test)
        for node in condition.find_all((nodes.Filter, nodes.Test))
    }


def _is_asking(test: nodes.Node) -> bool:
    return isinstance(test, nodes.Test) and test.name in ("filter", "test")


def names_in(template: TemplateSource) -> cabc.Iterator[TemplateNames]:
    """Yield the templates that a template extends, includes or imports."""
    if template.tree is None:
        return
    for node in template.tree.find_all(_NAMING):
        names = _constants(t.cast(t.Any, node).template)
        if names and not getattr(node, "ignore_missing", False):
            yield TemplateNames(template.place(node.lineno), names)


def _constants(node: nodes.Expr) -> tuple[str, ...]:
    items = node.items if isinstance(node, nodes.List | nodes.Tuple) else [node]
    values = [item.value for item in items if isinstance(item, nodes.Const)]
    texts = tuple(value for value in values if isinstance(value, str))
    return texts if len(texts) == len(items) else ()


def links_in(template: TemplateSource) -> cabc.Iterator[Link]:
    """Yield the calls of ``url_for``, unless the template gives the name another meaning."""
    tree = template.tree
    if tree is None or any(
        name.name == "url_for" and name.ctx != "load" for name in tree.find_all(nodes.Name)
    ):
        return
    for call in tree.find_all(nodes.Call):
        if not isinstance(call.node, nodes.Name) or call.node.name != "url_for" or not call.args:
            continue
        endpoint = call.args[0]
        if isinstance(endpoint, nodes.Const) and isinstance(endpoint.value, str):
            yield _link(template.place(call.lineno), endpoint.value, call)


def _link(place: str, endpoint: str, call: nodes.Call) -> Link:
    is_known = call.dyn_args is None and call.dyn_kwargs is None
    given = {pair.key: pair.value for pair in call.kwargs}
    filename = given.get("filename")
    value = filename.value if isinstance(filename, nodes.Const) else None
    return Link(
        place,
        endpoint,
        frozenset(given) if is_known else None,
        value if isinstance(value, str) else None,
    )
