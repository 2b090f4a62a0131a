"""The tree of rules: one dictionary a node for literal segments, edges for those with variables.

A path is walked segment by segment: at each node first the literal segment, then the edges in the
order of their weights, and back again where a way ends without a rule. A node is reached in one way
only, so the walk visits no node twice, whatever the path. Nothing here changes once :func:`build`
has returned.
"""

from __future__ import annotations

import collections.abc as cabc
import typing as t

from werkzeug.routing.converters import BaseConverter, NumberConverter, ValidationError

from .linear import Piece
from .parts import (
    DIGITS,
    MIXED,
    REST,
    TEXT,
    Captured,
    Fits,
    accepts,
    fits_single,
    is_rest,
    kind_of,
    kind_within,
    literal_ends,
    pieces_of,
)

if t.TYPE_CHECKING:
    from werkzeug.routing import Rule
    from werkzeug.routing.rules import RulePart

T = t.TypeVar("T")

#: Edges of a node that are tried one after the other on the straight way (see ways.py).
_FEW = 8


class Target(t.Generic[T]):
    """A rule at the node where it ends, and the *leaf* that stands for it."""

    __slots__ = ("defaults", "leaf", "methods", "odd", "rule", "strict", "variables", "websocket")

    def __init__(self, rule: Rule, leaf: T, odd: bool) -> None:
        self.rule = rule
        self.leaf = leaf
        self.defaults = rule.defaults
        #: Whether a match may end in something else than a call of the view.
        self.odd = odd
        self.methods = rule.methods
        self.websocket = bool(rule.websocket)
        self.strict = rule.strict_slashes
        self.variables = [
            (name, to_python(converter)) for name, converter in rule._converters.items()
        ]

    def arguments(self, values: list[str]) -> dict[str, t.Any]:
        """Return what the view gets. Raises ``ValidationError`` for a value that is refused."""
        rv: dict[str, t.Any] = {}
        convert = None
        try:
            for (name, convert), value in zip(self.variables, values):  # noqa: B905 - 50 ns
                rv[name] = value if convert is None else convert(value)
        except ValueError as exc:
            if convert is int:  # more digits than the interpreter takes
                raise ValidationError from exc
            raise
        if self.defaults:
            rv.update(self.defaults)
        return rv


def to_python(converter: BaseConverter) -> t.Callable[[str], t.Any] | None:
    """Return what turns the text into the value, ``None`` when text is what the view gets."""
    function = getattr(converter.to_python, "__func__", None)
    if function is BaseConverter.to_python:
        return None
    if (
        function is NumberConverter.to_python
        and isinstance(converter, NumberConverter)
        and converter.num_convert is int
        and not converter.fixed_digits
        and converter.min is None
        and converter.max is None
    ):
        return int  # PERF: 0.1 µs against 0.2 through the converter
    return converter.to_python


class Miss:
    """Why rules that end where the path ends were not taken."""

    __slots__ = ("methods", "websocket")

    def __init__(self) -> None:
        self.methods: set[str] = set()
        self.websocket = False

    def note(self, targets: cabc.Iterable[Target[t.Any]], method: str) -> None:
        """Remember why each of *targets* refused."""
        for target in targets:
            if target.methods is not None and method not in target.methods:
                self.methods.update(target.methods)
            else:
                self.websocket = True


#: The walk's answer when the path lacks the final slash of a rule that is strict about it.
SLASH: t.Final = "slash"

Found = tuple[Target[T], list[str], Miss | None]
Step = tuple["Node[T]", Captured, int]


class Edge(t.Generic[T]):
    """The way from a node to its *child* through a part with variables."""

    __slots__ = (
        "accept",
        "child",
        "final",
        "fits",
        "head",
        "kind",
        "suffixed",
        "tail",
        "weight",
        "within",
    )

    def __init__(self, part: RulePart, pieces: tuple[Piece, ...] | None) -> None:
        self.weight = part.weight
        self.final = part.final
        self.suffixed = part.suffixed
        self.kind = kind_of(part, pieces)
        #: The kind of the one variable between head and tail, where there is just one.
        self.within = self.kind if part.final else kind_within(pieces)
        self.head, self.tail = ("", "") if pieces is None else literal_ends(pieces)
        if part.final:
            self.tail = ""  # it is not this segment's
        #: Checks the one variable between head and tail, where there is just one, ...
        fits = None if part.final else fits_single(pieces)
        self.fits: Fits = fits or bool
        #: ... or the whole segment, or the whole rest of the path.
        self.accept = accepts(part, pieces) if fits is None else None
        self.child: Node[T] = Node()


