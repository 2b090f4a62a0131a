"""A command of a manager."""

from __future__ import annotations

import collections.abc as cabc
import typing as t

from .options import Group, Option
from .parsing import CommandParser
from .signature import options_of

if t.TYPE_CHECKING:
    import click

    from ..app import Erlen


class Command:
    """A command: what it takes from the line, and a method ``run`` that gets it.

    A subclass names its options in :attr:`option_list`, or makes them in :meth:`get_options`.

    :param func: a function to run; its parameters say the options.
    """

    option_list: cabc.Iterable[Option | Group] = ()

    #: The flags that print the help; None takes the manager's.
    help_args: cabc.Sequence[str] | None = None

    #: Hand everything on the line that is no known option to ``run``, as a list, first of all.
    capture_all_args = False

    def __init__(self, func: cabc.Callable[..., t.Any] | None = None) -> None:
        if func is not None:
            self.run = func  # type: ignore[method-assign]
            self.__doc__ = func.__doc__
            self.option_list = options_of(func)
        elif not self.option_list:
            self.option_list = []  # of its own, for a subclass to append to

    @property
    def description(self) -> str:
        """The text of the help, by default the docstring."""
        return (self.__doc__ or "").strip()

    def add_option(self, option: Option | Group) -> None:
        self.option_list = [*self.option_list, option]

    def get_options(self) -> cabc.Iterable[Option | Group]:
        return self.option_list

    def __call__(self, app: Erlen, *args: t.Any, **kwargs: t.Any) -> t.Any:
        """Run the command on ``app``; what it returns is the exit status."""
        return self.handle(app, *args, **kwargs)

    def handle(self, app: Erlen, *args: t.Any, **kwargs: t.Any) -> t.Any:
        """Call ``run`` within a request context.

        A server, say, needs none: override this, or :meth:`__call__`, and get the application.
        """
        with app.test_request_context():
            return self.run(*args, **kwargs)

    def run(self, *args: t.Any, **kwargs: t.Any) -> t.Any:
        raise NotImplementedError(
            f"{type(self).__name__} has no method 'run', and that is what the command does."
        )

    def make_parser(self, name: str, settings: dict[str, t.Any]) -> click.Command:
        if self.help_args is not None:
            settings = {**settings, "help_option_names": list(self.help_args)}

        return CommandParser(name, self, settings)
