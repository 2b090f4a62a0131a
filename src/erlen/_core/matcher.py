"""From a path to the rule that answers it.

:class:`Matcher` stands where Werkzeug's ``Map`` has its own matcher and answers in its way, so that
a ``MapAdapter`` works on top of it unchanged. :class:`Table` is the quick way of the dispatcher: it
answers what is certain, and leaves the rare rest (redirects, aliases, websockets, other domains) to
the adapter.
"""

from __future__ import annotations

import collections.abc as cabc
import re
import typing as t

from werkzeug.routing.converters import ValidationError
from werkzeug.routing.exceptions import NoMatch, RequestAliasRedirect, RequestPath

from . import ways
from .parts import DIGITS, REST, TEXT, check_regex
from .trie import SLASH, Found, Miss, Node, Target, build, walk

if t.TYPE_CHECKING:
    from werkzeug.routing import Rule

T = t.TypeVar("T")


class NotFound:
    """No rule has the path, whatever the method."""


class AskAdapter:
    """Only ``MapAdapter.match`` can tell."""


class MethodsAllowed:
    """Rules have the path, but with other *methods*."""

    __slots__ = ("methods",)

    def __init__(self, methods: cabc.Iterable[str]) -> None:
        self.methods = tuple(methods)


NOT_FOUND: t.Final = NotFound()
ASK_ADAPTER: t.Final = AskAdapter()

Answer = tuple[T, dict[str, t.Any]] | NotFound | AskAdapter | MethodsAllowed


class Matcher:
    """The rules of one map in the order in which they were added."""

    def __init__(self, merge_slashes: bool) -> None:
        self.merge_slashes = merge_slashes
        self.rules: list[Rule] = []
        #: The tree and the number of rules it holds, published together.
        self._built: tuple[Node[None], int] = (build((), _no_leaf), 0)

    def add(self, rule: Rule) -> None:
        """Take in a bound rule. Raises ``ValueError`` when a converter's regex is none."""
        for name, converter in rule._converters.items():
            try:
                check_regex(converter.regex)
            except re.error as exc:
                raise ValueError(
                    f"The URL rule {rule.rule!r} cannot be used: the regex {converter.regex!r} of"
                    f" the converter {type(converter).__name__} for '{name}' is invalid ({exc})."
                    f" Mend the attribute 'regex' of that class."
                ) from exc
        self.rules.append(rule)

    def update(self) -> None:
        """Do nothing: the tree is built when a path is matched, not when a URL is."""

    def match(
        self, domain: str, path: str, method: str, websocket: bool
    ) -> tuple[Rule, dict[str, t.Any]]:
        """Return rule and values, or raise one of Werkzeug's internal routing exceptions."""
        if "/" in domain:  # no variable takes it, and literal domains have none
            raise NoMatch(set(), False)
        websocket = bool(websocket)
        root = self._root()
        found = walk(root, [domain, *path.split("/")], 0, method, websocket)
        if found is SLASH:
            raise RequestPath(f"{path}/")
        if isinstance(found, tuple):
            return _answer(found)
        missed = t.cast("Miss | None", found)
        if self.merge_slashes and "//" in path:
            missed = _match_merged(root, domain, path, method, websocket, missed)
        raise _no_match(missed)

    def _root(self) -> Node[None]:
        root, count = self._built
        if count != len(self.rules):
            rules = self.rules.copy()
            root = build(rules, _no_leaf)
            self._built = root, len(rules)
        return root


def _no_leaf(rule: Rule) -> None:
    return None


def _answer(found: Found[None]) -> tuple[Rule, dict[str, t.Any]]:
    target, values, missed = found
    rule = target.rule
    try:
        arguments = target.arguments(values)
    except ValidationError as exc:
        raise _no_match(missed) from exc
    if rule.alias and rule.map.redirect_defaults:
        raise RequestAliasRedirect(arguments, rule.endpoint)
    return rule, arguments


def _match_merged(
    root: Node[None], domain: str, path: str, method: str, websocket: bool, missed: Miss | None
) -> Miss | None:
    """Raise ``RequestPath`` when *path* matches with its repeated slashes merged."""
    path = re.sub("/{2,}", "/", path)
    found = walk(root, [domain, *path.split("/")], 0, method, websocket, missed)
    if found is SLASH:
        raise RequestPath(f"{path}/")
    if not isinstance(found, tuple):
        return t.cast("Miss | None", found)
    if found[0].rule.merge_slashes is not False:
        raise RequestPath(path)
    return found[2]


def _no_match(missed: Miss | None) -> NoMatch:
    return NoMatch(set(), False) if missed is None else NoMatch(missed.methods, missed.websocket)


#: A leaf, the name of its only argument and what makes the value of the text.
Short = tuple[T, str, t.Callable[[str], t.Any] | None]


