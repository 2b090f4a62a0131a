"""What a command takes from its line, in argparse's words."""

from __future__ import annotations

import collections.abc as cabc
import typing as t


class Option:
    """An argument or an option of a command.

    :param args: the name of an argument, or the flags of an option: ``"-n", "--name"``.
    :param kwargs: ``action``, ``nargs``, ``const``, ``default``, ``type``, ``choices``,
        ``required``, ``help``, ``metavar`` and ``dest``, as
        :meth:`argparse.ArgumentParser.add_argument` takes them.
    """

    def __init__(self, *args: str, **kwargs: t.Any) -> None:
        self.args = args
        self.kwargs = kwargs

    def __repr__(self) -> str:
        given = [*map(repr, self.args), *(f"{key}={value!r}" for key, value in self.kwargs.items())]
        return f"Option({', '.join(given)})"


class Group:
    """Options that belong together.

    :param title: the heading above them in the help, with ``description`` below it.
    :param exclusive: whether at most one of them may be given.
    :param required: whether one of them has to be given.
    :raises TypeError: a heading for options that exclude each other.
    """

    def __init__(
        self,
        *options: Option,
        title: str | None = None,
        description: str | None = None,
        exclusive: bool | None = None,
        required: bool | None = None,
    ) -> None:
        if (title or description) and (exclusive or required):
            raise TypeError(
                "A Group has a title and a description, or is exclusive and required: make two"
                " groups."
            )
        self.option_list = options
        self.title = title
        self.description = description
        self.exclusive = exclusive
        self.required = required

    def get_options(self) -> cabc.Iterable[Option]:
        return self.option_list


def all_options(given: cabc.Iterable[Option | Group]) -> cabc.Iterator[Option]:
    """Yield the options, those in groups too."""
    for item in given:
        if isinstance(item, Group):
            yield from item.get_options()
        else:
            yield item
