"""Match a sequence of literals and variables in time that is linear in the text.

A rule such as ``/<path:a>/x/<path:b>/y/<path:c>`` becomes one regular expression in Werkzeug, and a
backtracking engine needs hours to find out that 16 KB of slashes do not match it. Here the same
expression is answered with sets of positions, each kept as the bits of one integer:

1. *Backwards*, from the end of the text: at which positions can the remainder of the expression
   start so that it reaches the end? One shift (a single character), one addition (a run of
   characters: the carry ripples through it) answer that for all positions at once.
2. *Forwards*, item by item: of the positions that step 1 allows, take the one that a backtracking
   engine would have tried first, the farthest for a greedy repetition, the nearest for a lazy one.

So both ways agree on every text, groups included. Bit ``b`` stands for the position
``len(text) - b``: a step back in the text is a shift to the left.

Understood are characters, classes, repetitions of one of these and alternatives, which is what the
converters of Werkzeug and nearly all own ones are made of. :func:`parse` answers ``None`` for
anything else, which `re` then matches at the cost that its author gave it.
"""

from __future__ import annotations

import functools
import re
import typing as t

_ATOM = re.compile(
    r"""
    \[\^?\]?(?:\\.|[^\]\\])*\]      # a class
    | \\(?:[dDwWsSnrtfv]|[^a-zA-Z0-9])
    | [^\\^$*+?{}\[\]|()]           # a character, or the dot
    """,
    re.VERBOSE | re.DOTALL,
)
_REPEAT = re.compile(r"(?:(?P<mark>[*+?])|\{(?P<least>\d*)(?P<most>,\d*)?\})(?P<lazy>\??)")
_REPEATS: dict[str, tuple[int, int | None]] = {"*": (0, None), "+": (1, None), "?": (0, 1)}

#: So many steps may `re` need for a text in the worst case; they take less than a millisecond.
_STEPS = 200_000


class Run(t.NamedTuple):
    """Between *least* and *most* characters (``None``: any number) that match *atom*."""

    atom: str
    least: int
    most: int | None
    lazy: bool


class Choice(t.NamedTuple):
    """The first of *options* with which the whole expression matches."""

    options: tuple[Items, ...]


Item = Run | Choice
Items = tuple[Item, ...]


class Variable(t.NamedTuple):
    """The part of an expression that a converter's *regex* captures."""

    regex: str


Piece = str | Variable


def ascii_digits(regex: str) -> str:
    r"""Return *regex* with every ``\d`` made to match 0-9 alone."""
    in_class = False

    def replace(match: re.Match[str]) -> str:
        nonlocal in_class
        token = match[0]
        if token[0] in "[]":
            in_class = not in_class if token[0] == "[" and token[-1] == "]" else token[0] == "["
        elif token == r"\d":
            return "0-9" if in_class else "[0-9]"
        elif token == r"\D" and not in_class:
            return "[^0-9]"
        return token

    return re.sub(r"\\.|\[\^?\]?|\]", replace, regex, flags=re.DOTALL)


@functools.lru_cache(maxsize=1024)
def parse(regex: str) -> Items | None:
    """Return the items of *regex*, or ``None`` when it holds more than this module understands."""
    regex = ascii_digits(regex)
    items, end = _parse_options(regex, 0)
    return items if end == len(regex) else None


def _parse_options(regex: str, pos: int) -> tuple[Items | None, int]:
    options = []
    while True:
        items, pos = _parse_items(regex, pos)
        if items is None:
            return None, pos
        options.append(items)
        if regex[pos : pos + 1] != "|":
            break
        pos += 1
    return (options[0] if len(options) == 1 else (Choice(tuple(options)),)), pos


def _parse_items(regex: str, pos: int) -> tuple[Items | None, int]:
    items: list[Item] = []
    while pos < len(regex) and regex[pos] not in "|)":
        if regex.startswith("(?:", pos):
            inner, pos = _parse_options(regex, pos + 3)
            if inner is None or regex[pos : pos + 1] != ")" or _REPEAT.match(regex, pos + 1):
                return None, pos
            items.extend(inner)
            pos += 1
            continue
        atom = _ATOM.match(regex, pos)
        if atom is None:
            return None, pos
        least, most, lazy, pos = _parse_repeat(regex, atom.end())
        if _REPEAT.match(regex, pos) or regex[pos : pos + 1] == "{":
            return None, pos
        items.append(Run(atom[0], least, most, lazy))
    return tuple(items), pos


def _parse_repeat(regex: str, pos: int) -> tuple[int, int | None, bool, int]:
    match = _REPEAT.match(regex, pos)
    if match is None or match[0] == "{}":
        return 1, 1, False, pos
    if match["mark"]:
        least, most = _REPEATS[match["mark"]]
    else:
        least = int(match["least"] or 0)
        most = least
        if match["most"] is not None:
            most = int(match["most"][1:]) if match["most"] != "," else None
    return least, most, bool(match["lazy"]), match.end()


