"""An :class:`Option`, which speaks argparse's words, as a parameter of click.

click is told of no defaults. It says what stood on the line; what a command gets when nothing
did is argparse's rule, and is kept here.
"""

from __future__ import annotations

import argparse
import collections.abc as cabc
import typing as t

import click
from click.core import ParameterSource

from .options import Group, Option, all_options

if t.TYPE_CHECKING:
    ParamType = click.ParamType[t.Any]
else:
    ParamType = click.ParamType  # generic from click 8.4 on

ACTIONS = (
    "store",
    "store_true",
    "store_false",
    "store_const",
    "append",
    "append_const",
    "extend",
    "count",
    "version",
)
KEYWORDS = frozenset(
    [
        "action",
        "nargs",
        "const",
        "default",
        "type",
        "choices",
        "required",
        "help",
        "metavar",
        "dest",
        "version",
    ]
)
_FLAG_ACTIONS = {"store_true": True, "store_false": False}
#: More than these are not listed in the help.
MOST_CHOICES = 12
_LISTS = ("append", "append_const", "extend")
#: Stands on the line's side for an option that was given without its optional value.
_NO_VALUE = object()


class Value(ParamType):
    """What one text on the line becomes: converted by ``convert``, and one of ``choices``.

    :param choices: anything that knows ``in``; None: whatever there is.
    """

    def __init__(self, convert: cabc.Callable[[str], t.Any], choices: t.Any = None) -> None:
        self.convert_text = convert
        self.choices = choices
        self.name = getattr(convert, "__name__", type(convert).__name__)
        # Click's own types have the better sentences.
        self.known = click.types.convert_type(convert) if convert in _CLICK_TYPES else None

    def convert(
        self, value: t.Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> t.Any:
        if value is _NO_VALUE:
            return value

        made = self.make(value, param, ctx)

        if self.choices is not None and made not in self.choices:
            self.fail(f"{value!r} is none of {_listed(self.choices)}.", param, ctx)

        return made

    def make(
        self,
        value: t.Any,
        param: click.Parameter | None = None,
        ctx: click.Context | None = None,
    ) -> t.Any:
        if self.known is not None:
            return self.known.convert(value, param, ctx)

        try:
            return self.convert_text(value)
        except argparse.ArgumentTypeError as exc:
            self.fail(str(exc), param, ctx)
        except (TypeError, ValueError):
            self.fail(f"{value!r} is not a valid {self.name}.", param, ctx)

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[click.shell_completion.CompletionItem]:
        texts = map(str, self.choices) if isinstance(self.choices, cabc.Iterable) else []
        found = [text for text in texts if text.startswith(incomplete)]
        return [click.shell_completion.CompletionItem(text) for text in found]


_CLICK_TYPES: tuple[t.Any, ...] = (int, float, bool, str)


class Parameter:
    """An option, the click parameter that reads it, and the way back from its value.

    :param name: under which click keeps the value; two options may share a ``dest``.
    """

    def __init__(self, option: Option, name: str) -> None:
        self.option = option
        self.name = name
        self.keywords = keywords = option.kwargs
        self.action: str = keywords.get("action") or "store"
        self.nargs = keywords.get("nargs")
        self.is_argument = not option.args[0].startswith("-") if option.args else True
        _check(option, self.action)
        self.dest = _destination(option, self.is_argument)
        self.type = Value(keywords.get("type") or str, keywords.get("choices"))
        #: Whether it takes all the texts that follow, up to the next option.
        self.takes_many = not self.is_argument and self.nargs in ("*", "+", argparse.REMAINDER)
        self.click = self._argument() if self.is_argument else self._option()

    def _argument(self) -> click.Argument:
        count = {None: 1, "?": 1, "*": -1, "+": -1, argparse.REMAINDER: -1}.get(
            self.nargs, self.nargs
        )
        return click.Argument(
            [self.name],
            nargs=count,
            required=self.nargs not in ("?", "*", argparse.REMAINDER),
            type=self.type,
            metavar=self._metavar(),
        )

    def _option(self) -> click.Option:
        help_text = self.keywords.get("help")
        common: dict[str, t.Any] = {
            "param_decls": [self.name, *self.option.args],
            "required": self.keywords.get("required", False),
            "help": None if help_text is argparse.SUPPRESS else self.help(),
            "hidden": help_text is argparse.SUPPRESS,
        }

        if self.action == "version":
            return click.Option(is_flag=True, is_eager=True, callback=self._show_version, **common)
        if self.action in ("count", "append_const"):
            return click.Option(count=True, **common)
        if self.action in ("store_true", "store_false", "store_const"):
            return click.Option(is_flag=True, **common)

        common.update(type=self.type, metavar=self._metavar())

        if self.nargs == "?":
            return click.Option(is_flag=False, flag_value=_NO_VALUE, **common)
        if self.takes_many or self.action == "append":
            return _ManyValues(multiple=True, **common)
        return click.Option(nargs=self.nargs or 1, **common)

    def _show_version(self, ctx: click.Context, param: click.Parameter, value: bool) -> None:
        if value and not ctx.resilient_parsing:
            click.echo(self.keywords.get("version"))
            ctx.exit()

    def help(self) -> str | None:
        """Return the help, with argparse's ``%(default)s`` and its kin filled in."""
        text = self.keywords.get("help")

        if text is None or text is argparse.SUPPRESS:
            return None

        names = {**dict.fromkeys(KEYWORDS), **self.keywords, "dest": self.dest}
        names["default"] = self.default()
        ctx = click.get_current_context(silent=True)
        names["prog"] = ctx.find_root().info_name if ctx else None

        try:
            return t.cast(str, text % names)
        except (KeyError, TypeError, ValueError):  # a lone per cent sign
            return t.cast(str, text)

    def _metavar(self) -> str:
        given = self.keywords.get("metavar")

        if isinstance(given, tuple):
            return " ".join(given)

        word = given or self._choices() or self.dest.upper()

        if self.nargs in ("?", "*", argparse.REMAINDER):
            word = f"[{word}]"
        if self.nargs in ("*", "+", argparse.REMAINDER):
            return f"{word}..."
        return " ".join([word] * (self.nargs if isinstance(self.nargs, int) else 1))

    def _choices(self) -> str | None:
        choices = self.type.choices

        if not isinstance(choices, cabc.Collection) or len(choices) > MOST_CHOICES:
            return None

        listed = "|".join(map(str, choices))
        return f"{{{listed}}}" if self.is_argument else f"[{listed}]"

    def default(self) -> t.Any:
        """Return what the command gets when the line says nothing."""
        if "default" in self.keywords:
            value = self.keywords["default"]
            # As in argparse, a text is converted just as one on the line.
            is_text = isinstance(value, str) and value is not argparse.SUPPRESS
            return self.type.make(value) if is_text else value
        if self.action in _FLAG_ACTIONS:
            return not _FLAG_ACTIONS[self.action]
        return [] if self.is_argument and self.nargs in ("*", argparse.REMAINDER) else None

    def was_given(self, ctx: click.Context) -> bool:
        if ctx.get_parameter_source(self.name) is not ParameterSource.COMMANDLINE:
            return False
        return not (self.is_argument and ctx.params[self.name] == ())

    def value(self, given: t.Any) -> t.Any:
        """Return what argparse makes of what stood on the line."""
        const = self.keywords.get("const")

        if self.action in _FLAG_ACTIONS:
            return _FLAG_ACTIONS[self.action]
        if self.action == "store_const":
            return const
        if self.action == "count":
            return (self.default() or 0) + given
        if self.action in _LISTS:
            added = [const] * given if self.action == "append_const" else list(given)
            return [*(self.default() or []), *added]
        if self.nargs == 1:
            return [given]
        if given is _NO_VALUE:
            return const
        return list(given) if self.nargs not in (None, "?") else given


class _ManyValues(click.Option):
    """An option whose values were taken off the line before click read it."""

    def handle_parse_result(
        self, ctx: click.Context, opts: cabc.Mapping[str, t.Any], args: list[str]
    ) -> tuple[t.Any, list[str]]:
        taken = ctx.meta.get(TAKEN, {}).get(self)
        return super().handle_parse_result(
            ctx, opts if taken is None else {**opts, str(self.name): taken}, args
        )


#: Where a context keeps those values, by option.
TAKEN = __name__ + ".taken"


def parameters_of(options: cabc.Iterable[Option | Group]) -> list[Parameter]:
    """Return a parameter for each option, those in groups too."""
    return [Parameter(option, f"p{number}") for number, option in enumerate(all_options(options))]


def values_of(ctx: click.Context, parameters: cabc.Iterable[Parameter]) -> dict[str, t.Any]:
    """Return what the line says, by ``dest``: the last word counts, then the first default."""
    by_name = {parameter.name: parameter for parameter in parameters}
    values: dict[str, t.Any] = {}

    # Click keeps what stood on the line in its order, and before everything else.
    for name in ctx.params:
        parameter = by_name[name]

        if parameter.was_given(ctx):
            values[parameter.dest] = parameter.value(ctx.params[name])

    for parameter in by_name.values():
        default = parameter.default()

        if parameter.action != "version" and default is not argparse.SUPPRESS:
            values.setdefault(parameter.dest, default)

    return values


def take_many(ctx: click.Context, args: list[str], parameters: list[Parameter]) -> list[str]:
    """Take the options off the line that have any number of values, and return the rest of it.

    argparse gives such an option all that follows up to the next option; click has no such
    thing.
    """
    by_flag = {
        flag: parameter
        for parameter in parameters
        if parameter.takes_many
        for flag in parameter.option.args
    }
    rest: list[str] = []
    taken: dict[click.Parameter, tuple[str, ...]] = ctx.meta.setdefault(TAKEN, {})
    left = args[:]

    while left:
        word = left.pop(0)

        if word == "--":
            return [*rest, word, *left]

        flag, has_value, value = word.partition("=")
        parameter = by_flag.get(flag)

        if parameter is None:
            rest.append(word)
        elif has_value:
            taken[parameter.click] = (value,)
        else:
            taken[parameter.click] = tuple(_take_values(parameter, left))

            if not taken[parameter.click] and parameter.nargs == "+":
                ctx.fail(f"Option {flag!r} requires at least one value.")

    return rest


def _take_values(parameter: Parameter, left: list[str]) -> cabc.Iterator[str]:
    takes_all = parameter.nargs == argparse.REMAINDER

    while left and (takes_all or not _is_flag(left[0])):
        yield left.pop(0)


def _is_flag(word: str) -> bool:
    return word[:1] == "-" and word != "-" and not word[1:].replace(".", "", 1).isdigit()


def _destination(option: Option, is_argument: bool) -> str:
    if is_argument:
        return str(option.kwargs.get("dest") or option.args[0])

    if "dest" in option.kwargs:
        return str(option.kwargs["dest"])

    long = [flag for flag in option.args if flag.startswith("--")]
    return (long or list(option.args))[0].lstrip("-").replace("-", "_")


def _check(option: Option, action: t.Any) -> None:
    if not option.args and "dest" not in option.kwargs:
        raise TypeError(f"{option!r} has no name: write Option('-n', '--name') or Option('name').")

    if action not in ACTIONS:
        raise TypeError(
            f"{option!r}: the action is not one of {', '.join(ACTIONS)}. What a class of actions"
            " makes of a value, a function given as 'type' can do."
        )

    if unknown := sorted(option.kwargs.keys() - KEYWORDS):
        raise TypeError(
            f"{option!r} does not know {', '.join(map(repr, unknown))}."
            f" It takes {', '.join(sorted(KEYWORDS))}."
        )


def _listed(choices: t.Any) -> str:
    return ", ".join(map(str, choices)) if isinstance(choices, cabc.Iterable) else repr(choices)
