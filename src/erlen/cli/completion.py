"""``erlen completion``: let the shell complete commands and options."""

from __future__ import annotations

import sys

import click
from click.shell_completion import get_completion_class

#: The shell, and where the line that it reads at its start belongs.
START_FILES = {
    "bash": "~/.bashrc",
    "zsh": "~/.zshrc",
    "fish": "~/.config/fish/config.fish",
}


@click.command("completion", short_help="Complete commands and options with the Tab key.")
@click.argument("shell", type=click.Choice(tuple(START_FILES)))
@click.pass_context
def completion_command(ctx: click.Context, shell: str) -> None:
    """Print what a shell runs to complete commands, options and their values.

    \b
    Example, in the shell's start file:
      eval "$(erlen completion bash)"       in ~/.bashrc
      eval "$(erlen completion zsh)"        in ~/.zshrc, below compinit
      erlen completion fish | source        in ~/.config/fish/config.fish
    """
    program = _program(ctx)
    variable = f"_{program}_COMPLETE".replace("-", "_").replace(".", "_").upper()
    kind = get_completion_class(shell)
    assert kind is not None
    click.echo(kind(ctx.find_root().command, {}, program, variable).source())

    if _is_terminal():
        click.secho(_hint(program, shell), err=True, fg="yellow")


def _is_terminal() -> bool:
    return sys.stdout.isatty()


def _program(ctx: click.Context) -> str:
    """Return the name that is typed; ``python -m erlen`` has none that could be completed."""
    root = ctx.find_root()
    name = root.info_name or ""
    return str(root.command.name) if " " in name else name


def _hint(program: str, shell: str) -> str:
    command = f"{program} completion {shell}"
    line = f"{command} | source" if shell == "fish" else f'eval "$({command})"'
    return f"To use it, write into {START_FILES[shell]}:\n\n    {line}"
