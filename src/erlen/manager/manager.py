"""The manager of a ``manage.py``: its commands, and the application they are about."""

from __future__ import annotations

import collections.abc as cabc
import inspect
import os
import re
import sys
import typing as t
import warnings

import click

from .command import Command
from .commands import Server, Shell
from .options import Option
from .parsing import ManagerParser
from .plugins import PluginCommand

if t.TYPE_CHECKING:
    from ..app import Erlen

F = t.TypeVar("F", bound=cabc.Callable[..., t.Any])
AppOrFactory: t.TypeAlias = "Erlen | cabc.Callable[..., t.Any] | None"


class Manager:
    """The commands of a ``manage.py``.

    A manager can be a command of another one: ``manager.add_command("books", Manager())``.

    :param app: the application, or a function that makes it and gets the manager's options.
        Below another manager, which has the application already, only a function whose first
        parameter is called ``app`` is called; what it returns takes the place of that
        application, unless it is None.
    :param with_default_commands: whether to offer ``runserver`` and ``shell``; by default the
        outermost manager does.
    :param usage: the help, if there is neither ``help`` nor ``description``.
    :param help: the line in the list of commands of the manager above.
    :param description: the text above the list of its own commands.
    :param disable_argcomplete: without effect; Flask-Script's argument is accepted.
    """

    #: The flags that print the help.
    help_args: cabc.Sequence[str] = ("-?", "--help")

    def __init__(
        self,
        app: AppOrFactory = None,
        with_default_commands: bool | None = None,
        usage: str | None = None,
        help: str | None = None,
        description: str | None = None,
        disable_argcomplete: bool = False,
    ) -> None:
        self.app: t.Any = app
        self._factory: t.Any = None
        self.usage = usage
        self.help = usage if help is None else help
        self.description = usage if description is None else description
        self.with_default_commands = with_default_commands
        self.disable_argcomplete = disable_argcomplete
        #: The manager that this one is a command of.
        self.parent: Manager | None = None
        self._commands: dict[str, t.Any] = {}
        self._options: list[Option] = []

    def __call__(self, app: Erlen | None = None, **kwargs: t.Any) -> t.Any:
        """Return the application for the commands below.

        :param app: that of the manager above.
        :param kwargs: the values of this manager's options.
        :raises RuntimeError: there is no application.
        """
        if app is not None:
            return self._replaced(app, kwargs)

        factory = self._factory or self.app

        if factory is None:
            raise RuntimeError("The manager has no application: write Manager(app).")

        if _is_app(factory):
            return _without_options(factory, kwargs)

        # Commands find the application they are about at `manager.app`.
        self._factory, self.app = factory, factory(**kwargs)
        return self.app

    def _replaced(self, app: Erlen, values: dict[str, t.Any]) -> t.Any:
        if callable(self.app) and not _is_app(self.app) and _first_parameter(self.app) == "app":
            made = self.app(app, **values)
            return app if made is None else made

        return _without_options(app, values)

    def add_option(self, *args: str, **kwargs: t.Any) -> None:
        """Add an option before the command's name, for the function that makes the application.

        Takes what :class:`Option` takes.
        """
        self._options.append(Option(*args, **kwargs))

    def get_options(self) -> cabc.Iterable[Option]:
        return self._options

    def add_command(self, *args: t.Any, namespace: str | None = None) -> None:
        """Add a command: ``add_command("db", command)``, or ``add_command(command)``.

        Without a name, the command's attribute ``name`` is taken, or the name of its class in
        small letters and without a final "command".

        :param args: the name, and the command: a :class:`Command` or its class, a
            :class:`Manager`, or a command of click.
        :param namespace: the name of a manager to put it under, which is made if need be.
        :raises TypeError: it is no command.
        """
        *name, command = args

        if isinstance(command, type):
            command = command()

        _check_command(command)

        if isinstance(command, Manager):
            command.parent = self

        namespace = namespace or getattr(command, "namespace", None)
        place = self._below(namespace) if namespace else self
        place._commands[(name and name[0]) or _name_of(command)] = command

    def _below(self, namespace: str) -> Manager:
        if namespace not in self._commands:
            self.add_command(namespace, Manager())

        return t.cast(Manager, self._commands[namespace])

    def command(self, func: F) -> F:
        """Make a command of a function, under its name.

        Parameters without a default are arguments; one with a default is an option, ``--name``
        and ``-n``; one that is True or False by default is a switch.
        """
        self.add_command(func.__name__, Command(func))
        return func

    def option(self, *args: str, **kwargs: t.Any) -> cabc.Callable[[F], F]:
        """Make a command of a function, with an option for each time this decorates it.

        Takes what :class:`Option` takes.
        """

        def decorate(func: F) -> F:
            command = self._commands.get(func.__name__)

            if not isinstance(command, Command) or command.run is not func:
                command = Command()
                command.run = func  # type: ignore[method-assign]
                command.__doc__ = func.__doc__
                self.add_command(func.__name__, command)

            command.add_option(Option(*args, **kwargs))
            return func

        return decorate

    def shell(self, func: F) -> F:
        """Let ``func`` say, as a dict, what names the command ``shell`` starts with."""
        self.add_command("shell", Shell(make_context=func))
        return func

    def add_default_commands(self) -> None:
        """Add ``shell`` and ``runserver``, where there are none of that name."""
        self._commands.setdefault("shell", Shell())
        self._commands.setdefault("runserver", Server())

    def handle(self, prog: str, args: cabc.Iterable[str] | None = None) -> t.Any:
        """Run the command that ``args`` name and return what it returns.

        :param prog: the name of the program, for the help.
        :raises SystemExit: 2 when the line is wrong, after saying so.
        """
        parser = self.make_parser(os.path.basename(prog), {})

        try:
            return parser.main(list(args or ()), prog_name=parser.name, standalone_mode=False)
        except click.ClickException as exc:
            exc.show()
            raise SystemExit(exc.exit_code) from None
        except click.Abort:
            click.echo("Aborted!", err=True)
            raise SystemExit(1) from None

    def run(
        self, commands: dict[str, t.Any] | None = None, default_command: str | None = None
    ) -> t.NoReturn:
        """Run the command that the program's line names, and exit.

        The exit status is what the command returns, as :func:`sys.exit` takes it: nothing is 0,
        a text is printed as an error.

        :param commands: further commands.
        :param default_command: the command when none is named.
        """
        for name, command in (commands or {}).items():
            self.add_command(name, command)

        prog, *args = map(str, sys.argv)

        if default_command is not None and not args:
            args = [default_command]

        sys.exit(self.handle(prog, args) or 0)

    def make_parser(self, name: str, settings: dict[str, t.Any]) -> ManagerParser:
        defaults = self.with_default_commands

        if defaults or (defaults is None and self.parent is None):
            self.add_default_commands()

        settings = {**settings, "help_option_names": list(self.help_args)}
        return ManagerParser(name, self, settings)


def _is_app(value: object) -> bool:
    return hasattr(value, "test_request_context")


def _without_options(app: t.Any, values: dict[str, t.Any]) -> t.Any:
    if values:
        names = ", ".join(sorted(values))
        warnings.warn(
            f"Options of the manager are ignored: {names}. They are for a function that makes the"
            " application: write Manager(create_app).",
            stacklevel=4,
        )

    return app


def _first_parameter(function: cabc.Callable[..., t.Any]) -> str | None:
    return next(iter(inspect.signature(function).parameters), None)


def _name_of(command: t.Any) -> str:
    name = getattr(command, "name", None)
    return name or re.sub("command$", "", type(command).__name__.lower())


def _check_command(command: object) -> None:
    if not isinstance(command, Command | Manager | PluginCommand | click.Command):
        raise TypeError(
            f"{command!r} is no command: give a Command, a Manager or a command of click."
            " A function becomes one with @manager.command, or as Command(function)."
        )
