"""Groups of commands: those of an application, and the ``erlen`` command around them."""

from __future__ import annotations

import collections.abc as cabc
import contextlib
import functools
import os
import traceback
import typing as t

import click

from ..globals import _app_ctx_stack
from . import options
from .discovery import NoAppException
from .script import ScriptInfo, with_appcontext

if t.TYPE_CHECKING:
    from importlib import metadata

    from ..app import Erlen


#: Commands that Flask does not have and that need the application anyway: one of the
#: application's own with such a name goes first, as it did on Flask.
_YIELDING = frozenset({"assets", "check", "db", "sessions"})


class AppGroup(click.Group):
    """A group whose commands run inside the application's context."""

    def command(  # type: ignore[override]
        self, *args: t.Any, **kwargs: t.Any
    ) -> cabc.Callable[[cabc.Callable[..., t.Any]], click.Command]:
        """Add a command, as :meth:`click.Group.command` does.

        ``with_appcontext=False`` leaves the application unloaded.
        """
        in_context = kwargs.pop("with_appcontext", True)
        add = super().command(*args, **kwargs)

        def decorator(f: cabc.Callable[..., t.Any]) -> click.Command:
            return t.cast(click.Command, add(with_appcontext(f) if in_context else f))

        return decorator

    def group(  # type: ignore[override]
        self, *args: t.Any, **kwargs: t.Any
    ) -> cabc.Callable[[cabc.Callable[..., t.Any]], click.Group]:
        """Add a group, an :class:`AppGroup` unless ``cls`` says otherwise."""
        kwargs.setdefault("cls", AppGroup)
        return t.cast(
            "cabc.Callable[[cabc.Callable[..., t.Any]], click.Group]",
            super().group(*args, **kwargs),
        )

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command, which from here on also reads ``FLASK_`` variables."""
        try:
            name, command, rest = super().resolve_command(ctx, args)
        except click.UsageError as exc:
            raise self._with_suggestions(exc, ctx, args[0]) from None

        if name and command and ctx.auto_envvar_prefix:
            prefix = f"{ctx.auto_envvar_prefix}_{name.upper().replace('-', '_')}"
            command = options.read_flask_names(command, prefix)

        return name, command, rest

    def _with_suggestions(
        self, exc: click.UsageError, ctx: click.Context, wrong: str
    ) -> click.UsageError:
        """Return an error that also names the commands that may have been meant."""
        import difflib

        close = difflib.get_close_matches(wrong, self.known_commands(ctx))

        if not close:
            return exc

        names = " or ".join(map(repr, close))
        return click.UsageError(f"{exc.message} Did you mean {names}?", ctx)

    def known_commands(self, ctx: click.Context) -> cabc.Collection[str]:
        """Return the names among which the one that was meant may be."""
        return self.list_commands(ctx)


class ErlenGroup(AppGroup):
    """The ``erlen`` command: its own commands, those of plugins, and those of the application.

    A program of your own makes one with its application factory::

        cli = ErlenGroup(name="shop", create_app=create_app)

    :param add_default_commands: whether to offer run, serve, shell, routes, sessions and
        completion.
    :param create_app: called without arguments to get the application, instead of ``--app``.
    :param add_version_option: whether to offer ``--version``.
    :param load_dotenv: whether to read ``.env``, ``.erlenenv`` and ``.flaskenv``.
    :param set_debug_flag: whether ``--debug`` and ``ERLEN_DEBUG`` decide on ``app.debug``.
    """

    def __init__(
        self,
        add_default_commands: bool = True,
        create_app: cabc.Callable[..., Erlen] | None = None,
        add_version_option: bool = True,
        load_dotenv: bool = True,
        set_debug_flag: bool = True,
        **extra: t.Any,
    ) -> None:
        params = [*(extra.pop("params", None) or ()), *options.GROUP_OPTIONS]

        if add_version_option:
            params.append(options.version_option)

        settings = extra["context_settings"] = dict(extra.get("context_settings") or {})
        settings.setdefault("auto_envvar_prefix", options.PREFIX)
        super().__init__(params=params, **extra)
        self.create_app = create_app
        self.load_dotenv = load_dotenv
        self.set_debug_flag = set_debug_flag

        if add_default_commands:
            self._add_default_commands()

    def _add_default_commands(self) -> None:
        from .completion import completion_command
        from .routes import routes_command
        from .run import run_command
        from .serve import serve_command
        from .sessions import sessions_group
        from .shell import shell_command

        for command in (
            run_command,
            serve_command,
            shell_command,
            routes_command,
            sessions_group,
            completion_command,
        ):
            self.add_command(command)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return the plugin's, the program's or the application's command of that name."""
        command = None

        if cmd_name in _YIELDING:
            with contextlib.suppress(Exception):  # Erlen's command tells what is wrong
                command = self._application_command(ctx, cmd_name)

        command = command or _plugin_command(cmd_name) or super().get_command(ctx, cmd_name)

        if command is not None:
            return command

        try:
            return self._application_command(ctx, cmd_name)
        except NoAppException as exc:
            ctx.meta[_NO_APP] = exc
            return None

    def _application_command(self, ctx: click.Context, name: str) -> click.Command | None:
        app = ctx.ensure_object(ScriptInfo).load_app()

        if app.cli.get_command(ctx, name) is None:
            return None

        # The parameters' callbacks run before the command, and they need the context too.
        current = _app_ctx_stack.top

        if current is None or current.app is not app:
            ctx.with_resource(app.app_context())

        return app.cli.get_command(ctx, name)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return every name there is; an application that fails to load is reported at the end."""
        names = self._own_names(ctx)

        try:
            names.update(ctx.ensure_object(ScriptInfo).load_app().cli.list_commands(ctx))
        except Exception as exc:
            if not ctx.resilient_parsing:  # the shell asks, to complete what is typed
                # Below the help, which is what was asked for.
                ctx.call_on_close(functools.partial(_report, exc))

        return sorted(names)

    def known_commands(self, ctx: click.Context) -> cabc.Collection[str]:
        return self._own_names(ctx) if _NO_APP in ctx.meta else self.list_commands(ctx)

    def _own_names(self, ctx: click.Context) -> set[str]:
        return {*super().list_commands(ctx), *_plugins()}

    def _with_suggestions(
        self, exc: click.UsageError, ctx: click.Context, wrong: str
    ) -> click.UsageError:
        better = super()._with_suggestions(exc, ctx, wrong)
        no_app: NoAppException | None = ctx.meta.get(_NO_APP)

        if better is not exc or no_app is None:
            return better

        return click.UsageError(
            f"{exc.message} If it is one of the application's: there is no application."
            f" {no_app.format_message()}",
            ctx,
        )

    def main(self, *args: t.Any, **extra: t.Any) -> t.Any:
        """Run the command line; NO_COLOR in the environment turns colours off."""
        if os.environ.get("NO_COLOR"):
            extra.setdefault("color", False)

        return super().main(*args, **extra)

    def make_context(
        self,
        info_name: str | None,
        args: list[str],
        parent: click.Context | None = None,
        **extra: t.Any,
    ) -> click.Context:
        """Start a command line: from here on ``app.run()`` does nothing."""
        os.environ["FLASK_RUN_FROM_CLI"] = "true"

        if "obj" not in extra and "obj" not in self.context_settings:
            extra["obj"] = ScriptInfo(
                create_app=self.create_app,
                set_debug_flag=self.set_debug_flag,
                load_dotenv_defaults=self.load_dotenv,
            )

        with _red_errors():
            return super().make_context(info_name, args, parent=parent, **extra)

    def invoke(self, ctx: click.Context) -> t.Any:
        """Run the command."""
        with _red_errors():
            return super().invoke(ctx)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse the options before the command's name."""
        asks_for_help = not args and self.no_args_is_help
        asks_for_help |= len(args) == 1 and args[0] in self.get_help_option_names(ctx)

        if asks_for_help:
            # The help ends the parsing before the environment was looked at, and it lists the
            # commands of the application that the environment names.
            for option in (
                options.env_file_option,
                options.as_flask_option,
                options.app_option,
            ):
                option.handle_parse_result(ctx, {}, [])

        try:
            return super().parse_args(ctx, args)
        except BaseException as exc:
            if isinstance(exc, _HELP):
                exc.show()

            # Nobody else closes a context that was never finished, and writing the help may
            # have pushed the application's.
            ctx.close()

            if isinstance(exc, _HELP):
                ctx.exit(exc.exit_code)

            raise


