"""What the parts of a rule accept: functions from text to values, without `re` where possible.

Werkzeug cuts a rule into parts at its slashes and writes a regular expression for each part that
has variables. Here the same part is taken to pieces again, literals and converters, and the
commonest combinations get a check of their own. Only ASCII digits are digits.
"""

from __future__ import annotations

import functools
import re
import typing as t

from .linear import Choice, Items, Piece, Run, Sequence, Variable, ascii_digits, parse

if t.TYPE_CHECKING:
    from werkzeug.routing import Rule
    from werkzeug.routing.rules import RulePart

Captured = tuple[str, ...]
Accepts = t.Callable[[str], Captured | None]
Fits = t.Callable[[str], bool]

#: The kinds of edge that the walk through the tree takes without calling anything.
MIXED, TEXT, DIGITS, REST = range(4)

_DIGITS = (Run("[0-9]", 1, None, False),)
_TEXT = (Run("[^/]", 1, None, False),)
_SIGNED = (Run("-", 0, 1, False), *_DIGITS)
_REST = (Run("[^/]", 1, 1, False), Run(".", 0, None, True))


def pieces_of(rule: Rule) -> list[tuple[Piece, ...]] | None:
    """Return the pieces of each part of *rule*, domain first.

    ``None`` when they cannot be told apart: one name used for two variables, or a subclass
    of Werkzeug's rule that takes rules apart in its own way.
    """
    names = [data for is_variable, data in rule._trace if is_variable]
    if len(names) != len(set(names)):
        return None
    bar = rule._trace.index((False, "|"))
    parts = [
        *(_split(rule, rule._trace[:bar]) if bar else [()]),
        *_split(rule, rule._trace[bar + 1 :]),
    ]
    return parts if len(parts) == len(rule._parts) else None


def _split(rule: Rule, trace: list[tuple[bool, str]]) -> list[tuple[Piece, ...]]:
    parts: list[tuple[Piece, ...]] = []
    pieces: list[Piece] = []
    final = False
    for is_variable, data in trace:
        if is_variable:
            converter = rule._converters[data]
            final = final or not converter.part_isolating
            pieces.append(Variable(converter.regex))
        elif data == "/" and not final:
            parts.append(tuple(pieces))
            pieces = []
        elif pieces and isinstance(pieces[-1], str):
            pieces[-1] += data
        else:
            pieces.append(data)
    if final and isinstance(pieces[-1], str) and pieces[-1].endswith("/"):
        last = pieces.pop()[:-1]
        return [*parts, tuple([*pieces, last] if last else pieces), ()]
    return [*parts, tuple(pieces)]


def kind_of(part: RulePart, pieces: tuple[Piece, ...] | None) -> int:
    """Return which of the kinds above *part* is."""
    if pieces is None or len(pieces) != 1 or not isinstance(pieces[0], Variable) or part.suffixed:
        return MIXED
    if part.final:
        return REST if parse(pieces[0].regex) == _REST else MIXED
    return _kind_of_variable(pieces[0])


def kind_within(pieces: tuple[Piece, ...] | None) -> int:
    """Return which of the kinds the only variable of a part is, between literals or not."""
    variables = [piece for piece in pieces or () if isinstance(piece, Variable)]
    return _kind_of_variable(variables[0]) if len(variables) == 1 else MIXED


def _kind_of_variable(variable: Variable) -> int:
    items = parse(variable.regex)
    if items == _DIGITS:
        return DIGITS
    return TEXT if items == _TEXT else MIXED


def accepts(part: RulePart, pieces: tuple[Piece, ...] | None) -> Accepts:
    """Return the check for *part*, of the segment or, when it is final, of the rest of the path."""
    if pieces is None or any(_is_foreign(piece) for piece in pieces):
        return _accept_regex(ascii_digits(part.content))
    check: Accepts
    if sum(isinstance(piece, Variable) for piece in pieces) == 1:
        check = _accept_single(pieces, part.final)
    else:
        check = Sequence(pieces).match
    return _accept_suffixed(check) if part.suffixed else check