class Table(t.Generic[T]):
    """The rules of one domain, compiled; it never changes."""

    def __init__(self, root: Node[T], *, unsure: bool, merges: bool) -> None:
        self._root = root
        self._unsure = unsure
        self._merges = merges
        #: Path, then method, for what needs no further look: literal paths without any values.
        self.static: dict[str, dict[str, T]] = {}
        self._heads: dict[str, tuple[Node[T], dict[str, Short[T]]]] = {}
        self._collect_literals()
        #: The straight ways alone, where they are quick.
        self.ways = _ways(root) if ways.COMPILED else None

    def find(self, path: str, method: str) -> Answer[T]:
        """Return leaf and view arguments for *path*, or why there are none.

        The path starts with one slash, *method* is in upper case and no websocket is asked for.
        """
        found: t.Any
        if self.ways is not None:
            # PERF: compiled 0.45 against 1.4 µs for two literals and two variables (timeit).
            found = self.ways.find(path, method)
            if type(found) is tuple:
                return found
            if found is not None:
                if self._unsure or (self._merges and "//" in path):
                    return ASK_ADAPTER
                return NOT_FOUND if found is ways.NOWHERE else found
        # PERF: 0.4 µs against 1.1 for the commonest rule, a literal path and one variable.
        start, _, last = path.rpartition("/")
        head = self._heads.get(start)
        if head is not None and last:
            node, shorts = head
            if last not in node.static and (
                node.kind == TEXT or (last.isdigit() and last.isascii())
            ):
                short = shorts.get(method)
                if short is not None:
                    leaf, name, convert = short
                    try:
                        return leaf, {name: last if convert is None else convert(last)}
                    except ValueError:
                        pass  # whether it is the converter's refusal is seen below

        found = walk(self._root, path.split("/"), 1, method, False)
        if type(found) is not tuple:
            return self._refuse(path, found)
        target, values, missed = found
        if target.odd:
            return ASK_ADAPTER
        try:
            return target.leaf, target.arguments(values)
        except ValidationError:
            return _refusal(missed)

    def _refuse(self, path: str, missed: Miss | str | None) -> Answer[T]:
        if self._unsure or isinstance(missed, str) or (self._merges and "//" in path):
            return ASK_ADAPTER
        return _refusal(missed)

    def _collect_literals(self) -> None:
        stack = [("", self._root)]
        while stack:
            path, node = stack.pop()
            leaves = {
                method: target.leaf
                for method, target in node.answers.items()
                if not target.odd and not target.rule.defaults
            }
            if leaves:
                self.static[path] = leaves
            if node.kind in (TEXT, DIGITS):
                self._heads[path] = node, _shorts(node.child)
            stack.extend((f"{path}/{name}", child) for name, child in node.static.items())


def _shorts(node: Node[T]) -> dict[str, Short[T]]:
    return {
        method: (target.leaf, *target.variables[0])
        for method, target in node.answers.items()
        if not target.odd and not target.rule.defaults and len(target.variables) == 1
    }


def _refusal(missed: Miss | None) -> NotFound | AskAdapter | MethodsAllowed:
    if missed is None:
        return NOT_FOUND
    return MethodsAllowed(missed.methods) if missed.methods else ASK_ADAPTER


def _ways(root: Node[t.Any]) -> ways.Ways:
    """Return the straight ways from *root* on."""
    top = ways.Branch(False)
    heads: dict[str, ways.Branch] = {}
    stack: list[tuple[Node[t.Any], ways.Branch, bool, str | None]] = [(root, top, False, "")]
    while stack:
        node, branch, forked, path = stack.pop()
        if node.targets:
            _close(node, branch)
        if not node.static and not node.forks:
            continue
        literals = {}
        for name, next_node in node.static.items():
            literals[name] = ways.Branch(forked or node.forks)
            next_path = None if path is None else f"{path}/{name}"
            stack.append((next_node, literals[name], forked or node.forks, next_path))
        turns = []
        for edge in node.few_edges:
            is_forked = forked or edge is not node.few_edges[-1]
            target = ways.Branch(is_forked)
            kind = edge.within
            turns.append(ways.Turn(edge.head, edge.tail, kind == DIGITS, kind == REST, target))
            stack.append((edge.child, target, is_forked, None))
        if turns and path is not None:
            heads[path] = branch
        branch.grow(literals, turns, node.forks)
    return ways.Ways(top, heads)


def _close(node: Node[t.Any], branch: ways.Branch) -> None:
    """Tell *branch* what ends at *node*."""
    targets = node.targets
    ends = {target: _end(target) for target in targets}
    refusal = None
    if node.slash is None and all(target.methods and not target.websocket for target in targets):
        refusal = MethodsAllowed(set().union(*[target.methods or () for target in targets]))
    by_method = {method: ends[target] for method, target in node.answers.items()}
    branch.close(by_method, None if node.catch_all is None else ends[node.catch_all], refusal)


def _end(target: Target[t.Any]) -> ways.End | None:
    """Return what ends a straight way; None when there is more to do than to convert integers."""
    if target.odd or target.defaults:
        return None
    variables = []
    for name, convert in target.variables:
        if convert is not None and convert is not int:
            return None
        variables.append((name, convert is int))
    return ways.End(target.leaf, variables)


def compile_table(
    rules: t.Sequence[Rule],
    leaf: t.Callable[[Rule], T],
    *,
    domain: str,
    merge_slashes: bool,
    redirect_defaults: bool,
) -> Table[T]:
    """Compile the bound *rules*, in the order in which they were added, as *domain* sees them."""
    domains = build(rules, leaf, _odd_rules(rules) if redirect_defaults else ())
    at_domain = domains.static.get(domain)
    root = at_domain.static.get("") if at_domain is not None else None
    return Table(
        root if root is not None else build((), leaf),
        unsure=bool(domains.edges),
        merges=merge_slashes,
    )


def _odd_rules(rules: t.Sequence[Rule]) -> set[int]:
    """Return the ids of the rules that may redirect.

    They are the aliases, and those for whose values another rule of the endpoint has defaults.
    """
    odd = {id(rule) for rule in rules if rule.alias}
    providers: dict[t.Any, list[Rule]] = {}
    for rule in rules:
        if rule.defaults:
            providers.setdefault(_default_key(rule), []).append(rule)
    if providers:
        for rule in rules:
            candidates = providers.get(_default_key(rule), ())
            if any(other.provides_defaults_for(rule) for other in candidates):
                odd.add(id(rule))
    return odd


def _default_key(rule: Rule) -> t.Hashable:
    return rule.endpoint, frozenset(rule.arguments)