#: Edges whose literal head and tail are equally long, by these literals.
Bucket = tuple[int, int, dict[t.Any, list[Edge[T]]]]


class Node(t.Generic[T]):
    """A place between two segments."""

    __slots__ = (
        "answers",
        "buckets",
        "catch_all",
        "child",
        "edges",
        "few_edges",
        "forks",
        "kind",
        "lenient",
        "slash",
        "static",
        "targets",
    )

    child: Node[T]

    def __init__(self) -> None:
        self.static: dict[str, Node[T]] = {}
        self.edges: dict[t.Any, Edge[T]] = {}
        self.targets: list[Target[T]] = []

    def finish(self) -> None:
        """Settle what the walk needs to know, once all rules are there."""
        edges = sorted(self.edges.values(), key=_weight) if self.edges else ()
        #: The node behind a final slash.
        self.slash = self.static.get("")
        #: The targets that a path with one slash too many leads to as well.
        self.lenient = tuple([target for target in self.targets if not target.strict])
        #: Whether there is something to try when the literal segment was no way.
        self.forks = bool(edges or self.lenient)
        #: The kind of the edge when there is only one, and where it leads.
        self.kind = MIXED
        if len(edges) == 1:
            self.kind = edges[0].kind
            self.child = edges[0].child
        #: The edges in their order where they are few, and each has one variable of a usual kind.
        self.few_edges: tuple[Edge[T], ...] = ()
        if len(edges) <= _FEW and all(edge.within != MIXED for edge in edges):
            self.few_edges = tuple(edges)
        self.buckets = tuple(_buckets(edges)) if edges else ()
        #: The target for each method of a request that is none for a websocket, and for all others.
        self.answers: dict[str, Target[T]] = {}
        self.catch_all: Target[T] | None = None
        for target in self.targets:
            if target.websocket:
                continue
            if target.methods is None:
                self.catch_all = target
                break
            for method in target.methods:
                self.answers.setdefault(method, target)

    def steps(self, segments: list[str], i: int) -> cabc.Iterator[Step[T]]:
        """Yield node, values and next position for each edge that accepts the path at *i*."""
        segment = segments[i]
        size = len(segments)
        rest = None
        for head, tail, edges in self.buckets:
            stop = len(segment) - tail
            if stop < head:
                continue
            key = (segment[:head], segment[stop:]) if tail else segment[:head]
            for edge in edges.get(key, ()):
                if edge.accept is None:
                    value = segment[head:stop]
                    if edge.fits(value):
                        yield edge.child, (value,), i + 1
                elif not edge.final:
                    captured = edge.accept(segment)
                    if captured is not None:
                        yield edge.child, captured, i + 1
                else:
                    if rest is None:
                        rest = "/".join(segments[i:])
                    captured = edge.accept(rest)
                    if captured is not None:
                        yield edge.child, captured, size - (edge.suffixed and rest.endswith("/"))


def _weight(edge: Edge[t.Any]) -> t.Any:
    return edge.weight


def _buckets(edges: cabc.Sequence[Edge[T]]) -> list[Bucket[T]]:
    """Group *edges* by the lengths of their literals, without changing the order of any two.

    PERF: to find one among 10,000 edges such as ``item-7-<int:id>`` takes one lookup for each
    length, not 10,000 checks: 2 µs against 900.
    """
    buckets: list[Bucket[T]] = []
    for edge in edges:
        sizes = (len(edge.head), len(edge.tail))
        if not buckets or buckets[-1][:2] != sizes:
            buckets.append((*sizes, {}))
        key = (edge.head, edge.tail) if edge.tail else edge.head
        buckets[-1][2].setdefault(key, []).append(edge)
    return buckets


