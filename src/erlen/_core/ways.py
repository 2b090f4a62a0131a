# cython: boundscheck=False, wraparound=False
"""The straight way through the tree of rules, on which no step has to be taken back.

Written for Cython, which makes extension types and loops of it (see ``ways.pxd``). Interpreted it
is right, and no quicker than the walk in :mod:`.trie`, which finds all that is not found here.
"""

from __future__ import annotations

import typing as t

#: Whether this is the compiled form.
COMPILED = not __file__.endswith((".py", ".pyc"))

Found = tuple[t.Any, dict[str, t.Any]]

#: The answer for a path that no way leads to, straight or not.
NOWHERE: t.Final = "nowhere"


class End:
    """A *leaf*, and its variables: the name of each, and whether it is an integer."""

    __slots__ = ("_leaf", "_variables")

    def __init__(self, leaf: t.Any, variables: list[tuple[str, bool]]) -> None:
        self._leaf = leaf
        self._variables = variables

    def answer(self, values: list[str]) -> Found | None:
        """Return the leaf and what the view gets; None when they do not tell."""
        if len(values) != len(self._variables):
            return None
        arguments: dict[str, t.Any] = {}
        for place, (name, is_integer) in enumerate(self._variables):
            text = values[place]
            if not is_integer:
                arguments[name] = text
            elif is_digits(text) and len(text) < 19:
                arguments[name] = number_of(text)
            else:
                return None
        return self._leaf, arguments


class Turn:
    """The way from a branch to *target* through a segment with one variable.

    It has text, or nothing but *digits*, between *head* and *tail*; or it has the *rest* of the
    path, and is the last.
    """

    __slots__ = ("digits", "head", "rest", "tail", "target")

    def __init__(self, head: str, tail: str, digits: bool, rest: bool, target: Branch) -> None:
        self.rest = rest
        self.head = head
        self.tail = tail
        self.digits = digits
        self.target = target

    def value_in(self, segment: str) -> str | None:
        """Return what the variable has of *segment*, None if that does not fit."""
        if self.rest:
            return segment if segment.find("\n", 1) < 0 else None
        value = segment
        start = len(self.head)
        end = len(segment) - len(self.tail)
        if end - start < len(segment):
            if start >= end or not segment.startswith(self.head):
                return None
            if not segment.endswith(self.tail):
                return None
            value = segment[start:end]
        return None if self.digits and not is_digits(value) else value


class Branch:
    """A place between two segments: the branches behind literals, and the turns for all others.

    *forked* tells whether the way to it passes by another that a path may have to take instead.
    """

    __slots__ = ("_ends", "_forked", "_forks", "_literals", "_other_end", "_refusal", "_turns")

    def __init__(self, forked: bool) -> None:
        self._literals: dict[str, Branch] = {}
        self._turns: list[Turn] = []
        self._ends: dict[str, End | None] = {}
        self._other_end: End | None = None
        self._forked = forked
        self._forks = forked
        self._refusal: t.Any = None

    def grow(self, literals: dict[str, Branch], turns: list[Turn], forks: bool) -> None:
        """Set where the segments in *literals* lead, and which *turns* others are to try.

        *forks* tells whether one that is empty, or any where there is no turn, may find another
        way.
        """
        self._literals = literals
        self._turns = turns
        self._forks = self._forked or forks

    def close(self, ends: dict[str, End | None], other_end: End | None, refusal: t.Any) -> None:
        """Set what ends here: *ends* by method, *other_end* for all others.

        *refusal* is the answer to methods without an end; None when there may be one elsewhere.
        """
        self._ends = ends
        self._other_end = other_end
        self._refusal = None if self._forked else refusal

    def find(self, path: str, start: int, method: str) -> t.Any:
        """Return the leaf for what *path* has from *start* on, and what its view gets.

        Otherwise ``NOWHERE``, or the refusal of the branch where the path ends; None when the
        straight way does not tell.
        """
        branch = self
        values: list[str] = []
        size = len(path)
        while start <= size:
            end = path.find("/", start)
            if end < 0:
                end = size
            segment = path[start:end]
            begin = start
            start = end + 1
            after = branch._literals.get(segment)
            if after is None:
                if not segment or not branch._turns:
                    return None if branch._forks else NOWHERE
                for turn in branch._turns:
                    value = turn.value_in(path[begin:] if turn.rest else segment)
                    if value is not None:
                        if turn.rest:
                            start = size + 1
                        values.append(value)
                        after = turn.target
                        break
                if after is None:
                    return None if branch._forked else NOWHERE
            branch = after
        last = branch._ends.get(method)
        if last is None and method not in branch._ends:
            last = branch._other_end
            if last is None:
                return branch._refusal
        return None if last is None else last.answer(values)


class Ways:
    """All straight ways from *top*; *heads* are branches with turns by the path to them."""

    # PERF: with *heads* one lookup takes the place of one for each literal segment.

    __slots__ = ("_heads", "_top")

    def __init__(self, top: Branch, heads: dict[str, Branch]) -> None:
        self._top = top
        self._heads = heads

    def find(self, path: t.Any, method: t.Any) -> t.Any:
        """Return what :meth:`Branch.find` does for a whole *path*, which starts with a slash."""
        if type(path) is not str or type(method) is not str:
            return None
        text: str = path
        cut = text.rfind("/")
        branch = self._heads.get(text[:cut])
        if branch is None:
            return self._top.find(text, 1, method)
        return branch.find(text, cut + 1, method)


def is_digits(text: str) -> bool:
    """Tell whether *text* is nothing but ASCII digits, one at least."""
    for char in text:
        if char < "0" or char > "9":
            return False
    return len(text) > 0


def number_of(digits: str) -> int:
    """Return the number that *digits* stand for, 18 at most."""
    number = 0
    for char in digits:
        number = number * 10 + (ord(char) - 48)
    return number
