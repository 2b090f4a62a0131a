from __future__ import annotations

import pathlib
import typing as t

import click

from erlen import Erlen
from erlen.deps import Finding, find_sources, read_imports, resolve
from erlen.manager import (
    Command,
    Group,
    Manager,
    MigrateCommand,
    Option,
    Server,
    prompt_bool,
    prompt_choices,
)


def create_app(config: str | None = None) -> Erlen:
    return Erlen(__name__)


manager = Manager(create_app)
manager.add_option("-c", "--config", dest="config")
manager.add_command("db", MigrateCommand)
manager.add_command("runserver", Server(port=8000))
manager.add_command(click.Command("own"))
Manager(Erlen(__name__))


@manager.command
def hello(name: str, times: int = 1) -> int:
    return times


@manager.option("-n", "--name")
def greet(name: str) -> None: ...


@manager.shell
def names() -> dict[str, object]:
    return {}


class Count(Command):
    option_list = [Option("--to", type=int), Group(Option("--from"), exclusive=True)]

    def run(self, to: int) -> str:
        return str(to)


class Serve(Command):
    def __call__(self, app: Erlen, port: int = 0) -> None:
        t.assert_type(app, Erlen)


t.assert_type(hello("x"), int)
t.assert_type(Count().run(3), str)
t.assert_type(prompt_bool("sure?"), bool)
t.assert_type(prompt_choices("colour", ["red", ("g", "green")]), "str | None")

here = pathlib.Path(".")
sources = find_sources(here)
t.assert_type(resolve(read_imports(sources[0]).imports, sources, here), list[Finding])
