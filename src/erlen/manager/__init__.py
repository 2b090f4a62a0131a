"""``manage.py`` scripts: a program of commands around an application.

    manager = Manager(app)

    @manager.command
    def hello(name, greeting="Hello"):
        print(greeting, name)

    if __name__ == "__main__":
        manager.run()

Names and behaviour are Flask-Script's; the line is read by click.
"""

from __future__ import annotations

from .command import Command
from .commands import Clean, InvalidCommand, Server, Shell, ShowUrls
from .manager import Manager
from .options import Group, Option
from .plugins import MigrateCommand
from .prompts import prompt, prompt_bool, prompt_choices, prompt_pass

__all__ = [
    "Clean",
    "Command",
    "Group",
    "InvalidCommand",
    "Manager",
    "MigrateCommand",
    "Option",
    "Server",
    "Shell",
    "ShowUrls",
    "prompt",
    "prompt_bool",
    "prompt_choices",
    "prompt_pass",
]
