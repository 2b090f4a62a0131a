"""What click reads the line with: a command for each command, a group for each manager."""

from __future__ import annotations

import argparse
import collections.abc as cabc
import inspect
import typing as t

import click

from ..cli import AppGroup, ScriptInfo
from .options import Group
from .parameters import Parameter, parameters_of, take_many, values_of

if t.TYPE_CHECKING:
    from .command import Command
    from .manager import Manager


class CommandParser(click.Command):
    """Read the line of a :class:`Command` and call it."""

    def __init__(self, name: str, command: Command, settings: dict[str, t.Any]) -> None:
        self.command = command
        self.options = list(command.get_options())
        self.parameters = parameters_of(self.options)
        self.captures = captures = command.capture_all_args
        takes_rest = any(
            parameter.is_argument and parameter.nargs == argparse.REMAINDER
            for parameter in self.parameters
        )
        super().__init__(
            name,
            params=[parameter.click for parameter in self.parameters],
            help=_description(command),
            short_help=_first_line(command),
            add_help_option=bool(settings["help_option_names"]),
            context_settings={
                **settings,
                "ignore_unknown_options": captures or takes_rest,
                "allow_extra_args": captures,
                "allow_interspersed_args": not takes_rest,
            },
        )

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        args = take_many(ctx, args, self.parameters)
        rest = super().parse_args(ctx, args)

        if not ctx.resilient_parsing:
            self._check_groups(ctx)

        return rest

    def _check_groups(self, ctx: click.Context) -> None:
        for group in self.options:
            if not isinstance(group, Group):
                continue

            members = self._of(group)
            given = [member for member in members if member.was_given(ctx)]

            if group.exclusive and len(given) > 1:
                ctx.fail(f"{_flags(given, ' and ')} exclude each other: give one of them.")
            if group.required and not given:
                ctx.fail(f"One of {_flags(members, ', ')} is required.")

    def _of(self, group: Group) -> list[Parameter]:
        options = list(group.get_options())
        return [parameter for parameter in self.parameters if parameter.option in options]

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the arguments, then the options, those of a titled group under its title."""
        arguments = [
            (str(parameter.click.metavar), parameter.help() or "")
            for parameter in self.parameters
            if parameter.is_argument and parameter.help()
        ]
        _write_section(formatter, "Arguments", arguments)
        titled = [group for group in self.options if isinstance(group, Group) and group.title]
        in_titled = {parameter.name for group in titled for parameter in self._of(group)}
        plain = [
            param
            for param in self.get_params(ctx)
            if isinstance(param, click.Option) and param.name not in in_titled
        ]
        _write_section(formatter, "Options", _records(ctx, plain))

        for group in titled:
            rows = _records(ctx, [parameter.click for parameter in self._of(group)])
            _write_section(formatter, str(group.title), rows, group.description)

    def invoke(self, ctx: click.Context) -> t.Any:
        values = values_of(ctx, self.parameters)
        captured = [ctx.args] if self.captures else []
        return self.command(ctx.ensure_object(ScriptInfo).load_app(), *captured, **values)


class ManagerParser(AppGroup):
    """Read the line up to the command's name, and find the command of a :class:`Manager`."""

    def __init__(self, name: str, manager: Manager, settings: dict[str, t.Any]) -> None:
        self.manager = manager
        self.settings = settings
        self.parameters = parameters_of(manager.get_options())
        super().__init__(
            name,
            params=[parameter.click for parameter in self.parameters],
            help=manager.description,
            short_help=manager.help,
            subcommand_metavar="COMMAND [ARGS]...",
            no_args_is_help=False,
            add_help_option=bool(settings["help_option_names"]),
            context_settings=settings,
        )

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if not args and not ctx.resilient_parsing:
            click.echo(ctx.get_help(), color=ctx.color)
            ctx.exit(2)

        outer = ctx.find_object(ScriptInfo)
        rest = super().parse_args(ctx, take_many(ctx, args, self.parameters))
        # The application is made when a command asks for it: help needs none.
        ctx.obj = ScriptInfo(create_app=lambda: self._app(ctx, outer), set_debug_flag=False)
        return rest

    def _app(self, ctx: click.Context, outer: ScriptInfo | None) -> t.Any:
        values = values_of(ctx, self.parameters)

        if outer is None:
            return self.manager(**values)

        return self.manager(outer.load_app(), **values)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        for name in (cmd_name, cmd_name.replace("-", "_")):
            if name in self.manager._commands:
                return _parser_of(name, self.manager._commands[name], self.settings)

        return None

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.manager._commands)


def _parser_of(name: str, command: t.Any, settings: dict[str, t.Any]) -> click.Command:
    if isinstance(command, click.Command):
        return command

    return t.cast(click.Command, command.make_parser(name, settings))


def _description(command: Command) -> str:
    text = getattr(command, "description", None) or command.__doc__ or ""
    return inspect.cleandoc(text)


def _first_line(command: Command) -> str | None:
    text = getattr(command, "help", None) or _description(command)
    return text.strip().partition("\n")[0] or None


def _records(ctx: click.Context, params: cabc.Iterable[click.Parameter]) -> list[tuple[str, str]]:
    records = (param.get_help_record(ctx) for param in params)
    return [record for record in records if record is not None]


def _write_section(
    formatter: click.HelpFormatter,
    title: str,
    rows: list[tuple[str, str]],
    description: str | None = None,
) -> None:
    if not rows:
        return

    with formatter.section(title):
        if description:
            formatter.write_text(description)
            formatter.write_paragraph()

        formatter.write_dl(rows)


def _flags(parameters: list[Parameter], separator: str) -> str:
    return separator.join(repr(max(parameter.option.args, key=len)) for parameter in parameters)