def build(
    rules: cabc.Iterable[Rule], leaf: t.Callable[[Rule], T], odd: cabc.Container[int] = ()
) -> Node[T]:
    """Return the root of the tree of *rules*, which come in the order they were added in.

    *odd* has the ids of rules of which a match may end in a redirect, beside ``redirect_to``.
    """
    root: Node[T] = Node()
    nodes = [root]
    for rule in rules:
        is_odd = rule.redirect_to is not None or id(rule) in odd
        _place(rule, root, nodes).targets.append(Target(rule, leaf(rule), is_odd))
    for node in nodes:
        node.finish()
    return root


def _place(rule: Rule, node: Node[T], nodes: list[Node[T]]) -> Node[T]:
    """Return the node where *rule* ends; new ones are added to *nodes*."""
    pieces = pieces_of(rule) if rule._converters else None
    for i, part in enumerate(rule._parts):
        if part.static:
            child = node.static.get(part.content)
            if child is None:
                child = node.static[part.content] = Node()
                nodes.append(child)
        else:
            key = _edge_key(part)
            edge = node.edges.get(key)
            if edge is None:
                edge = node.edges[key] = Edge(part, pieces[i] if pieces is not None else None)
                nodes.append(edge.child)
            child = edge.child
        node = child
    return node


def _edge_key(part: RulePart) -> t.Hashable:
    statics, static_weights, arguments, argument_weights = part.weight
    return (
        part.content,
        part.final,
        part.suffixed,
        statics,
        tuple(static_weights),
        arguments,
        tuple(argument_weights),
    )


def _first(targets: cabc.Iterable[Target[T]], method: str, websocket: bool) -> Target[T] | None:
    for target in targets:
        if target.websocket is websocket and (target.methods is None or method in target.methods):
            return target
    return None


def walk(
    node: Node[T],
    segments: list[str],
    i: int,
    method: str,
    websocket: bool,
    missed: Miss | None = None,
) -> Found[T] | Miss | str | None:
    """Look for the rule that *segments* from *i* on lead to.

    Returns its target, the captured values and what was missed on the way; ``SLASH`` when a slash
    is required; otherwise what was missed, ``None`` for nothing at all.
    """
    size = len(segments)
    values: list[str] = []
    #: Where to go on when this way is none: node, position, number of values, steps not yet taken.
    trail: list[tuple[Node[T], int, int, cabc.Iterator[Step[T]] | None]] = []
    while True:
        while i < size:
            segment = segments[i]
            child = node.static.get(segment)
            if child is not None:
                if node.forks:
                    trail.append((node, i, len(values), None))
                node = child
                i += 1
                continue
            # PERF: 0.1 µs a segment against 1.0 through `steps`, for what most nodes have.
            kind = node.kind
            if (kind == TEXT and segment) or (
                kind == DIGITS and segment.isdigit() and segment.isascii()
            ):
                values.append(segment)
                node = node.child
                i += 1
                continue
            if kind == REST and is_rest(rest := "/".join(segments[i:])):
                values.append(rest)
                node = node.child
                i = size
                continue
            if node.forks and (kind == MIXED or not segment):
                trail.append((node, i, len(values), None))
            break
        else:
            target = node.answers.get(method, node.catch_all)
            if websocket:
                target = _first(node.targets, method, websocket)
            if target is not None:
                return target, values, missed
            if node.targets:
                missed = missed or Miss()
                missed.note(node.targets, method)
            if node.slash is not None:
                target = _first(node.slash.targets, method, websocket)
                if target is not None:
                    return SLASH if target.strict else (target, values, missed)

        while trail:
            node, i, count, steps = trail.pop()
            if steps is None:
                steps = node.steps(segments, i)
            step = next(steps, None)
            if step is not None:
                trail.append((node, i, count, steps))
                node, captured, i = step
                values[count:] = captured
                break
            if node.lenient and i + 1 == size and not segments[i]:
                target = _first(node.lenient, method, websocket)
                if target is not None:
                    return target, values[:count], missed
                missed = missed or Miss()
                missed.note(node.lenient, method)
        else:
            return missed
