"""The options of a function, as its parameters say them."""

from __future__ import annotations

import collections.abc as cabc
import inspect
import types
import typing as t

from .options import Option

_NAMED = (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)


def options_of(function: cabc.Callable[..., t.Any]) -> list[Option]:
    """Return an argument for each parameter without a default, an option for each other one.

    The text on the line is converted to the type that the parameter is annotated with.
    """
    hints = _hints(function)
    options: list[Option] = []
    letters: set[str] = set()

    for parameter in inspect.signature(function).parameters.values():
        if parameter.kind in _NAMED:
            options += _options(parameter, _converter(hints.get(parameter.name)), letters)

    return options


def _options(
    parameter: inspect.Parameter, kind: cabc.Callable[[str], t.Any], letters: set[str]
) -> list[Option]:
    has_default = parameter.default is not inspect.Parameter.empty

    if not has_default and parameter.kind is not inspect.Parameter.KEYWORD_ONLY:
        return [Option(parameter.name, type=kind)]

    flags = _flags(parameter.name, letters)
    keywords: dict[str, t.Any] = {"dest": parameter.name, "required": not has_default}

    if has_default:
        keywords["default"] = parameter.default
    if isinstance(parameter.default, bool):
        return _switches(flags, keywords)

    return [Option(*flags, type=kind, **keywords)]


def _switches(flags: list[str], keywords: dict[str, t.Any]) -> list[Option]:
    switches = [Option(*flags, action="store_true", **keywords)]

    if keywords["default"]:
        # What is on already needs a way to be turned off.
        off = [f"--no-{flag[2:]}" for flag in flags if flag.startswith("--")]
        switches.append(Option(*off, action="store_false", **keywords))

    return switches


def _flags(name: str, letters: set[str]) -> list[str]:
    """Return ``-n`` and ``--name``; the letter goes to the first that has it."""
    letter = name[0]
    flags = [] if letter in letters or letter == "_" else [f"-{letter}"]
    letters.add(letter)
    flags.append(f"--{name}")

    if "_" in name.strip("_"):
        flags.append(f"--{name.replace('_', '-')}")

    return flags


def _hints(function: cabc.Callable[..., t.Any]) -> dict[str, t.Any]:
    try:
        return t.get_type_hints(function)
    except (NameError, TypeError, AttributeError):  # a name that only type checkers know
        return {}


def _converter(hint: t.Any) -> cabc.Callable[[str], t.Any]:
    """Return the class that makes the value: of ``int | None`` the ``int``; without one, text."""
    if t.get_origin(hint) in (t.Union, types.UnionType):
        members = [member for member in t.get_args(hint) if member is not type(None)]
        hint = members[0] if len(members) == 1 else str

    return hint if isinstance(hint, type) and hint not in _NOT_FROM_TEXT else str


_NOT_FROM_TEXT = frozenset({object, list, tuple, dict, set, type(None)})