#: What click raises to print the help of a group that was given no command; 8.1 prints it.
_HELP: type[click.UsageError] | tuple[()] = getattr(click.exceptions, "NoArgsIsHelpError", ())

#: Where a context keeps why there is no application.
_NO_APP = __name__ + ".no_app"

#: Flask's name for it.
FlaskGroup = ErlenGroup


def _plugins() -> dict[str, metadata.EntryPoint]:
    """Return the commands that installed packages offer, by name, without importing them.

    Of two with one name the plugin of Erlen wins, or Flask's for an application run as Flask's.
    """
    from importlib import metadata  # 20 ms that an application without commands need not pay

    groups = ["flask.commands", "erlen.commands"]

    if options.answers_as_flask():
        groups.reverse()

    return {point.name: point for group in groups for point in metadata.entry_points(group=group)}


def _plugin_command(name: str) -> click.Command | None:
    point = _plugins().get(name)

    if point is None:
        return None

    try:
        command = point.load()
    except Exception as exc:
        package = point.dist.name if point.dist else point.module
        hint = " Try 'erlen --as-flask'." if point.group == "flask.commands" else ""
        _print_error(
            f"Warning: the command {name!r} of the package {package!r} could not be loaded:"
            f" {type(exc).__name__}: {exc}.{hint}"
        )
        return None

    return t.cast(click.Command, command)


def _report(exc: Exception) -> None:
    if isinstance(exc, NoAppException):
        click.secho(
            f"\nNote: commands of an application are not listed. {exc.format_message()}",
            err=True,
            fg="yellow",
        )
    else:
        _print_error("\n" + "".join(traceback.format_exception(exc)))


def _print_error(message: str) -> None:
    click.secho(message, err=True, fg="red")


@contextlib.contextmanager
def _red_errors() -> cabc.Iterator[None]:
    """Let the sentence of an error be red where click prints it on a terminal."""
    try:
        yield
    except click.ClickException as exc:
        plain = exc.format_message

        if not os.environ.get("NO_COLOR") and not isinstance(exc, _HELP):
            exc.format_message = lambda: click.style(plain(), fg="red")  # type: ignore[method-assign]

        raise