def fits_single(pieces: tuple[Piece, ...] | None) -> Fits | None:
    """Return the check for the only variable of a part within one segment, if it has just one."""
    variables = [piece for piece in pieces or () if isinstance(piece, Variable)]
    return _fits(variables[0].regex, False) if len(variables) == 1 else None


def literal_ends(pieces: tuple[Piece, ...]) -> tuple[str, str]:
    """Return the literals that a part starts and ends with."""
    first, last = pieces[0], pieces[-1]
    return first if isinstance(first, str) else "", last if isinstance(last, str) else ""


@functools.lru_cache(maxsize=1024)
def check_regex(regex: str) -> None:
    """Raise `re.error` when a converter's *regex* is none."""
    re.compile(regex)


def _is_foreign(piece: Piece) -> bool:
    return isinstance(piece, Variable) and parse(piece.regex) is None


def _accept_regex(regex: str) -> Accepts:
    compiled = re.compile(regex)
    prefix = "__werkzeug_"
    groups = sorted(int(name[len(prefix) :]) for name in compiled.groupindex if prefix in name)
    names = [f"{prefix}{number}" for number in groups]

    def accept(text: str) -> Captured | None:
        match = compiled.match(text)
        return None if match is None else tuple(match[name] for name in names)

    return accept


def _accept_suffixed(check: Accepts) -> Accepts:
    """Let a slash, just one, follow what *check* accepts."""

    def accept(text: str) -> Captured | None:
        body = text.removesuffix("/")
        return None if body.endswith("/") else check(body)

    return accept


def _accept_single(pieces: tuple[Piece, ...], final: bool) -> Accepts:
    prefix, suffix = literal_ends(pieces)
    start, end = len(prefix), len(suffix)
    variable = next(piece for piece in pieces if isinstance(piece, Variable))
    fits = t.cast(Fits, _fits(variable.regex, final))

    def accept(text: str) -> Captured | None:
        stop = len(text) - end
        if stop < start or not text.startswith(prefix) or not text.endswith(suffix):
            return None
        value = text[start:stop]
        return (value,) if fits(value) else None

    return accept


@functools.lru_cache(maxsize=1024)
def _fits(regex: str, final: bool) -> Fits | None:
    items = parse(regex)
    if items is None:
        return None
    if items == _DIGITS:
        return _is_digits
    if items == _SIGNED:
        return _is_signed
    if items == _REST:
        return is_rest
    if len(items) == 1 and isinstance(items[0], Run) and items[0].atom == "[^/]" and not final:
        return _has_length(items[0].least, items[0].most)
    words = _words(items)
    if words is not None:
        return words.__contains__
    sequence = Sequence((Variable(regex),))
    return lambda text: sequence.match(text) is not None


def _is_digits(text: str) -> bool:
    return text.isdigit() and text.isascii()


def _is_signed(text: str) -> bool:
    return _is_digits(text.removeprefix("-"))


def is_rest(text: str) -> bool:
    """Say whether a ``path`` converter accepts the text."""
    return text[:1] not in ("", "/") and "\n" not in text[1:]


def _has_length(least: int, most: int | None) -> t.Callable[[str], bool]:
    if most is None:
        return lambda text: len(text) >= least
    return lambda text: least <= len(text) <= most


def _words(items: Items) -> frozenset[str] | None:
    options = items[0].options if len(items) == 1 and isinstance(items[0], Choice) else (items,)
    words = [_word(option) for option in options]
    return None if None in words else frozenset(t.cast("list[str]", words))


def _word(items: Items) -> str | None:
    chars = []
    for item in items:
        if isinstance(item, Choice) or (item.least, item.most) != (1, 1):
            return None
        atom = item.atom
        if len(atom) > 2 or atom == "." or (len(atom) == 2 and atom[1].isalnum()):
            return None
        chars.append(atom[-1])
    return "".join(chars)