class Sequence:
    """The pieces of one part of a rule, matched against the whole of a text."""

    def __init__(self, pieces: t.Sequence[Piece]) -> None:
        self._pieces = pieces
        self._items, self._spans = _flatten(pieces)
        #: Longer texts than this are not left to `re`.
        self.limit = _limit(self._items)

    @functools.cached_property
    def _regex(self) -> re.Pattern[str]:
        return re.compile(
            "".join(
                re.escape(piece) if isinstance(piece, str) else f"({ascii_digits(piece.regex)})"
                for piece in self._pieces
            )
        )

    def match(self, text: str) -> tuple[str, ...] | None:
        """Return what the variables capture, or ``None`` when *text* does not match."""
        if self.limit is None or len(text) <= self.limit:
            # PERF: 0.5 µs against 20 µs for short texts, where backtracking cannot go far.
            found = self._regex.fullmatch(text)
            return None if found is None else found.groups()
        return self.match_linear(text)

    def match_linear(self, text: str) -> tuple[str, ...] | None:
        """Do what :meth:`match` does, whatever the length, without `re`'s backtracking."""
        search = _Search(text)
        starts = search.starts(self._items, 1)
        if not starts[0] >> len(text) & 1:
            return None
        at = [0]
        for item, ends in zip(self._items, starts[1:], strict=True):
            at.append(search.walk(item, at[-1], ends))
        return tuple(text[at[start] : at[end]] for start, end in self._spans)


def _flatten(pieces: t.Sequence[Piece]) -> tuple[Items, list[tuple[int, int]]]:
    items: list[Item] = []
    spans = []
    for piece in pieces:
        if isinstance(piece, str):
            items.extend(Run(re.escape(char), 1, 1, False) for char in piece)
        else:
            start = len(items)
            items.extend(parse(piece.regex) or ())
            spans.append((start, len(items)))
    return tuple(items), spans


def _limit(items: Items) -> int | None:
    """Return the length of text up to which `re` is quick enough, ``None`` for any length.

    Each item of which several lengths can be tried multiplies what backtracking may cost by the
    length of the text, and so does what comes behind it.
    """
    open_items = [i for i, item in enumerate(items) if not _settled(items, i)]
    if not open_items:
        return None
    if len(open_items) == 1 and all(_is_fixed(item) for item in items[open_items[0] + 1 :]):
        return None
    return int(_STEPS ** (1 / (len(open_items) + 1)))


def _is_fixed(item: Item) -> bool:
    return isinstance(item, Run) and item.least == item.most


def _settled(items: Items, i: int) -> bool:
    """Say whether only one length of an item can be followed by the next one."""
    item = items[i]
    if isinstance(item, Choice):
        return False
    if item.least == item.most:
        return True
    if i + 1 == len(items):
        return not item.lazy
    following = items[i + 1]
    if isinstance(following, Choice) or following.least == 0 or len(following.atom) > 2:
        return False
    char = following.atom[-1]
    if following.atom == "." or (len(following.atom) == 2 and char.isalnum()):
        return False
    return re.fullmatch(item.atom, char) is None


class _Search:
    """The sets of positions for one text."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.size = len(text)
        self._chars = set(text)
        self._masks: dict[str, int] = {}

    def mask(self, atom: str) -> int:
        """Return the positions behind a character that matches *atom*."""
        mask = self._masks.get(atom)
        if mask is None:
            fits = _compiled(atom).fullmatch
            table = {ord(char): "1" if fits(char) else "0" for char in self._chars}
            mask = self._masks[atom] = int(self.text.translate(table) or "0", 2)
        return mask

    def starts(self, items: Items, ends: int) -> list[int]:
        """Return for each of *items*, and the end, where it can start so as to reach *ends*."""
        sets = [ends]
        for item in reversed(items):
            if isinstance(item, Run):
                ends = self._before(item, ends)
            else:
                ends = functools.reduce(
                    int.__or__, (self.starts(option, ends)[0] for option in item.options)
                )
            sets.append(ends)
        sets.reverse()
        return sets

    def _before(self, run: Run, ends: int) -> int:
        mask = self.mask(run.atom)
        for _ in range(run.least):
            ends = (ends & mask) << 1
            if not ends:
                return 0
        if run.most is None or run.most - run.least >= self.size:
            # The carry of the addition ripples through each run of characters that fit.
            return (((ends & mask) + mask) ^ mask) | ends
        for _ in range(run.most - run.least):
            more = ends | (ends & mask) << 1
            if more == ends:
                break
            ends = more
        return ends

    def walk(self, item: Item, pos: int, ends: int) -> int:
        """Return where *item*, started at *pos*, ends first of all that lies in *ends*."""
        if isinstance(item, Choice):
            return self._walk_choice(item, pos, ends)
        most = self.size - pos if item.most is None else item.most
        first = pos + item.least
        run = _compiled(f"(?:{item.atom})*").match(self.text, pos, pos + most)
        last = pos if run is None else run.end()
        within = (ends >> (self.size - last)) & ((1 << (last - first + 1)) - 1)
        if item.lazy:
            return last - (within.bit_length() - 1)
        return last - ((within & -within).bit_length() - 1)

    def _walk_choice(self, choice: Choice, pos: int, ends: int) -> int:
        options = iter(choice.options)
        fits = False
        while not fits:  # one of them does
            option = next(options)
            starts = self.starts(option, ends)
            fits = bool(starts[0] >> (self.size - pos) & 1)
        for item, item_ends in zip(option, starts[1:], strict=True):
            pos = self.walk(item, pos, item_ends)
        return pos


@functools.lru_cache(maxsize=1024)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)
