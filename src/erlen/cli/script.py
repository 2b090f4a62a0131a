"""What a command knows about its application, and the context it runs in."""

from __future__ import annotations

import collections.abc as cabc
import functools
import re
import typing as t

import click

from ..ctx import has_app_context
from ..helpers import get_debug_flag, get_load_dotenv
from .discovery import NoAppException, locate_app, prepare_import

if t.TYPE_CHECKING:
    from ..app import Erlen

F = t.TypeVar("F", bound=cabc.Callable[..., t.Any])

#: Files of the working directory that are tried when nothing else was said.
DEFAULT_FILES = ("wsgi.py", "app.py")

# The colon between module and name, which is not the one in "C:\\site\\app.py".
_NAME_SEPARATOR = re.compile(r":(?![\\/])")


class ScriptInfo:
    """Load the application of a command, once, when it is first asked for.

    :param app_import_path: "module", "module:name" or "module:factory('argument')".
    :param create_app: called without arguments; wins over the import path.
    :param set_debug_flag: False leaves ``app.debug`` as the application set it.
    :param load_dotenv_defaults: whether ``.env`` and its kin are to be read; ``ScriptInfo`` reads
        nothing, it tells those who do.
    """

    def __init__(
        self,
        app_import_path: str | None = None,
        create_app: cabc.Callable[..., Erlen] | None = None,
        set_debug_flag: bool = True,
        load_dotenv_defaults: bool = True,
    ) -> None:
        self.app_import_path = app_import_path
        self.create_app = create_app
        #: Free for commands to leave things for one another.
        self.data: dict[t.Any, t.Any] = {}
        self.set_debug_flag = set_debug_flag
        self.load_dotenv_defaults = get_load_dotenv(load_dotenv_defaults)
        self._loaded_app: Erlen | None = None
        #: Whether the loaded application turned debug mode on before the flag was set.
        self.debug_of_its_own = False

    def load_app(self) -> Erlen:
        """Return the application, the same one every time.

        :raises NoAppException: it cannot be found.
        """
        if self._loaded_app is None:
            app = self._find_app()
            self.debug_of_its_own = bool(app.debug)

            if self.set_debug_flag:
                app.debug = get_debug_flag()

            self._loaded_app = app

        return self._loaded_app

    def _find_app(self) -> Erlen:
        if self.create_app is not None:
            app: Erlen | None = self.create_app()
        elif self.app_import_path:
            app = self._import_app(self.app_import_path)
        else:
            app = self._app_of_working_directory()

        if app is None:
            raise NoAppException(
                "Could not locate an Erlen application. Use the 'erlen --app' option, the"
                " 'ERLEN_APP' (or 'FLASK_APP') environment variable, or a 'wsgi.py' or 'app.py'"
                " file in the current directory."
            )

        return app

    def _import_app(self, import_path: str) -> Erlen:
        path, *name = _NAME_SEPARATOR.split(import_path, maxsplit=1)
        return locate_app(prepare_import(path), name[0] if name else None)

    def _app_of_working_directory(self) -> Erlen | None:
        for file in DEFAULT_FILES:
            app = locate_app(prepare_import(file), None, raise_if_not_found=False)

            if app is not None:
                return app

        return None


pass_script_info = click.make_pass_decorator(ScriptInfo, ensure=True)


def with_appcontext(f: F) -> F:
    """Run a command's function inside the application's context.

    Commands under ``app.cli`` and ``blueprint.cli`` have it without asking.
    """

    @click.pass_context
    def in_context(ctx: click.Context, /, *args: t.Any, **kwargs: t.Any) -> t.Any:
        if not has_app_context():
            app = ctx.ensure_object(ScriptInfo).load_app()
            ctx.with_resource(app.app_context())

        return ctx.invoke(f, *args, **kwargs)

    return t.cast(F, functools.update_wrapper(in_context, f))
