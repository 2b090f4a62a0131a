"""Questions to whoever sits at the terminal."""

from __future__ import annotations

import collections.abc as cabc
import typing as t

import click

YES = ("y", "yes", "1", "on", "true", "t")
NO = ("n", "no", "0", "off", "false", "f")


def prompt(name: str, default: t.Any = None) -> t.Any:
    """Ask for a line of text, until there is one.

    :param default: returned when nothing is typed.
    :raises click.Abort: the input ended, or Ctrl-C was pressed.
    """
    shown = f"{name} [{default}]" if default else name
    return _ask(shown, name, default)


def prompt_pass(name: str, default: t.Any = None) -> t.Any:
    """Ask for a secret: neither what is typed nor the default is shown."""
    return _ask(name, name, default, hide_input=True)


def prompt_bool(
    name: str,
    default: bool = False,
    yes_choices: cabc.Sequence[str] | None = None,
    no_choices: cabc.Sequence[str] | None = None,
) -> bool:
    """Ask until the answer is one of ``yes_choices`` or ``no_choices``.

    :param default: what Enter stands for; the first of its choices is shown.
    """
    yes, no = yes_choices or YES, no_choices or NO

    while True:
        answer = str(prompt(name, (yes if default else no)[0])).lower()

        if answer in yes:
            return True
        if answer in no:
            return False

        click.echo(f"Please answer {yes[0]!r} or {no[0]!r}.", err=True)


def prompt_choices(
    name: str,
    choices: cabc.Iterable[str | tuple[str, str]],
    default: str | None = None,
    no_choice: cabc.Container[str] = ("none",),
) -> str | None:
    """Ask for one of ``choices``, in capitals or not.

    :param choices: texts, or pairs of what is returned and what is shown.
    :param no_choice: answers, in small letters, that stand for None.
    """
    pairs = [(choice, choice) if isinstance(choice, str) else choice for choice in choices]
    by_answer = {key.lower(): key for key, _ in pairs}
    shown = [key if key == label else f"{label} [{key}]" for key, label in pairs]

    while True:
        answer = str(prompt(f"{name} - ({', '.join(shown)})", default))

        if answer.lower() in no_choice:
            return None
        if answer == default:
            return answer
        if answer.lower() in by_answer:
            return by_answer[answer.lower()]

        click.echo(f"{answer!r} is none of them.", err=True)


def _ask(shown: str, name: str, default: t.Any, hide_input: bool = False) -> t.Any:
    answer = click.prompt(
        shown,
        default=None if default is None else "",
        show_default=False,
        hide_input=hide_input,
        prompt_suffix=" " if name.endswith("?") else ": ",
    )
    return answer or default
